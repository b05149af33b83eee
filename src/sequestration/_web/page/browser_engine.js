// The engine of the page that needs no program: the library runs in a worker of this browser.
import { Python } from "./python.js";

export const waiting = "Getting ready. About 14 MB are downloaded once.";
export const welcome = "Ready. You can turn off Wi-Fi now.";
export let example = null;

const SAVED_AS = {
  "sequestration-report.html": "text/html",
  "sequestration-findings.csv": "text/csv",
  "sequestration-findings.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
const python = new Python();

async function load() {
  const loading = python.start().then(() => python.ask("prepareCheck"));
  const response = await fetch("example.zip");
  if (response.ok) example = { name: "example.zip", file: await response.blob() };
  await loading;
}

export const ready = load();

export function check(files, options, onPercent) {
  return python.ask("check", { files, options }, onPercent);
}

export async function file(name) {
  return new Blob([await python.ask("file", { name })], { type: SAVED_AS[name] });
}

export function forget() {
  python.ask("forget");
}
