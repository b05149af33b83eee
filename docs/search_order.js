/* The order of search results: pages whose title has all words come first, lists and records of everything come last. */
const words = (new URLSearchParams(window.location.search).get("q") || "").toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
const lists = new Set(["changes", "contributing", "figures", "security", "trust", "reference/names", "reference/next_steps"]);

var Scorer = {
  score: ([docname, title, anchor, descr, score, filename, kind]) => {
    const plain = title.toLowerCase();
    const named = kind !== "object" && words.length && words.every((word) => plain.includes(word));
    return score + (named ? 30 : 0) - (lists.has(docname) ? 20 : 0);
  },
  /* The rest is as Sphinx has it. */
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
