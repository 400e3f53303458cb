"use strict";
// The fields by which tasks are searched, filtered and sorted; and how the list is taken away.

function field(name, label, control) {
  control.name = name;
  control.addEventListener("input", () => {
    state[name] = control.type === "checkbox" ? (control.checked ? "1" : "") : control.value;
    changed();
    if (name === "run") drawClusters();
  });
  return control.type === "checkbox"
    ? element("label", { class: "check", "data-field": name }, control, label)
    : element("label", { "data-field": name }, label, control);
}

function choices(...options) {
  return element(
    "select",
    {},
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
}

function search(placeholder) {
  const control = element("input", { type: "search", placeholder, autocomplete: "off" });
  return field("q", "Search", control);
}

// The kinds of outcomes that occur.
function kindsThere() {
  const there = new Set(results.flatMap(({ found }) => [...found.values()].map((one) => one.kind)));
  const left = results.some(({ found, asked }) => found.size < asked.size);
  return [...data.kinds.filter((kind) => there.has(kind)), ...(left ? ["left"] : [])];
}

// The outcomes that there are, as choices.
const kindChoices = () => [["", "any"], ...kindsThere().map((kind) => [kind, kind])];

function runFields() {
  const runs = data.runs.map((run) => [run.name, run.name]);
  const several = runs.length > 1;
  return [
    several ? field("run", "Run", choices(...runs)) : null,
    field(
      "show",
      "Show",
      choices(
        ["all", "all"],
        ["unsolved", "not solved"],
        ...["solved", "part", "near", "wrong", "none", "left"].map((name) => [
          name,
          STANDINGS[name][1],
        ]),
      ),
    ),
    field(
      "near",
      "Wrong cells, at most",
      element("input", { type: "number", min: 1, max: 900, placeholder: data.near }),
    ),
    field(
      "why",
      "Failure",
      choices(["", "any"], ...Object.entries(WHYS).map(([k, [t]]) => [k, t])),
    ),
    field("kind", "Outcome", choices(...kindChoices())),
    several ? field("versus", "Against", choices(["", "no other run"], ...runs)) : null,
    several
      ? field(
          "duel",
          "Result",
          choices(
            ["differ", "won or lost"],
            ["won", "won"],
            ["lost", "lost"],
            ["both", "solved by both"],
            ["neither", "solved by neither"],
          ),
        )
      : null,
  ].filter(Boolean);
}

function makeFilters(form) {
  const keys = Object.entries(KEYS).filter(([name]) => data.runs.length || !OF_RUNS.has(name));
  form.append(
    search(data.runs.length ? "id, explanation, error" : "id"),
    ...(data.runs.length ? runFields() : []),
    field("sort", "Sort by", choices(...keys.map(([name, [text]]) => [name, text]))),
    field("down", "descending", element("input", { type: "checkbox" })),
    field("view", "As", choices(["cards", "cards"], ["table", "table"])),
  );
  if (data.runs.length) form.after(element("p", { class: "note" }, marksNote()));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("clear").addEventListener("click", clearAll);
  makeTakeaway(document.getElementById("takeaway"));
}

function marksNote() {
  const signs = Object.values(STANDINGS).filter(([sign]) => sign && sign !== "?");
  const told = signs.map(([sign, text]) => `${sign} ${text}`).join(", ");
  return `Marks, one for each run: ${told}; near is at most ${data.near} wrong cells.`;
}

// Fields show the state; those that mean nothing now are hidden.
function syncFields() {
  const form = document.getElementById("filters");
  for (const control of form.elements) {
    const value = state[control.name] || (control.name === "run" ? data.runs[0].name : "");
    if (control.type === "checkbox") control.checked = Boolean(value);
    else if (control.value !== value) control.value = value;
  }
  const hide = (name, hidden) => {
    const label = form.querySelector(`[data-field="${name}"]`);
    if (label) label.hidden = hidden;
  };
  hide("near", state.show !== "near");
  hide("duel", !state.versus);
}

// The tasks that are listed, with what the chosen run made of them, as plain values.
function listedRecords() {
  return listed.map((index) => {
    const { id, set, size, pairs, colors } = data.tasks[index];
    const plain = { id, set, size, pairs, colors };
    if (!data.runs.length) return plain;
    const record = recordOf(index);
    return {
      ...plain,
      run: runName(chosenRun()),
      verdict: standing(chosenRun(), index),
      outcome: record?.kind ?? null,
      solved: record?.solved ?? null,
      wrong: record?.wrong ?? null,
      seconds: record?.wall ?? null,
      cost: record?.cost ?? null,
      confidence: surest(index),
      explanation: data.texts[record?.guesses?.[0]?.[0]?.[2]] ?? null,
    };
  });
}

function csvText(records) {
  const quoted = (value) => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = records.map((record) => Object.values(record).map(quoted).join(","));
  return [Object.keys(records[0]).join(","), ...lines, ""].join("\r\n");
}

function makeTakeaway(place) {
  const ids = () => listed.map((index) => data.tasks[index].id).join("\n");
  const forms = [
    ["Copy ids", ids],
    ["CSV", () => csvText(listedRecords())],
    ["JSON", () => JSON.stringify(listedRecords(), null, 1)],
  ];
  place.append(
    ...forms.map(([text, write]) =>
      element(
        "button",
        { type: "button", onclick: (event) => copyText(write(), event.currentTarget) },
        text === "Copy ids" ? text : `Copy ${text}`,
      ),
    ),
  );
}
