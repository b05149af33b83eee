// The report can be read without this script; with it, its findings can be filtered and unfolded together.
"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const findings = Array.from(document.querySelectorAll(".finding"));
  const search = document.getElementById("search");
  const boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
  const status = document.getElementById("shown");
  const texts = [];

  function textOf(place) {
    if (texts[place] === undefined) texts[place] = findings[place].textContent.toLowerCase();
    return texts[place];
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    findings.forEach((finding, place) => {
      const fits = verdicts.has(finding.dataset.verdict) && words.every((word) => textOf(place).includes(word));
      if (finding.hidden === fits) finding.hidden = !fits;
      if (fits) shown += 1;
    });
    const count = (number) => number.toLocaleString("en-US");
    status.textContent = `${count(shown)} of ${count(findings.length)} findings shown`;
  }

  function unfold(open) {
    for (const finding of findings) if (!finding.hidden) finding.open = open;
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    filter();
  });
  form.addEventListener("reset", () => setTimeout(filter));
  document.getElementById("unfold").addEventListener("click", () => unfold(true));
  document.getElementById("fold").addEventListener("click", () => unfold(false));

  // On paper everything is unfolded; afterwards what was folded is folded again.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
    folded = [];
  });

  form.hidden = false;
  filter();
})();
