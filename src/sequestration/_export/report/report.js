// The report can be read without this script; with it, findings are filtered, sorted and exported, requests copied.
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const byId = (name) => document.getElementById(name);

  // Requests: a button copies the text.
  for (const request of all(".request")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy request";
    request.insertBefore(button, request.querySelector("pre"));
  }
  document.addEventListener("click", async (event) => {
    const request = event.target.closest(".request > button")?.parentElement;
    if (!request) return;
    const text = request.querySelector("pre");
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      getSelection().selectAllChildren(text); // Without permission, the browser can still copy a selection.
      document.execCommand("copy");
    }
    event.target.textContent = "Copied";
    setTimeout(() => (event.target.textContent = "Copy request"), 2000);
  });

  // A link to a request opens it.
  function openTarget() {
    const target = location.hash && byId(location.hash.slice(1));
    const closed = target && target.closest("details");
    if (closed) closed.open = true;
  }
  addEventListener("hashchange", openTarget);
  openTarget();

  // On paper everything is unfolded; afterwards what was folded is folded again.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
    folded = [];
  });

  const form = byId("filter");
  if (!form) return;
  const search = byId("search");
  const payer = byId("payer");
  const order = byId("order");
  const boxes = all("input[type=checkbox]", form);
  const rank = new Map(boxes.map((box, place) => [box.value, place]));
  const count = (number) => number.toLocaleString("en-US");

  // The page as data: payers, their remittances, their claims, their lines.
  let place = 0;
  const payers = all(".payer").map((element, number) => ({
    element, number: String(number), name: element.querySelector("h3").textContent,
    remittances: all(".remittance", element).map((part) => ({
      element: part, chunks: all(".chunk", part), size: 0,
      claims: all("tbody", part).map((body) => ({ body, place: place++, lines: all("tr[data-v]", body) })),
    })),
  }));
  for (const each of payers) for (const part of each.remittances) part.size = part.chunks[0].querySelectorAll("tbody").length;
  const findings = payers.flatMap((each) => each.remittances.flatMap((part) => part.claims.flatMap((claim) => claim.lines)));

  function textOf(claim, part, of) {
    claim.text ??= `${claim.body.textContent} ${part.element.querySelector("h4").textContent} ${of.name}`.toLowerCase();
    return claim.text;
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const hide = (element, hidden) => element.hidden !== hidden && (element.hidden = hidden);
    let shown = 0;
    for (const of of payers) {
      const wanted = !payer || !payer.value || payer.value === of.number;
      let ofPayer = 0;
      for (const part of of.remittances) {
        let ofPart = 0;
        for (const claim of part.claims) {
          const fits = wanted && words.every((word) => textOf(claim, part, of).includes(word));
          let lines = 0;
          for (const line of claim.lines) {
            const visible = fits && verdicts.has(line.dataset.v);
            hide(line, !visible);
            lines += visible;
          }
          hide(claim.body, !lines);
          ofPart += lines;
        }
        for (const chunk of part.chunks) hide(chunk, !chunk.querySelector("tbody:not([hidden])"));
        hide(part.element, !ofPart);
        ofPayer += ofPart;
      }
      hide(of.element, !ofPayer);
      shown += ofPayer;
    }
    byId("shown").textContent = `${count(shown)} of ${count(findings.length)} findings shown`;
  }

  // Sorting: claims within their remittance, remittances and payers by their first claim.
  const names = new Intl.Collator("en-US", { numeric: true });
  const values = (line) => line.dataset.r.split("|");
  const keys = {
    dollars: (claim) => claim.place,
    date: (claim) => claim.lines.map((line) => values(line)[7]).filter(Boolean).sort()[0] ?? "9999",
    claim: (claim) => claim.body.querySelector("b").textContent,
    verdict: (claim) => Math.min(...claim.lines.map((line) => rank.get(line.dataset.v))),
  };
  const compare = (one, other) => (typeof one === "number" ? one - other : names.compare(one, other));

  function sort() {
    const key = keys[order.value];
    const inOrder = (items, of) => items.map((item) => [of(item), item]).sort((one, other) => compare(one[0], other[0]));
    const main = payers[0].element.parentElement;
    const end = payers.at(-1).element.nextElementSibling;
    const first = new Map();
    for (const of of payers) {
      for (const part of of.remittances) {
        const claims = inOrder(part.claims, key);
        first.set(part, claims[0][0]);
        claims.forEach(([, claim], at) => part.chunks[Math.floor(at / part.size)].firstElementChild.append(claim.body));
        part.claims = claims.map(([, claim]) => claim);
      }
      const parts = inOrder(of.remittances, (part) => first.get(part));
      first.set(of, parts[0][0]);
      of.element.append(...parts.map(([, part]) => part.element));
      of.remittances = parts.map(([, part]) => part);
    }
    const after = end && !end.matches(".payer") ? end : null;
    for (const [, of] of inOrder(payers, (of) => first.get(of))) main.insertBefore(of.element, after);
    payers.sort((one, other) => compare(first.get(one), first.get(other)));
    filter();
  }

  // CSV of what is shown: numbers as numbers; a text that a spreadsheet would take for a formula gets an apostrophe.
  const columns = [
    "payer", "trace_number", "payment_date", "payee_npi", "file", "claim", "payer_claim_number", "line", "procedure",
    "on", "paid", "reported", "payable", "rate", "expected", "difference", "verdict", "reversed_since", "why", "step",
  ];
  const formula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
  const inner = /([;\t\r\n]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const cell = (text) => quoted(formula.test(text) ? `'${text.replace(inner, "$1'")}` : text.replace(inner, "$1'"));

  function csv() {
    const rows = [columns.join(",")];
    for (const of of payers) for (const part of of.remittances) for (const claim of part.claims) {
      const { trace, day, npi, file } = part.element.dataset;
      const head = [of.name, trace, day, npi, file, claim.body.querySelector("b").textContent];
      const number = claim.body.querySelector("th small")?.textContent ?? "";
      const why = all(".why p:not(.do, :last-child)", claim.body).map((each) => each.textContent).join(" ");
      const step = all(".do span", claim.body).map((each) => each.textContent).join(" ");
      for (const line of claim.lines) {
        if (line.hidden || claim.body.hidden) continue;
        const [at, paid, reported, payable, rate, expected, difference, on, gone] = values(line);
        const numbers = [paid, reported, payable, rate, expected, difference];
        rows.push([
          ...[...head, number].map(cell), at, cell(line.children[2].textContent), on, ...numbers,
          line.dataset.v, gone, cell(why), cell(step),
        ].join(","));
      }
    }
    return `\ufeff${rows.join("\r\n")}\r\n`;
  }

  byId("csv").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    link.download = "sequestration-findings.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  });
  form.addEventListener("change", (event) => (event.target === order ? sort() : filter()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    filter();
  });
  form.addEventListener("reset", () => setTimeout(sort));

  // On a phone the controls would fill a screen before the first finding.
  form.querySelector("details").open = !matchMedia("(max-width: 40rem)").matches;
  form.hidden = false;
  filter();
})();
