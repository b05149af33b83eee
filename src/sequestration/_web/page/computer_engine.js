// The engine of the page that `python -m sequestration web` serves: that program checks the files.
export const waiting = "";
export const welcome = "Ready";
export const ready = Promise.resolve();
export const example = null;

const ENDED = "The program that checks the files is not responding. Start it again: python -m sequestration web";
const headers = { "Content-Type": "application/x-sequestration-files" };
let number = "";

async function ask(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Error(ENDED);
  }
}

// The request is a line of JSON and then the files; the answer is a line for each percent, and one for the result.
export async function check(files, options, onPercent) {
  const head = JSON.stringify({ options, files: files.map(({ name, file }) => [name, file.size]) });
  const body = new Blob([`${head}\n`, ...files.map(({ file }) => file)]);
  const response = await ask("check", { method: "POST", headers, body });
  if (!response.ok) throw new Error(ENDED);
  let last = {};
  for await (const line of lines(response.body)) {
    last = JSON.parse(line);
    if ("percent" in last) onPercent(last.percent);
  }
  if (!("number" in last)) throw new Error(ENDED);
  number = last.number;
  return last;
}

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n");
    text = parts.pop();
    yield* parts;
  }
}

export async function file(name) {
  const response = await ask(`${number}/${name}`);
  if (response.ok) return response.blob();
  throw new Error(response.status === 501 ? await response.text() : "This check is no longer available. Check the files again.");
}

export function forget() {
  fetch(`forget/${number}`, { method: "POST", headers }).catch(() => {});
  number = "";
}
