// The library in a worker: Python compiled to WebAssembly, the wheels, and the files that were chosen.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const FOLDER = "/chosen";
const here = (name) => new URL(name, import.meta.url);
let pageCheck;
let python;
let last = null;

async function load() {
  const wheels = await (await fetch(here("wheels.json"))).json();
  const contents = wheels.map((name) => fetch(here(`wheels/${name}`)).then((response) => response.arrayBuffer()));
  python = await loadPyodide({ checkIntegrity: false, packages: [] });
  for (const content of contents) python.unpackArchive(await content, "wheel");
  pageCheck = python.pyimport("sequestration._web.page_check");
  python.FS.mkdir(FOLDER);
}

// The files are read where they are: nothing of them is copied.
function check({ number, files, options }) {
  const { FS } = python;
  const blobs = files.map(({ name, file }) => ({ name, data: file }));
  let percent = -1;
  const progress = (done, total) => {
    const now = Math.floor((100 * done) / Math.max(total, 1));
    if (now !== percent) postMessage({ number, percent: (percent = now) });
  };
  forget();
  FS.mount(FS.filesystems.WORKERFS, { blobs }, FOLDER);
  try {
    last = pageCheck.check_folder(FOLDER, pageCheck.PageOptions.from_plain(python.toPy(options)), progress);
    return last.to_dict().toJs({ dict_converter: Object.fromEntries });
  } finally {
    FS.unmount(FOLDER);
  }
}

function forget() {
  last?.destroy();
  last = null;
}

const answers = { load, check, forget, file: ({ name }) => last.file(name).toJs() };

onmessage = async ({ data }) => {
  try {
    postMessage({ number: data.number, value: await answers[data.what](data) });
  } catch (error) {
    postMessage({ number: data.number, failed: String(error.message ?? error).trim().split("\n").at(-1) });
  }
};
