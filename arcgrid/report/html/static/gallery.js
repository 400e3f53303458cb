"use strict";
// The tasks: which are listed, in which order, and their cards.

const DEFAULTS = {
  q: "",
  run: "",
  show: "all",
  near: "5",
  kind: "",
  versus: "",
  duel: "differ",
  sort: "id",
  down: "",
};
const state = { ...DEFAULTS };

// Results by run and task: results[run][task].
let results = [];
// What the search looks at, by task.
let words = [];

whenData(() => {
  results = data.runs.map((run) => {
    const found = new Map(run.results.map((result) => [result.task, result]));
    return { found, asked: new Set(run.asked) };
  });
  words = data.tasks.map((task, index) =>
    [
      task.id,
      task.set,
      ...results.map(({ found }) => {
        const result = found.get(index);
        const guesses = (result?.guesses ?? []).flat().map((guess) => guess[2] ?? "");
        return [result?.error ?? "", ...guesses].join(" ");
      }),
    ]
      .join(" ")
      .toLowerCase(),
  );
});

const chosenRun = () =>
  Math.max(
    0,
    data.runs.findIndex((run) => run.name === state.run),
  );

// What a run made of a task: solved, part, near, wrong, none (no attempt yet, or no answer).
function standing(run, index, near = 5) {
  const result = results[run].found.get(index);
  if (!result) return results[run].asked.has(index) ? "left" : "absent";
  if (result.solved === 1) return "solved";
  if (result.solved > 0) return "part";
  if (result.wrong !== undefined && result.wrong !== null && result.wrong <= near) return "near";
  return result.guesses?.some((guesses) => guesses.length) ? "wrong" : "none";
}

const STANDINGS = {
  solved: ["✓", "solved"],
  part: ["∕", "solved in part"],
  near: ["≈", "near miss"],
  wrong: ["✗", "not solved"],
  none: ["–", "no attempt"],
  left: ["", "not run yet"],
  absent: ["", "not asked for"],
};

function passes(index) {
  if (state.q && !words[index].includes(state.q.toLowerCase())) return false;
  if (!data.runs.length) return true;
  const run = chosenRun();
  const result = results[run].found.get(index);
  const near = Number(state.near) || 0;
  if (state.show === "solved" && result?.solved !== 1) return false;
  if (state.show === "unsolved" && (!results[run].asked.has(index) || result?.solved === 1))
    return false;
  if (
    state.show === "near" &&
    !(result && result.solved !== 1 && result.wrong > 0 && result.wrong <= near)
  )
    return false;
  if (
    state.kind === "left"
      ? standing(run, index) !== "left"
      : state.kind && result?.kind !== state.kind
  )
    return false;
  const other = data.runs.findIndex((entry) => entry.name === state.versus);
  if (other >= 0) {
    if (!results[run].asked.has(index) || !results[other].asked.has(index)) return false;
    const gain = (result?.solved ?? 0) - (results[other].found.get(index)?.solved ?? 0);
    if (state.duel === "won" ? gain <= 0 : state.duel === "lost" ? gain >= 0 : gain === 0)
      return false;
  }
  return true;
}

const KEYS = {
  id: (index) => data.tasks[index].id,
  distance: (index) => results[chosenRun()].found.get(index)?.wrong ?? null,
  time: (index) => results[chosenRun()].found.get(index)?.wall ?? null,
  size: (index) => data.tasks[index].size,
  pairs: (index) => data.tasks[index].train.length,
  colors: (index) => data.tasks[index].colors,
};

// Tasks that pass, sorted; those without a value come last either way.
function listTasks() {
  const key = KEYS[state.sort] ?? KEYS.id;
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

const PAGE = 36;
const MARKS_A_ROW = 7;
const cards = new Map();
const list = document.getElementById("cards");
let listed = [];
let shown = 0;

const thumbs = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        drawThumb(entry.target, data.tasks[Number(entry.target.dataset.task)]);
        thumbs.unobserve(entry.target);
      }
    }
  },
  { rootMargin: "300px" },
);

function mark(run, index) {
  const found = standing(run, index);
  const [sign, text] = STANDINGS[found];
  return element(
    "span",
    {
      class: `mark ${found}`,
      role: "img",
      title: `${runName(run)}: ${text}`,
      "aria-label": `${runName(run)}: ${text}`,
    },
    sign,
  );
}

// The marks of all runs as one picture: with 20 runs, boxes with letters would be slow to lay out.
const STROKES = {
  solved: "m4 8.5 3 3 5-6",
  part: "m4 12 8-8",
  near: "m4 6.5q2-2 4 0t4 0m-8 4q2-2 4 0t4 0",
  wrong: "m5 5 6 6m0-6-6 6",
  none: "m5 8h6",
};

function marksPicture(index) {
  const [squares, strokes] = [{}, {}];
  const texts = data.runs.map((run, number) => {
    const found = standing(number, index);
    const corner = `M${(number % MARKS_A_ROW) * 19} ${Math.floor(number / MARKS_A_ROW) * 19}`;
    squares[found] = `${squares[found] ?? ""}${corner}h16v16h-16z`;
    if (STROKES[found]) strokes[found] = `${strokes[found] ?? ""}${corner}${STROKES[found]}`;
    return `${run.name}: ${STANDINGS[found][1]}`;
  });
  const [width, height] = [MARKS_A_ROW * 19, Math.ceil(data.runs.length / MARKS_A_ROW) * 19];
  return shape(
    "svg",
    {
      class: "marks",
      width,
      height,
      viewBox: `-1 -1 ${width} ${height}`,
      role: "img",
      "aria-label": texts.join(", "),
    },
    shape("title", {}, texts.join("\n")),
    ...Object.entries(squares).map(([found, path]) =>
      shape("path", { class: `square ${found}`, d: path }),
    ),
    ...Object.entries(strokes).map(([found, path]) =>
      shape("path", { class: `stroke ${found}`, d: path }),
    ),
  );
}

function makeCard(index) {
  const task = data.tasks[index];
  const canvas = element("canvas", { "aria-hidden": "true", "data-task": index });
  const pairs = `${count(task.train.length, "pair")}, ${count(task.test.length, "test")}`;
  return element(
    "li",
    { class: "card" },
    element(
      "a",
      {
        href: `#${new URLSearchParams({ task: task.key })}`,
        "data-key": task.key,
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          openTask(index);
        },
      },
      canvas,
      element("span", { class: "id" }, task.id),
      element("span", { class: "about" }, pairs),
      data.runs.length ? marksPicture(index) : null,
    ),
  );
}

function showMore(many = PAGE) {
  const next = listed.slice(shown, shown + many);
  for (const index of next) {
    if (!cards.has(index)) cards.set(index, makeCard(index));
    thumbs.observe(cards.get(index).querySelector("canvas"));
  }
  list.append(...next.map((index) => cards.get(index)));
  shown += next.length;
}

function applyFilters(many = PAGE) {
  listed = listTasks();
  shown = 0;
  list.replaceChildren();
  showMore(many);
  document.getElementById("count").textContent =
    listed.length === data.tasks.length
      ? count(listed.length, "task")
      : `${listed.length.toLocaleString("en")} of ${count(data.tasks.length, "task")}`;
}

function redrawThumbs() {
  for (const card of list.children) thumbs.observe(card.querySelector("canvas"));
}

new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting) && shown < listed.length) showMore();
  },
  { rootMargin: "600px" },
).observe(document.getElementById("more"));

function field(name, label, control) {
  control.name = name;
  control.addEventListener("input", () => {
    state[name] = control.type === "checkbox" ? (control.checked ? "1" : "") : control.value;
    applyFilters();
    syncFields();
    saveState();
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

// The outcomes that there are, as choices.
function kindChoices() {
  const kinds = [...data.kinds, "left"].filter(
    (kind) =>
      !data.charts ||
      data.charts.outcomes.some(({ counts }) =>
        counts.some(([name, many]) => name === kind && many),
      ),
  );
  return [["", "any"], ...kinds.map((kind) => [kind, kind])];
}

function makeFilters(form) {
  const runs = data.runs.map((run) => [run.name, run.name]);
  form.append(
    field(
      "q",
      "Search",
      element("input", {
        type: "search",
        placeholder: runs.length ? "id, explanation, error" : "id",
        autocomplete: "off",
      }),
    ),
  );
  if (runs.length) {
    if (runs.length > 1) form.append(field("run", "Run", choices(...runs)));
    form.append(
      field(
        "show",
        "Show",
        choices(
          ["all", "all"],
          ["solved", "solved"],
          ["unsolved", "not solved"],
          ["near", "near misses"],
        ),
      ),
      field("near", "Wrong cells, at most", element("input", { type: "number", min: 1, max: 900 })),
      field("kind", "Outcome", choices(...kindChoices())),
    );
    if (runs.length > 1) {
      form.append(
        field("versus", "Against", choices(["", "no other run"], ...runs)),
        field(
          "duel",
          "Result",
          choices(["differ", "won or lost"], ["won", "won"], ["lost", "lost"]),
        ),
      );
    }
  }
  const byRun = runs.length
    ? [
        ["distance", "distance"],
        ["time", "time"],
      ]
    : [];
  form.append(
    field(
      "sort",
      "Sort by",
      choices(
        ["id", "id"],
        ...byRun,
        ["size", "largest grid"],
        ["pairs", "train pairs"],
        ["colors", "colors"],
      ),
    ),
    field("down", "descending", element("input", { type: "checkbox" })),
  );
  if (runs.length) {
    form.after(
      element(
        "p",
        { class: "note" },
        "Marks, one for each run: " +
          Object.values(STANDINGS)
            .filter(([sign]) => sign)
            .map(([sign, text]) => `${sign} ${text}`)
            .join(", ") +
          "; near is at most 5 wrong cells.",
      ),
    );
  }
  form.addEventListener("submit", (event) => event.preventDefault());
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
