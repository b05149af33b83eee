// Files that were chosen or dropped, each with its path in the folder that it came in.

// Calls `take` with what is chosen by a button, which opens the picker of an input.
export function takeChosen(button, input, take) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = chosenFiles(input.files);
    input.value = ""; // So that the same file can be chosen again.
    if (files.length) take(files);
  });
}

// Calls `take` with what is dropped, and marks the area meanwhile. A file that misses the area must not be opened by the
// browser instead of this page.
export function takeDropped(area, take, fail) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    area.classList.add("over");
  });
  addEventListener("dragleave", (event) => event.relatedTarget || area.classList.remove("over"));
  addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    area.classList.remove("over");
    try {
      take(await droppedFiles(event.dataTransfer));
    } catch (error) {
      fail(`The browser could not read what you dropped: ${error.message}`);
    }
  });
}

function chosenFiles(list) {
  return unique(Array.from(list, (file) => ({ name: file.webkitRelativePath || file.name, file })));
}

// The entries must be taken from a drop at once; its folders are read afterwards.
async function droppedFiles(transfer) {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return chosenFiles(transfer.files);
  const found = [];
  for (const entry of entries) await collect(entry, found);
  return unique(found);
}

// Raises an error that names the first file that the browser cannot read: it was moved, or its permission is missing.
export async function tryToRead(files) {
  for (const { name, file } of files) {
    try {
      await file.slice(0, 1).arrayBuffer();
    } catch {
      throw new Error(`${name}: the browser could not read this file. Choose it again.`);
    }
  }
}

async function collect(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ name: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = entry.createReader();
  for (;;) { // A folder gives up to a hundred entries at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const each of some) await collect(each, found);
  }
}

// Two files of one name get a number: "june.835" and "june (2).835".
function unique(files) {
  const taken = new Set();
  return files.map(({ name, file }) => {
    const [, stem, end] = /^(.*?)((?:\.[^./]*)?)$/.exec(name);
    let free = name;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem} (${number})${end}`;
    taken.add(free.toLowerCase());
    return { name: free, file };
  });
}
