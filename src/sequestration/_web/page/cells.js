// The page that tries Python: cells run one after the other in a worker, and can be stopped.
import { Cell } from "./cell.js";
import { takeChosen, takeDropped, tryToRead } from "./chosen_files.js";
import { Python } from "./python.js";

const MINE = "my_files";
const EXAMPLE = "practice/quarter.zip"; // In the folder "examples", as in the project.
const READ_MINE = `import sequestration as seq\n\nmine = seq.check_835("${MINE}")\nprint(mine.headline)\nmine`;
const STOPPED = "Stopped. Python started again, so the names of other cells are gone. Run those cells again.";
const ENDED = "Python ended while it ran this cell, and started again. The names of other cells are gone.";

const byId = (name) => document.getElementById(name);
const python = new Python();
const cells = [];
let source;
let example;
let mine = [];
let waiting = Promise.resolve(); // For Python to be free.
let starts = 0;
let running = false;
let starting = true;

function say(text) {
  byId("status").textContent = text;
}

function showError(text) {
  byId("error").textContent = text;
  byId("error").hidden = !text;
}

function addCell(title, code) {
  const cell = new Cell(cells.length + 1, title, code, runAndMove);
  cells.push(cell);
  byId("cells").append(cell.root);
  return cell;
}

function runAndMove(cell, moves) {
  run(cell);
  if (moves) (cells[cell.number] ?? addCell("Your cell", "")).editor.focus();
}

// A cell that waits for others is not run if Python starts again meanwhile.
function run(cell) {
  const current = starts;
  cell.clear();
  cell.busy = true;
  waiting = waiting.then(async () => {
    if (current === starts) await runNow(cell);
    cell.busy = false;
  });
}

async function runNow(cell) {
  const current = starts;
  running = true;
  say(`Running cell ${cell.number}`);
  try {
    const result = await python.ask("run", { code: cell.code, cell: cell.number }, (text) => cell.print(text));
    cell.show(result);
    say(`Cell ${cell.number}: ${result.error ? result.error.split("\n").at(-1) : "done"}`);
  } catch (error) {
    const stopped = current !== starts;
    cell.fail(stopped ? STOPPED : `${ENDED}\n${error.message}`);
    if (!stopped) startAgain();
  } finally {
    running = false;
  }
}

function startAgain() {
  python.stop();
  say("Starting Python again");
  waiting = start("Python started again");
}

// The buttons are never disabled, so that none loses the focus: one that has nothing to do does nothing.
async function start(welcome) {
  starts++;
  starting = true;
  try {
    await python.start();
    await python.ask("prepareCells", { source });
    await python.ask("use", { files: [{ name: EXAMPLE, file: example }], folder: "examples" });
    await python.ask("use", { files: mine, folder: MINE });
    say(welcome);
  } finally {
    starting = false;
  }
}

async function addFiles(files) {
  showError("");
  try {
    await tryToRead(files);
  } catch (error) {
    return showError(error.message);
  }
  mine = files;
  waiting = waiting.then(() => python.ask("use", { files, folder: MINE }));
  const cell = cells.find(({ code }) => code.includes(MINE)) ?? addCell("Your files", READ_MINE);
  run(cell);
  cell.editor.focus();
}

byId("run-all").addEventListener("click", () => cells.forEach(run));
byId("stop").addEventListener("click", () => running && startAgain());
byId("restart").addEventListener("click", () => {
  if (starting) return;
  startAgain();
  for (const cell of cells) cell.clear();
});
byId("add").addEventListener("click", () => addCell("Your cell", "").editor.focus());
takeChosen(byId("choose-files"), byId("files"), addFiles);
takeDropped(document.body, addFiles, showError);

say("Getting ready. About 14 MB are downloaded once.");
try {
  const [shipped, module, archive] = await Promise.all(["cells.json", "cells.py", "example.zip"].map((name) => fetch(name)));
  const texts = await shipped.json();
  source = await module.text();
  example = await archive.blob();
  waiting = start("Ready. You can turn off Wi-Fi now.");
  for (const { title, code } of texts) addCell(title, code);
  await waiting;
} catch (error) {
  say("");
  showError(error.message);
}
