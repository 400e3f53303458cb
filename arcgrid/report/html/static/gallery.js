"use strict";
// The tasks that are listed: as cards, or as rows of a table.

const PAGE = 36;
const MARKS_A_ROW = 7;
const items = { cards: new Map(), table: new Map() };
const list = document.getElementById("cards");
const rows = document.querySelector("#table tbody");
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
  unknown: "m6 6q2-3 4 0-2 1-2 3m0 2v1",
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

function taskLink(index, ...children) {
  const { key } = data.tasks[index];
  return element(
    "a",
    {
      href: `#${new URLSearchParams({ task: key })}`,
      "data-key": key,
      onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        openTask(index);
      },
    },
    ...children,
  );
}

function makeCard(index) {
  const task = data.tasks[index];
  const canvas = element("canvas", { "aria-hidden": "true", "data-task": index });
  return element(
    "li",
    { class: "card" },
    taskLink(
      index,
      canvas,
      element("span", { class: "id" }, task.id),
      element("span", { class: "about" }),
      data.runs.length ? marksPicture(index) : null,
    ),
  );
}

// Below its id a card has the value that it is sorted by; where it is not, what the task has.
function aboutTask(index) {
  const task = data.tasks[index];
  const plain = `${count(task.pairs, "pair")}, ${count(task.test.length, "test")}`;
  const [, value, text] = KEYS[state.sort] ?? KEYS.id;
  const found = state.sort === "id" ? null : value(index);
  if (state.sort in KEYS && state.sort !== "id") return found === null ? "not known" : text(found);
  return plain;
}

// The columns of the table: what it is sorted by, and how a cell is written.
const COLUMNS = data.runs.length
  ? ["id", "verdict", "distance", "time", "cost", "confidence", "size", "how"]
  : ["id", "size", "pairs", "colors"];
const PLAIN_NUMBER = new Set(["distance", "size", "pairs", "colors"]);

function cellText(name, value) {
  if (value === null) return "–";
  if (PLAIN_NUMBER.has(name)) return value.toLocaleString("en");
  return name === "confidence" ? value.toFixed(2) : KEYS[name][2](value);
}

function makeRow(index) {
  const cells = COLUMNS.slice(1).map((name) =>
    element(
      "td",
      { class: name === "verdict" || name === "how" ? null : "number" },
      cellText(name, KEYS[name][1](index)),
    ),
  );
  if (data.runs.length) cells[0].prepend(mark(chosenRun(), index), " ");
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, taskLink(index, data.tasks[index].id)),
    ...cells,
  );
}

function makeHead() {
  const cells = COLUMNS.map((name) => {
    const sorted = state.sort === name;
    return element(
      "th",
      { scope: "col", "aria-sort": sorted ? (state.down ? "descending" : "ascending") : null },
      element(
        "button",
        {
          type: "button",
          class: "sort",
          "data-sort": name,
          onclick: () => {
            state.down = sorted && !state.down ? "1" : "";
            state.sort = name;
            changed();
            document.querySelector(`#table button[data-sort="${name}"]`).focus();
          },
        },
        KEYS[name][0],
        sorted ? (state.down ? " ▾" : " ▴") : "",
      ),
    );
  });
  document.querySelector("#table thead").replaceChildren(element("tr", {}, ...cells));
}

function showMore(many = PAGE) {
  const next = listed.slice(shown, shown + many);
  const [place, make] = state.view === "table" ? [rows, makeRow] : [list, makeCard];
  const made = items[state.view === "table" ? "table" : "cards"];
  for (const index of next) {
    if (!made.has(index)) made.set(index, make(index));
    if (place !== list) continue;
    made.get(index).querySelector(".about").textContent = aboutTask(index);
    thumbs.observe(made.get(index).querySelector("canvas"));
  }
  place.append(...next.map((index) => made.get(index)));
  shown += next.length;
}

// List what passes; `keep` as many as were shown before, so that the page stays as long as it is.
function applyFilters(keep = 0) {
  listed = listTasks();
  shown = 0;
  list.replaceChildren();
  rows.replaceChildren();
  items.table.clear();
  list.hidden = state.view === "table";
  document.getElementById("table").hidden = state.view !== "table" || !listed.length;
  makeHead();
  showMore(Math.max(PAGE, keep));
  document.getElementById("count").textContent =
    listed.length === data.tasks.length
      ? count(listed.length, "task")
      : `${listed.length.toLocaleString("en")} of ${count(data.tasks.length, "task")}`;
  document.getElementById("chips").replaceChildren(...chips());
  document.getElementById("nothing").hidden = listed.length > 0;
  document.getElementById("takeaway").hidden = !listed.length;
}

// The filters that are on, each with a way out.
function chips() {
  const on = filtersOn();
  const made = on.map(([name, text]) =>
    element(
      "button",
      {
        type: "button",
        class: "chip",
        "data-filter": name,
        "aria-label": `Remove the filter ${text}`,
        onclick: () => {
          state[name] = DEFAULTS[name];
          changed();
          (document.querySelector(".chip") ?? document.getElementById("tasks")).focus();
        },
      },
      `${text} ✕`,
    ),
  );
  if (on.length > 1)
    made.push(element("button", { type: "button", class: "chip", onclick: clearAll }, "Clear all"));
  return made;
}

function clearAll() {
  Object.assign(state, noFilters());
  changed();
  document.getElementById("tasks").focus({ preventScroll: true });
}

// The state was changed by hand: the list, the fields and the address follow.
function changed() {
  applyFilters();
  syncFields();
  saveState();
}

// List what some values let through and nothing else, and go there.
function listOnly(values) {
  rememberPlace();
  if (opened !== null) showOverview();
  Object.assign(state, noFilters(), values);
  applyFilters();
  syncFields();
  drawClusters();
  saveState(true);
  goToTasks();
}

function goToTasks() {
  const place = document.getElementById("tasks");
  place.scrollIntoView();
  place.focus({ preventScroll: true });
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
