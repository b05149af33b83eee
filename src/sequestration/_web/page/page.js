// The page: take files, show progress, show the report, save what is asked for. The engine does the checking.
import { takeChosen, takeDropped, tryToRead } from "./chosen_files.js";
import * as engine from "./engine.js";

const byId = (name) => document.getElementById(name);
const start = byId("start");
const result = byId("result");
const pickers = [byId("choose-files"), byId("choose-folder"), byId("try-example")];
let busy = true;
let reportAddress = "";

function say(text) {
  byId("status").textContent = text;
}

function showError(text) {
  byId("error").textContent = text;
  byId("error").hidden = !text;
}

function setBusy(now) {
  busy = now;
  for (const button of pickers) button.disabled = now;
}

const numbersIn = (name) => byId(name).value.split(/[\s,;]+/).filter(Boolean);

function chosenOptions() {
  const payers = {};
  for (const number of numbersIn("ffs")) payers[number] = "ffs";
  for (const number of numbersIn("contract")) payers[number] = "contract";
  return { all_lines: byId("all-lines").checked, mask: byId("mask").checked, payers };
}

function showPercent(percent) {
  byId("bar").value = percent;
}

async function check(files) {
  if (busy) return;
  showError("");
  if (!files.length) return showError("You did not choose any files.");
  setBusy(true);
  const what = files.length === 1 ? files[0].name : `${files.length.toLocaleString("en-US")} files`;
  showPercent(0);
  byId("bar").hidden = false;
  say(`Checking ${what}`);
  try {
    await tryToRead(files);
    const found = await engine.check(files, chosenOptions(), showPercent);
    say("");
    if (found.error) showError(found.error);
    else showReport(found, await engine.file("sequestration-report.html"));
  } catch (error) {
    say("");
    showError(error.message);
  } finally {
    byId("bar").hidden = true;
    setBusy(false);
  }
}

function showReport(found, report) {
  reportAddress = URL.createObjectURL(report);
  byId("report").src = reportAddress;
  byId("headline").textContent = found.headline;
  byId("saved").textContent = "";
  result.dataset.status = found.status;
  start.hidden = true;
  result.hidden = false;
  byId("headline").focus();
}

function startAgain() {
  engine.forget();
  const empty = byId("report").cloneNode();
  empty.removeAttribute("src");
  byId("report").replaceWith(empty);
  URL.revokeObjectURL(reportAddress);
  result.hidden = true;
  start.hidden = false;
  byId("choose-files").focus();
}

async function save(name) {
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await engine.file(name));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    byId("saved").textContent = `Saved as ${name}`;
  } catch (error) {
    byId("saved").textContent = error.message;
  }
}

for (const [button, input] of [["choose-files", "files"], ["choose-folder", "folder"]]) {
  takeChosen(byId(button), byId(input), check);
}
byId("try-example").addEventListener("click", () => check([engine.example]));

takeDropped(byId("drop"), (files) => start.hidden || check(files), showError);

for (const button of document.querySelectorAll("[data-save]")) {
  button.addEventListener("click", () => save(button.dataset.save));
}
byId("print").addEventListener("click", () => open(reportAddress, "_blank"));
byId("again").addEventListener("click", startAgain);

say(engine.waiting);
try {
  await engine.ready;
  byId("try-example").hidden = !engine.example;
  setBusy(false);
  say(engine.welcome);
} catch (error) {
  say("");
  showError(error.message);
}
