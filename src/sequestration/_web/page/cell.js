// A cell: its title, its editor, and what it printed and gave.
const INDENT = "    ";
const template = document.getElementById("cell");

// What a value is as HTML is shown in a frame in which no script runs. Links open in a tab of their own.
const framed = (html) =>
  `<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><base target="_blank">` +
  `<body style="margin:0;font:.875rem/1.5 system-ui,sans-serif"><div style="overflow-x:auto">${html}</div>`;

export class Cell {
  // `run` is called with the cell, and with whether the next one gets the focus.
  constructor(number, title, code, run) {
    this.number = number;
    this.title = title;
    this.root = template.content.cloneNode(true).firstElementChild;
    this.editor = this.#part("textarea");
    this.#nameParts();
    this.editor.value = code;
    this.editor.addEventListener("input", () => this.#fit());
    this.editor.addEventListener("keydown", (event) => this.#press(event, run));
    this.#part(".run").addEventListener("click", () => run(this, false));
    this.#fit();
  }

  get code() {
    return this.editor.value;
  }

  clear() {
    for (const name of [".printed", ".value", ".error"]) this.#show(name, "");
    const frame = this.#part("iframe");
    frame.hidden = true;
    frame.removeAttribute("srcdoc");
  }

  print(text) {
    const part = this.#part(".printed");
    part.append(text);
    part.hidden = false;
  }

  show({ html, text, error }) {
    this.#show(".value", text);
    this.#show(".error", error);
    if (html) this.#frame(html);
  }

  fail(text) {
    this.#show(".error", text);
  }

  set busy(now) {
    this.root.ariaBusy = String(now);
  }

  #part(selector) {
    return this.root.querySelector(selector);
  }

  #nameParts() {
    const [heading, button] = [this.#part("h2"), this.#part(".run")];
    heading.id = `title-${this.number}`;
    heading.textContent = `${this.number}. ${this.title}`;
    button.id = `run-${this.number}`;
    this.root.setAttribute("aria-labelledby", heading.id);
    this.editor.setAttribute("aria-label", `Python of cell ${heading.textContent}`);
    button.setAttribute("aria-label", `Run cell ${heading.textContent}`);
    this.#part("iframe").title = `Result of cell ${heading.textContent}`;
  }

  #show(selector, text) {
    const part = this.#part(selector);
    part.textContent = text;
    part.hidden = !text;
  }

  #frame(html) {
    const frame = this.#part("iframe");
    frame.hidden = false;
    frame.onload = () => {
      const content = frame.contentDocument.documentElement;
      new ResizeObserver(() => (frame.style.height = `${content.offsetHeight}px`)).observe(content);
    };
    frame.srcdoc = framed(html);
  }

  // A line more has room for the bar by which long lines are scrolled.
  #fit() {
    this.editor.rows = this.code.split("\n").length + 1;
  }

  // Tab is left to move on, so that the keyboard is never trapped.
  #press(event, run) {
    if (event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && (control || event.shiftKey)) run(this, event.shiftKey);
    else if (event.key === "Enter") this.#startLine();
    else if (event.ctrlKey && event.key === "]") this.#changeLines((line) => line && INDENT + line);
    else if (event.ctrlKey && event.key === "[") this.#changeLines((line) => line.replace(/^ {1,4}/, ""));
    else return;
    event.preventDefault();
  }

  #startLine() {
    const before = this.code.slice(0, this.editor.selectionStart).split("\n").at(-1);
    const [indent] = /^ */.exec(before);
    this.#type(`\n${indent}${before.trimEnd().endsWith(":") ? INDENT : ""}`);
  }

  #changeLines(change) {
    const { selectionStart, selectionEnd } = this.editor;
    const start = this.code.lastIndexOf("\n", selectionStart - 1) + 1;
    const end = (this.code + "\n").indexOf("\n", selectionEnd);
    const lines = this.code.slice(start, end).split("\n");
    const changed = lines.map(change).join("\n");
    this.editor.setSelectionRange(start, end);
    this.#type(changed);
    if (lines.length > 1) this.editor.setSelectionRange(start, start + changed.length);
  }

  // As if it were typed, so that it can be undone.
  #type(text) {
    document.execCommand("insertText", false, text);
    this.#fit();
  }
}
