// The engine of the page that needs no program: the library runs in a worker of this browser.
export const waiting = "Getting ready. About 14 MB are downloaded once.";
export const welcome = "Ready. You can turn off Wi-Fi now.";
export let example = null;

const SAVED_AS = {
  "sequestration-report.html": "text/html",
  "sequestration-findings.csv": "text/csv",
  "sequestration-findings.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
let worker;
let waitingFor = new Map();
let lastNumber = 0;

// A worker that starts from a blob has the security policy of this page. One with an address of its own would have none.
function startWorker() {
  const code = `import ${JSON.stringify(new URL("worker.js", import.meta.url).href)};`;
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  worker = new Worker(address, { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    const asked = waitingFor.get(data.number);
    if ("percent" in data) return asked.onPercent(data.percent);
    waitingFor.delete(data.number);
    if (data.failed) asked.reject(new Error(data.failed));
    else asked.resolve(data.value);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    for (const { reject } of waitingFor.values()) reject(new Error("This page could not be loaded. Reload it."));
    waitingFor = new Map();
  });
}

function ask(what, given = {}, onPercent = () => {}) {
  return new Promise((resolve, reject) => {
    const number = ++lastNumber;
    waitingFor.set(number, { resolve, reject, onPercent });
    worker.postMessage({ number, what, ...given });
  });
}

async function load() {
  startWorker();
  const loading = ask("load");
  const response = await fetch("example.zip");
  if (response.ok) example = { name: "example.zip", file: await response.blob() };
  await loading;
}

export const ready = load();

export function check(files, options, onPercent) {
  return ask("check", { files, options }, onPercent);
}

export async function file(name) {
  return new Blob([await ask("file", { name })], { type: SAVED_AS[name] });
}

export function forget() {
  ask("forget");
}
