// Files that were chosen or dropped, each with its path in the folder that it came in.

export function chosenFiles(list) {
  return unique(Array.from(list, (file) => ({ name: file.webkitRelativePath || file.name, file })));
}

// The entries must be taken from a drop at once; its folders are read afterwards.
export async function droppedFiles(transfer) {
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
