// Python in a worker of this browser. Its files are read once, so that it can start again without a network.
const NOT_LOADED = "This page could not be loaded. Reload it.";
const here = (name) => new URL(name, import.meta.url).href;

async function read(name) {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error(NOT_LOADED);
  return response;
}

const content = async (name) => (await read(name)).blob();

async function script(name) {
  return URL.createObjectURL(new Blob([await content(name)], { type: "text/javascript" }));
}

async function wheels() {
  const names = await (await read("wheels.json")).json();
  return Promise.all(names.map((name) => content(`wheels/${name}`)));
}

async function readAll() {
  const [worker, loader, program, compiled, library, lock, packages] = await Promise.all([
    script("worker.js"),
    script("pyodide/pyodide.mjs"),
    script("pyodide/pyodide.asm.mjs"),
    WebAssembly.compileStreaming(read("pyodide/pyodide.asm.wasm")),
    content("pyodide/python_stdlib.zip"),
    content("pyodide/pyodide-lock.json"),
    wheels(),
  ]);
  const files = { "python_stdlib.zip": library, "pyodide-lock.json": lock };
  return { worker, given: { folder: here("pyodide/"), loader, program, compiled, files, packages } };
}

export class Python {
  #files = readAll();
  #worker = null;
  #asked = new Map();
  #lastNumber = 0;

  // A worker that starts from a blob has the security policy of this page. One with an address of its own would have none.
  async start() {
    const { worker, given } = await this.#files;
    this.#worker = new Worker(worker, { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#take(data));
    // Once it is loaded, each request has its answer whatever else fails. Safari collects garbage of Python while a file is
    // read, when Python cannot take it, and reports that as an error.
    const failed = (event) => {
      event.preventDefault();
      this.#refuseAll(NOT_LOADED);
    };
    this.#worker.addEventListener("error", failed);
    await this.ask("load", given);
    this.#worker.removeEventListener("error", failed);
  }

  // The worker answers each request once, and before that it may send news of it.
  ask(what, given = {}, onNews = () => {}) {
    return new Promise((resolve, reject) => {
      const number = ++this.#lastNumber;
      this.#asked.set(number, { resolve, reject, onNews });
      this.#worker.postMessage({ number, what, ...given });
    });
  }

  // Ends Python in the middle of whatever it does.
  stop(reason) {
    this.#worker?.terminate();
    this.#refuseAll(reason);
  }

  #take({ number, news, failed, value }) {
    const asked = this.#asked.get(number);
    if (!asked) return; // It was stopped.
    if (news !== undefined) return asked.onNews(news);
    this.#asked.delete(number);
    if (failed) asked.reject(new Error(failed));
    else asked.resolve(value);
  }

  #refuseAll(reason) {
    const all = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of all) reject(new Error(reason));
  }
}
