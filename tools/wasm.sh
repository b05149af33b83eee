#!/usr/bin/env bash
# The tests of the core on a Python that is compiled to WebAssembly (Pyodide: 32 bits, no processes, no threads).
# Needs Node.js with npm, and pip. What is given is handed on to pytest.
set -euo pipefail
project="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cd "$work"
npm install --silent --no-fund --no-audit pyodide
export PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m pip install --quiet --no-compile --no-deps --target site "$project"
python3 -m pip install --quiet --no-compile --target site --only-binary=:all: --platform any --implementation py --abi none \
  attrs python-dateutil pytest hypothesis
cp -r "$project"/{tests,examples,docs,fuzz,src,pyproject.toml,README.md,CHANGELOG.md,CONTRIBUTING.md,SECURITY.md} .
cat >run.mjs <<'END'
import { loadPyodide } from "pyodide";

const python = await loadPyodide();
python.FS.mkdir("/project");
python.FS.mount(python.FS.filesystems.NODEFS, { root: process.cwd() }, "/project");
python.globals.set("arguments", process.argv.slice(2));
const code = await python.runPythonAsync(`
import os, sys
sys.path.insert(0, "/project/site")
os.chdir("/project")
print(sys.version)
import pytest
int(pytest.main(arguments.to_py()))
`);
process.exit(code);
END

# Left out are files that cannot be loaded without a library of an extra, or without what a system has beside Python.
ignored=(--ignore=tests/heavy)
for path in cli/test_progress.py \
  frames \
  plot \
  project/test_documents.py \
  project/test_project.py \
  property/test_frames.py \
  public/test_threads.py \
  runtime/test_faults.py \
  runtime/test_workers.py \
  safety/test_fuzz.py \
  web/test_server.py; do
  ignored+=("--ignore=tests/$path")
done
for test in cli/test_main.py::test_several_processes_keep_to_the_schedule \
  safety/test_privacy.py::test_files_read_by_other_processes_show_nobody \
  runtime/test_atomic_write.py::test_a_new_file_has_the_rights_of_new_files; do
  ignored+=(--deselect "tests/$test") # processes, and the rights that a system gives to files
done
node run.mjs -q -p no:cacheprovider "${ignored[@]}" "$@"
