"use strict";
// Which tasks are listed, in which order: the state of the page, and what it means.

const DEFAULTS = {
  q: "",
  run: "",
  show: "all",
  why: "",
  near: "",
  kind: "",
  versus: "",
  duel: "differ",
  side: "",
  pairs: "",
  colors: "",
  same: "",
  objects: "",
  how: "",
  sure: "",
  sort: "id",
  down: "",
  view: "cards",
};
const state = { ...DEFAULTS };

// Those that say where one looks rather than what is listed.
const NO_FILTERS = new Set(["run", "sort", "down", "view"]);

const chosenRun = () =>
  Math.max(
    0,
    data.runs.findIndex((run) => run.name === state.run),
  );

const OBJECT_BINS = [
  [0, 3, "up to 3"],
  [4, 10, "4 to 10"],
  [11, 30, "11 to 30"],
  [31, Number.POSITIVE_INFINITY, "more than 30"],
];

// Features by which tasks fall into groups: a name, the value of a task (or several), its words.
const FACETS = {
  side: {
    name: "largest grid, at most",
    of: (index) => data.tasks[index].side,
    text: (value) => `${value}×${value}`,
  },
  pairs: { name: "train pairs", of: (index) => data.tasks[index].pairs, text: String },
  colors: { name: "colors", of: (index) => data.tasks[index].colors, text: String },
  same: {
    name: "size of the output",
    of: (index) => data.tasks[index].same,
    text: (value) => (Number(value) ? "as the input" : "another"),
  },
  objects: {
    name: "objects in an input",
    of: (index) =>
      OBJECT_BINS.findIndex(([low, high]) => {
        const { objects } = data.tasks[index];
        return low <= objects && objects <= high;
      }),
    text: (value) => OBJECT_BINS[value]?.[2] ?? "",
  },
  how: {
    name: "kind of explanation",
    of: (index) => explanationKind(results[chosenRun()]?.found.get(index)) || "none",
    text: String,
  },
  sure: {
    name: "stated confidence",
    of: (index) =>
      (results[chosenRun()]?.found.get(index)?.guesses ?? []).flatMap((guesses) =>
        guesses
          .slice(0, data.rule.attempts)
          .filter((guess) => typeof guess[1] === "number")
          .map((guess) => Math.min(9, Math.floor(guess[1] * 10))),
      ),
    text: (value) => `${10 * value}% to ${10 * value + 10}%`,
  },
};

// Why a task is not solved: an outcome that a filter by this name lets through, in words.
const cellsWithin = (low, high) => (record) =>
  record.why === "cells" && record.wrong >= low && record.wrong <= high;
const WHYS = {
  cells5: ["1 to 5 wrong cells", cellsWithin(0, 5)],
  cells20: ["6 to 20 wrong cells", cellsWithin(6, 20)],
  cells: ["more than 20 wrong cells", cellsWithin(21, 900)],
  size: ["wrong size", (record) => record.why === "size"],
  silent: ["no attempt", (record) => record.why === "silent"],
  timeout: ["timeout", (record) => record.why === "timeout"],
  error: ["error", (record) => record.why === "error"],
};

const SHOWN = {
  all: () => true,
  unsolved: (found, record) => Boolean(record) && found !== "solved" && found !== "unknown",
  solved: (found) => found === "solved",
  part: (found) => found === "part",
  near: (found, record) =>
    state.near === ""
      ? found === "near"
      : found !== "solved" && record?.wrong > 0 && record.wrong <= Number(state.near),
  wrong: (found) => found === "wrong",
  none: (found) => found === "none",
  left: (found) => found === "left",
};

// Who solves more of a task that two runs were asked for; 0 where they are even.
function gain(first, second, index) {
  const share = (run) => results[run].found.get(index)?.solved ?? 0;
  return share(first) - share(second);
}

const DUELS = {
  differ: (first, second, index) => gain(first, second, index) !== 0,
  won: (first, second, index) => gain(first, second, index) > 0,
  lost: (first, second, index) => gain(first, second, index) < 0,
  both: (first, second, index) =>
    gain(first, second, index) === 0 && results[first].found.get(index)?.solved === 1,
  neither: (first, second, index) =>
    gain(first, second, index) === 0 && results[first].found.get(index)?.solved !== 1,
};

function passesRun(index) {
  const run = chosenRun();
  const record = results[run].found.get(index);
  const found = standing(run, index);
  if (!(SHOWN[state.show] ?? SHOWN.all)(found, record)) return false;
  if (state.kind === "left" ? found !== "left" : state.kind && record?.kind !== state.kind)
    return false;
  if (WHYS[state.why] && !(record && WHYS[state.why][1](record))) return false;
  const other = data.runs.findIndex((entry) => entry.name === state.versus);
  if (other < 0) return true;
  if (!record || !results[other].found.has(index)) return false;
  return (DUELS[state.duel] ?? DUELS.differ)(run, other, index);
}

function passes(index) {
  if (state.q && !words[index].includes(state.q.toLowerCase())) return false;
  for (const [name, facet] of Object.entries(FACETS))
    if (state[name] !== "" && ![facet.of(index)].flat().map(String).includes(state[name]))
      return false;
  return !data.runs.length || passesRun(index);
}

const recordOf = (index) => results[chosenRun()]?.found.get(index);
const surest = (index) => recordOf(index)?.guesses?.[0]?.[0]?.[1] ?? null;
const RANKS = ["solved", "part", "near", "wrong", "unknown", "none", "left", "absent"];

// What tasks are sorted by: a name, the value (null comes last), and how it is written.
const KEYS = {
  id: ["id", (index) => data.tasks[index].id, String],
  verdict: [
    "verdict",
    (index) => RANKS.indexOf(standing(chosenRun(), index)),
    (rank) => STANDINGS[RANKS[rank]][1],
  ],
  distance: [
    "wrong cells",
    (index) => recordOf(index)?.wrong ?? null,
    (wrong) => count(wrong, "wrong cell"),
  ],
  time: ["time", (index) => recordOf(index)?.wall ?? null, duration],
  cost: ["cost", (index) => recordOf(index)?.cost ?? null, dollars],
  confidence: ["confidence", surest, (value) => `confidence ${value.toFixed(2)}`],
  how: ["kind of explanation", (index) => explanationKind(recordOf(index)) || null, String],
  size: ["largest grid", (index) => data.tasks[index].size, (size) => count(size, "cell")],
  pairs: ["train pairs", (index) => data.tasks[index].pairs, (many) => count(many, "train pair")],
  colors: ["colors", (index) => data.tasks[index].colors, (many) => count(many, "color")],
};
const OF_RUNS = new Set(["verdict", "distance", "time", "cost", "confidence", "how"]);

// Tasks that pass, sorted; those without a value come last either way.
function listTasks() {
  const key = (KEYS[state.sort] ?? KEYS.id)[1];
  const keyed = data.tasks
    .map((_, index) => index)
    .filter(passes)
    .map((index) => [key(index), index]);
  const sign = state.down ? -1 : 1;
  keyed.sort(([a, i], [b, j]) => {
    if (a === null || b === null) return (a === null) - (b === null) || i - j;
    return a < b ? -sign : a > b ? sign : i - j;
  });
  return keyed.map(([, index]) => index);
}

// The filters that are on, in words; each may be taken off.
function filtersOn() {
  return Object.keys(DEFAULTS)
    .filter((name) => !NO_FILTERS.has(name) && state[name] !== DEFAULTS[name])
    .filter((name) => name !== "duel" && name !== "near")
    .map((name) => [name, filterWords(name)]);
}

function filterWords(name) {
  const value = state[name];
  if (FACETS[name]) return `${FACETS[name].name}: ${FACETS[name].text(value)}`;
  if (name === "q") return `“${value}”`;
  if (name === "show")
    return value === "unsolved" ? "not solved" : (STANDINGS[value]?.[1] ?? value);
  if (name === "why") return WHYS[value]?.[0] ?? value;
  if (name === "versus") return `${DUEL_WORDS[state.duel] ?? "against"}: ${value}`;
  return value;
}

const DUEL_WORDS = {
  differ: "won or lost against",
  won: "won against",
  lost: "lost against",
  both: "solved by both, with",
  neither: "solved by neither, with",
};

const noFilters = () =>
  Object.fromEntries(Object.entries(DEFAULTS).filter(([name]) => !NO_FILTERS.has(name)));

// A link to the tasks that some values of the state let through; clicking keeps one on the page.
function listLink(values, text, attributes = {}) {
  const hash = new URLSearchParams(values);
  return element(
    "a",
    {
      href: `#${hash}`,
      ...attributes,
      onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        listOnly(values);
      },
    },
    text,
  );
}
