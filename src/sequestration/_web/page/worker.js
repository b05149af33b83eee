// The library in a worker: Python compiled to WebAssembly, the wheels, and the files that were chosen.
const CHOSEN = "/chosen";
let python;
let pageCheck;
let session;
let last = null;

// Everything that Python asks for is what the page has read already: there may be no network any more.
async function load({ folder, loader, program, compiled, files, packages }) {
  globalThis.fetch = async (address) => new Response(files[String(address).split("/").at(-1)]);
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module: compiled,
    instance: await WebAssembly.instantiate(compiled, imports),
  });
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([import(loader), import(program)]);
  python = await loadPyodide({ indexURL: folder, createPyodideModule, checkIntegrity: false, packages: [] });
  for (const wheel of packages) python.unpackArchive(await wheel.arrayBuffer(), "wheel");
}

function prepareCheck() {
  pageCheck = python.pyimport("sequestration._web.page_check");
}

// `source` is the module that runs cells.
function prepareCells({ source }) {
  const names = python.toPy({ __name__: "cells" });
  python.runPython(source, { globals: names });
  session = names.get("Session")();
}

// The files are read where they are: nothing of them is copied.
function mount(files, folder) {
  const { FS } = python;
  FS.mkdirTree(folder);
  FS.mount(FS.filesystems.WORKERFS, { blobs: files.map(({ name, file }) => ({ name, data: file })) }, folder);
}

function check({ files, options }, report) {
  let percent = -1;
  const progress = (done, total) => {
    const now = Math.floor((100 * done) / Math.max(total, 1));
    if (now !== percent) report((percent = now));
  };
  forget();
  mount(files, CHOSEN);
  try {
    last = pageCheck.check_folder(CHOSEN, pageCheck.PageOptions.from_plain(python.toPy(options)), progress);
    return plain(last);
  } finally {
    python.FS.unmount(CHOSEN);
  }
}

function forget() {
  last?.destroy();
  last = null;
}

// Files that cells can read, in a folder below the current one. They replace those that were there.
function use({ files, folder }) {
  const { FS } = python;
  const path = `${FS.cwd()}/${folder}`;
  if (FS.analyzePath(path).exists) FS.unmount(path);
  mount(files, path);
}

function run({ code, cell }, report) {
  const result = session.run(code, cell, report);
  const shown = plain(result);
  result.destroy();
  return shown;
}

function plain(object) {
  const values = object.to_dict();
  const copied = values.toJs({ dict_converter: Object.fromEntries });
  values.destroy();
  return copied;
}

const answers = { load, prepareCheck, prepareCells, check, forget, use, run, file: ({ name }) => last.file(name).toJs() };

onmessage = async ({ data: { number, what, ...given } }) => {
  try {
    postMessage({ number, value: await answers[what](given, (news) => postMessage({ number, news })) });
  } catch (error) {
    postMessage({ number, failed: String(error.message ?? error).trim().split("\n").at(-1) });
  }
};
