"use strict";
// One task: its pairs, and beside them the test with its truth and what a run made of it.

let opened = null;
let room = 1200;

// Columns of a grid; none of an unknown one.
const widthOf = (number) => (number === null ? 0 : gridSize(number).width);

// The side of a cell with which all these rows of grids fit into a width.
function cellFor(rowsOfGrids, space) {
  const sides = rowsOfGrids.map((row) => {
    const cells = row.reduce((sum, number) => sum + widthOf(number), 0);
    return Math.floor((space - 48 * row.length) / cells);
  });
  return Math.max(4, Math.min(28, ...sides));
}

// Rows of at most so many.
function rowsOf(many, numbers) {
  const rows = [];
  for (let at = 0; at < numbers.length; at += many) rows.push(numbers.slice(at, at + many));
  return rows;
}

function pairFigure(name, [input, output], cell) {
  const grid = (number, part) =>
    gridFigure(number, {
      label: `${name} ${part}`,
      cell,
      caption: `${part}, ${sizeText(gridSize(number))}`,
    });
  return element(
    "div",
    { class: "pair" },
    element("h3", {}, name),
    element(
      "div",
      {},
      grid(input, "input"),
      output === null
        ? element("p", { class: "note" }, "The answer is not known here.")
        : grid(output, "output"),
    ),
  );
}

const twoColumns = () => room >= 1000;

function trainView(task) {
  const space = twoColumns() ? room * 0.4 - 20 : Math.min(room, 560);
  const cell = Math.min(22, cellFor(task.train, space));
  return element(
    "section",
    { class: "train", "aria-labelledby": "train-title" },
    element("h2", { id: "train-title" }, "Train"),
    element(
      "div",
      { class: "pairs" },
      ...task.train.map((pair, number) => pairFigure(`train ${number}`, pair, cell)),
    ),
  );
}

// A test: its input, its truth, and the attempts of the chosen run, side by side.
function testView(task, index, test, cell) {
  const [input] = task.test[test];
  const truth = truthOf(task, test);
  const guesses = results[chosenRun()]?.found.get(index)?.guesses?.[test] ?? [];
  const plain = (number, part) =>
    gridCard(
      number,
      cell,
      element("h4", {}, part),
      gridFigure(number, {
        label: `test ${test} ${part}`,
        cell,
        caption: sizeText(gridSize(number)),
      }),
    );
  return element(
    "div",
    { class: "test" },
    element("h3", {}, `test ${test}`),
    element(
      "div",
      { class: "attempts" },
      plain(input, "input"),
      truth === null
        ? element(
            "p",
            { class: "note" },
            look.hiding ? "The truth is hidden." : "The answer is not known here.",
          )
        : plain(truth, data.runs.length ? "truth" : "output"),
      ...guesses.map((guess, number) => attemptFigure(test, number + 1, guess, truth, cell)),
      data.runs.length && !guesses.length ? element("p", { class: "note" }, "no attempt") : null,
    ),
    ...explanationsView(test, guesses),
  );
}

function testsView(task, index) {
  const space = twoColumns() ? room * 0.6 - 20 : room;
  const given = results[chosenRun()]?.found.get(index)?.guesses ?? [];
  const grids = task.test.map((pair, test) => [
    ...pair.filter((number) => number !== null),
    ...(given[test] ?? []).slice(0, data.rule.attempts).map(([grid]) => grid),
  ]);
  const whole = cellFor(grids, space);
  const cell =
    whole >= 9
      ? whole
      : cellFor(
          grids.flatMap((row) => rowsOf(2, row)),
          space,
        );
  return task.test.map((_, test) => testView(task, index, test, cell));
}

function runTabs(index) {
  const buttons = data.runs.map((run, number) =>
    element(
      "button",
      {
        type: "button",
        class: runClass(number),
        "aria-pressed": number === chosenRun(),
        "data-run": run.name,
        onclick: () => chooseRun(run.name, index),
      },
      element("span", { class: `swatch ${runClass(number)}` }),
      `${run.name} `,
      look.hiding ? null : mark(number, index),
    ),
  );
  return element("div", { class: "tabs", role: "group", "aria-label": "Run" }, ...buttons);
}

// Another run is looked at: the list that Next goes through is that run's from now on.
function chooseRun(name, index) {
  state.run = name;
  applyFilters(shown);
  syncFields();
  drawClusters();
  saveState();
  drawTask(index);
  document.querySelector(`#task .tabs [aria-pressed="true"]`)?.focus({ preventScroll: true });
}

function barVerdict(index) {
  if (!data.runs.length || look.hiding) return null;
  const run = chosenRun();
  const found = standing(run, index);
  const wrong = results[run].found.get(index)?.wrong;
  const cells =
    found === "near" || (found === "wrong" && wrong) ? `, ${count(wrong, "cell")} wrong` : "";
  return element(
    "span",
    { class: `verdict bar-verdict ${found}` },
    mark(run, index),
    ` ${STANDINGS[found][1]}${cells}`,
  );
}

const around = (index) => (listed.includes(index) ? listed : data.tasks.map((_, other) => other));

function taskBar(index) {
  const there = around(index);
  const at = there.indexOf(index);
  const go = (step) => ({
    type: "button",
    disabled: there[at + step] === undefined,
    onclick: () => stepTask(step),
  });
  return element(
    "nav",
    { class: "bar", "aria-label": "Tasks" },
    element("button", { type: "button", onclick: () => closeTask() }, "← All tasks"),
    barVerdict(index),
    element("span", { class: "place" }, `${at + 1} of ${there.length.toLocaleString("en")}`),
    element("button", { ...go(-1), id: "previous", "aria-label": "Previous task" }, "‹ Previous"),
    element("button", { ...go(1), id: "next", "aria-label": "Next task" }, "Next ›"),
  );
}

// A task as its file has it.
function taskJson(task) {
  const pairs = (given) =>
    given.map(([input, output]) => ({
      input: gridValues(input),
      ...(output === null ? {} : { output: gridValues(output) }),
    }));
  const test = look.hiding ? task.test.map(([input]) => [input, null]) : task.test;
  return JSON.stringify({ train: pairs(task.train), test: pairs(test) });
}

function taskTools(index) {
  const task = data.tasks[index];
  const hide = element("input", { type: "checkbox", id: "hide", checked: look.hiding });
  hide.addEventListener("input", () => {
    look.hiding = hide.checked;
    memory.set("hide", look.hiding ? "1" : "");
    drawTask(index);
    document.getElementById("hide").focus({ preventScroll: true });
  });
  return element(
    "div",
    { class: "tools" },
    element("label", { class: "check" }, hide, "Hide the truth"),
    element(
      "button",
      { type: "button", onclick: (event) => copyText(taskJson(task), event.currentTarget) },
      "Copy the task as JSON",
    ),
  );
}

function taskView(index) {
  const task = data.tasks[index];
  const runs = data.runs.length;
  return [
    taskBar(index),
    element("h1", { tabindex: -1 }, task.id),
    element(
      "p",
      { class: "lede" },
      `${task.set} · ${count(task.train.length, "train pair")} · ${count(task.test.length, "test")} · ${count(task.colors, "color")}`,
    ),
    taskTools(index),
    element(
      "div",
      { class: "work" },
      trainView(task),
      element(
        "section",
        { class: "tests", "aria-labelledby": "test-title" },
        element("h2", { id: "test-title" }, runs === 1 ? `Test, run ${runName(0)}` : "Test"),
        runs > 1 ? runTabs(index) : null,
        ...testsView(task, index),
        runs ? element("div", { id: "result" }, resultView(task, index, chosenRun())) : null,
      ),
    ),
    runs > 1 ? allRunsView(index) : null,
  ].filter(Boolean);
}

// What scrolls can be scrolled by key: it takes the focus.
function reachScrolling(article) {
  for (const node of article.querySelectorAll(".explanation, pre, .steps")) {
    const scrolls =
      node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1;
    if (scrolls) node.tabIndex = 0;
  }
}

function drawTask(index) {
  const article = document.getElementById("task");
  room = article.clientWidth || room;
  article.replaceChildren(...taskView(index));
  reachScrolling(article);
}

function showTask(index) {
  const article = document.getElementById("task");
  const first = opened === null;
  const focused = document.activeElement?.id;
  const y = first ? 0 : window.scrollY;
  opened = index;
  document.getElementById("overview").hidden = true;
  article.hidden = false;
  drawTask(index);
  window.scrollTo(0, y);
  const again = first ? null : article.querySelector(`#${focused || "none"}:enabled`);
  (again ?? article.querySelector("h1")).focus({ preventScroll: true });
  document.title = `${data.tasks[index].id} · ${TITLE}`;
}

// The list, at the place where it was left, with the focus on the task that was open.
function showOverview(y = 0) {
  const last = opened;
  opened = null;
  document.getElementById("task").hidden = true;
  document.getElementById("overview").hidden = false;
  document.title = TITLE;
  const at = listed.indexOf(last);
  if (at >= shown) showMore(at + 1 - shown);
  window.scrollTo(0, y);
  const item = items[state.view === "table" ? "table" : "cards"].get(last);
  if (last === null || !item?.isConnected) return;
  item.querySelector("a").focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

function openTask(index) {
  rememberPlace();
  showTask(index);
  saveState(true, { opened: true });
}

function stepTask(step) {
  if (opened === null) {
    if (listed.length) openTask(listed[0]);
    return;
  }
  const there = around(opened);
  const next = there[there.indexOf(opened) + step];
  if (next === undefined) return;
  showTask(next);
  saveState();
}

document
  .getElementById("task")
  .addEventListener("toggle", () => reachScrolling(document.getElementById("task")), true);
