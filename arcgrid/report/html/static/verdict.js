"use strict";
// The first block of a report: how good each run is, and why it fails; every figure leads to a list.

const MOST_RUNS = 8;
const manyRuns = () => data.runs.length > MOST_RUNS;

// Runs that differ in their seed alone, in the order in which they first come: [[0, 3], [1], ...].
function seriesOfRuns() {
  const found = new Map();
  for (const [number, run] of data.runs.entries())
    found.set(run.series, [...(found.get(run.series) ?? []), number]);
  return [...found.values()];
}

// Runs that charts leave out.
const hiddenRuns = new Set();
const seen = (entries) => entries.filter(({ run }) => !hiddenRuns.has(run));

function tally(run, key) {
  const counts = {};
  for (const record of results[run].found.values()) {
    const name = key(record);
    if (name) counts[name] = (counts[name] ?? 0) + 1;
  }
  const left = results[run].asked.size - results[run].found.size;
  return left ? { ...counts, left } : counts;
}

const whyOf = (record) => record.why && Object.keys(WHYS).find((name) => WHYS[name][1](record));

const COUNT_WORDS = {
  solved: "solved",
  part: "in part",
  near: "near",
  wrong: "wrong",
  none: "none",
  unknown: "answered",
  left: "left",
};

// What runs are asked about: a link names its run only where there are several.
const ofRun = (run, values) => (data.runs.length > 1 ? { run: runName(run), ...values } : values);

function countLinks(run, counts) {
  const there = Object.keys(COUNT_WORDS).filter(
    (name) => counts[name] || ["solved", "part", "near", "wrong", "none"].includes(name),
  );
  const shownNames = counts.unknown ? there.filter((name) => counts[name]) : there;
  return element(
    "ul",
    { class: "counts" },
    ...shownNames.map((name) => {
      const many = (counts[name] ?? 0).toLocaleString("en");
      const words = [element("b", {}, many), ` ${COUNT_WORDS[name]}`];
      const key = element("span", { class: `key ${name}`, "aria-hidden": "true" });
      return element(
        "li",
        {},
        key,
        counts[name] && name !== "unknown"
          ? listLink(ofRun(run, { show: name }), element("span", {}, ...words))
          : element("span", {}, ...words),
      );
    }),
  );
}

// The counts as one bar; a click on a part lists it.
function countBar(run, counts, total) {
  const parts = Object.keys(COUNT_WORDS).filter((name) => counts[name]);
  return element(
    "div",
    { class: "stack", "aria-hidden": "true" },
    ...parts.map((name) =>
      element("span", {
        class: `share ${name}`,
        title: `${counts[name]} ${COUNT_WORDS[name]}`,
        "data-share": counts[name] / total,
        onclick: () => listOnly(ofRun(run, { show: name })),
      }),
    ),
  );
}

const withCells = (text) => (text.endsWith("cells") ? `with ${text}` : text);

function failureLinks(run) {
  const counts = tally(run, whyOf);
  const names = Object.keys(WHYS).filter((name) => counts[name]);
  if (!names.length) return null;
  const total = names.reduce((sum, name) => sum + counts[name], 0);
  return element(
    "p",
    { class: "why" },
    listLink(ofRun(run, { show: "unsolved" }), `${total.toLocaleString("en")} not solved`),
    ": ",
    ...names.flatMap((name, place) => [
      place ? " · " : "",
      listLink(ofRun(run, { why: name }), `${counts[name]} ${withCells(WHYS[name][0])}`),
    ]),
  );
}

function kindLinks(run) {
  const counts = tally(run, (record) => record.kind);
  return element(
    "p",
    { class: "why" },
    "Outcomes: ",
    ...Object.entries(counts).flatMap(([kind, many], place) => [
      place ? " · " : "",
      listLink(ofRun(run, { kind }), `${many} ${kind}`),
    ]),
  );
}

function figureOf(run) {
  const score = data.charts.score.find((entry) => entry.run === run);
  if (!score) {
    const why = data.runs[run].scored
      ? "no task is done yet"
      : "no score: the answers are not known here";
    return element("p", { class: "figure" }, element("span", {}, why));
  }
  const { percent: value, low, high, solved, of, done, asked } = score;
  return element(
    "p",
    { class: "figure" },
    element("b", {}, percent(value)),
    low === null
      ? element(
          "span",
          { class: "warning" },
          `${done.toLocaleString("en")} of ${asked.toLocaleString("en")} tasks done`,
        )
      : element("span", {}, `95% interval ${percent(low)} to ${percent(high)}`),
    element(
      "small",
      {},
      `${+solved.toFixed(2)} of ${count(of, data.rule.unit.slice(0, -1))}, rule ${data.rule.name}`,
    ),
  );
}

function verdictOfRun(run) {
  const counts = tally(run, (record) => record.standing);
  const total = results[run].asked.size;
  const several = data.runs.length > 1;
  return element(
    "div",
    { class: `verdict-run ${runClass(run)}` },
    several
      ? element("h3", {}, element("span", { class: `swatch ${runClass(run)}` }), runName(run))
      : null,
    figureOf(run),
    countLinks(run, counts),
    countBar(run, counts, total),
    failureLinks(run),
    data.runs[run].scored || !results[run].found.size ? null : kindLinks(run),
  );
}

function meanAndSpread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null];
}

const scoresOf = (runs) =>
  data.charts.score.filter((entry) => runs.includes(entry.run)).map((entry) => entry.percent);

function seriesName(runs) {
  const { solver, effort } = data.runs[runs[0]];
  return `${solver}, effort ${effort}`;
}

// Many runs: a row for each series, with the mean and the spread over its seeds, and a switch.
function seriesTable() {
  const rows = seriesOfRuns().map((runs) => {
    const scores = scoresOf(runs);
    const [mean, deviation] = scores.length ? meanAndSpread(scores) : [null, null];
    const box = element("input", {
      type: "checkbox",
      checked: true,
      "aria-label": `Show ${seriesName(runs)} in the charts`,
      oninput: (event) => {
        for (const run of runs) hiddenRuns[event.target.checked ? "delete" : "add"](run);
        redrawCharts();
      },
    });
    return element(
      "tr",
      {},
      element("td", {}, box),
      element(
        "th",
        { scope: "row" },
        element("span", { class: `swatch ${runClass(runs[0])}` }),
        seriesName(runs),
        element(
          "small",
          {},
          runs.length > 1 ? `${runName(runs[0])} to ${runName(runs.at(-1))}` : runName(runs[0]),
        ),
      ),
      element("td", { class: "number" }, String(runs.length)),
      element(
        "td",
        { class: "number" },
        mean === null ? "–" : element("b", {}, percent(mean)),
        deviation === null ? "" : ` ± ${deviation.toFixed(1)}`,
      ),
      element(
        "td",
        { class: "number" },
        scores.length ? `${percent(Math.min(...scores))} to ${percent(Math.max(...scores))}` : "–",
      ),
    );
  });
  const heads = ["Shown", "Solver", "Runs", "Mean ± deviation over seeds", "Least to most"];
  return element(
    "div",
    { class: "wide", role: "region", "aria-label": "Runs by solver", tabindex: 0 },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...heads.map((text, place) =>
            element("th", { scope: "col", class: place > 1 ? "number" : null }, text),
          ),
        ),
      ),
      element("tbody", {}, ...rows),
    ),
  );
}

function drawVerdict(place) {
  const runs = element(
    "div",
    { class: "verdict-runs" },
    ...data.runs.map((_, number) => verdictOfRun(number)),
  );
  const many = manyRuns();
  place.replaceChildren(
    element("h2", { class: "unseen" }, "Verdict"),
    ...(many
      ? [
          seriesTable(),
          element(
            "details",
            {},
            element("summary", {}, `Each of the ${data.runs.length} runs`),
            runs,
          ),
        ]
      : [runs]),
  );
  for (const part of place.querySelectorAll("[data-share]"))
    part.style.flexGrow = part.dataset.share;
}
