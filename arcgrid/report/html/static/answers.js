"use strict";
// What runs made of a task: attempts with their verdicts, programs step by step, all runs together.

// What an attempt is: a standing, words, and the cells that are wrong.
function verdictOf(grid, truth) {
  if (truth === null) return ["none", look.hiding ? "" : "the answer is not known", []];
  const wrong = wrongCells(grid, truth);
  if (wrong === null) return ["wrong", `wrong size, ${sizeText(gridSize(truth))} is right`, []];
  if (!wrong.length) return ["solved", "correct", []];
  const { height, width } = gridSize(truth);
  return [
    wrong.length <= data.near ? "near" : "wrong",
    `${wrong.length} of ${count(height * width, "cell")} wrong`,
    wrong,
  ];
}

// The truth of a test, as long as it is not hidden.
const truthOf = (task, test) => (look.hiding ? null : task.test[test][1]);

function attemptFigure(test, number, [grid, confidence], truth, cell) {
  const [kind, text, wrong] = verdictOf(grid, truth);
  const sure = typeof confidence === "number" ? `, confidence ${confidence.toFixed(2)}` : "";
  const late = number > data.rule.attempts ? `; beyond the rule's ${data.rule.attempts}` : "";
  return gridCard(
    grid,
    cell,
    element(
      "h4",
      {},
      `attempt ${number}${text ? ": " : ""}`,
      element("span", { class: `verdict ${kind}` }, text),
      late,
    ),
    gridFigure(grid, {
      label: `test ${test} attempt ${number}`,
      cell,
      wrong,
      truth,
      caption: `${sizeText(gridSize(grid))}${sure}`,
    }),
  );
}

// How attempts were come by: in words, and step by step.
function explanationsView(test, guesses) {
  return guesses.flatMap(([, , words, steps], place) => {
    const label = `test ${test} attempt ${place + 1}`;
    const text = data.texts[words];
    if (!text && !steps) return [];
    return [
      element(
        "div",
        { class: "told" },
        element("h4", {}, `attempt ${place + 1}`),
        text ? element("p", { class: "explanation" }, text) : null,
        steps ? stepsView(steps, label) : null,
      ),
    ];
  });
}

// A frame around a grid that is as wide as the grid, and wide enough for a few words.
function gridCard(number, cell, ...children) {
  const card = element("div", { class: "attempt" }, ...children);
  card.style.width = `${Math.max(140, widthOf(number) * cell + 32)}px`;
  return card;
}

// A program step by step: the grids that it made on its way, as a strip.
function stepsView(steps, label) {
  return element(
    "ol",
    { class: "steps", "aria-label": `Steps of ${label}` },
    ...steps.map(([words, grid], place) => {
      const { height, width } = gridSize(grid);
      const cell = Math.max(4, Math.min(12, Math.floor(90 / Math.max(height, width))));
      return element(
        "li",
        {},
        gridFigure(grid, {
          label: `step ${place + 1} of ${label}`,
          cell,
          caption: data.texts[words] ?? "",
          copy: false,
        }),
      );
    }),
  );
}

// When each answer came, on the task's own clock.
function timeLine(task, result) {
  const answers = result.answers ?? [];
  if (!answers.length) return null;
  const end = Math.max(result.wall, answers.at(-1)[0], 1e-6);
  const x = (seconds) => `${(1 + 98 * (seconds / end)).toFixed(2)}%`;
  const kind = ([, solved, wrong]) =>
    solved === task.test.length ? "solved" : wrong === null && !solved ? "none" : "wrong";
  const text = ([, solved, wrong]) =>
    solved === task.test.length
      ? "solved"
      : `${solved ? `${solved} of ${task.test.length} solved, ` : ""}${wrong === null ? "no right size" : `${count(wrong, "cell")} wrong`}`;
  const changes = answers.filter(
    (answer, index) => !index || text(answer) !== text(answers[index - 1]),
  );
  return element(
    "div",
    { class: "line" },
    element("h3", {}, "Time line"),
    shape(
      "svg",
      { role: "img", "aria-label": `${count(answers.length, "answer")} in ${duration(end)}` },
      shape("line", { class: "axis", x1: x(0), x2: x(end), y1: 10, y2: 10 }),
      ...answers.map((answer) =>
        shape(
          "circle",
          { class: `tick-${kind(answer)}`, cx: x(answer[0]), cy: 10, r: 5 },
          tooltip(`${duration(answer[0])}: ${text(answer)}`),
        ),
      ),
    ),
    element(
      "div",
      { class: "ends" },
      element("span", {}, "0"),
      element("span", {}, `${duration(result.wall)}: ${result.kind}`),
    ),
    element(
      "ol",
      {},
      ...changes.map((answer) => element("li", {}, `${duration(answer[0])}: ${text(answer)}`)),
    ),
  );
}

// The attempts of all runs at a test, equal ones together, the commonest first.
function commonAttempts(index, test) {
  const found = new Map();
  for (const [run, { found: records }] of results.entries()) {
    const guesses = records.get(index)?.guesses?.[test] ?? [];
    for (const [number, [grid]] of guesses.slice(0, data.rule.attempts).entries()) {
      const one = found.get(grid) ?? { grid, by: new Map() };
      if (!one.by.has(run)) one.by.set(run, number + 1);
      found.set(grid, one);
    }
  }
  return [...found.values()].sort((a, b) => b.by.size - a.by.size);
}

const MOST_COMMON = 12;

function commonFigure(task, test, place, { grid, by }) {
  const truth = truthOf(task, test);
  const [kind, text, wrong] = verdictOf(grid, truth);
  const cell = Math.max(
    4,
    Math.min(16, Math.floor(130 / Math.max(...Object.values(gridSize(grid))))),
  );
  const label = `test ${test} answer ${place + 1} of all runs`;
  return gridCard(
    grid,
    cell,
    element("h4", {}, element("span", { class: `verdict ${kind}` }, text)),
    gridFigure(grid, { label, cell, wrong, truth, caption: sizeText(gridSize(grid)) }),
    element(
      "ul",
      { class: "by" },
      ...[...by]
        .slice(0, 6)
        .map(([run, number]) =>
          element(
            "li",
            {},
            element("span", { class: `swatch ${runClass(run)}` }),
            `${runName(run)}, attempt ${number}`,
          ),
        ),
      by.size > 6 ? element("li", {}, `and ${by.size - 6} more`) : null,
    ),
  );
}

function allRunsView(index) {
  const task = data.tasks[index];
  const tests = task.test.map((_, test) => [test, commonAttempts(index, test)]);
  return element(
    "section",
    { "aria-labelledby": "together" },
    element("h2", { id: "together" }, "All runs together"),
    ...tests.flatMap(([test, answers]) => [
      element("h3", {}, `Test ${test}: ${count(answers.length, "different answer")}`),
      element(
        "div",
        { class: "attempts" },
        ...answers.slice(0, MOST_COMMON).map((one, place) => commonFigure(task, test, place, one)),
      ),
      answers.length > MOST_COMMON
        ? element("p", { class: "note" }, `${answers.length - MOST_COMMON} more are not shown here`)
        : null,
    ]),
  );
}

function fact(name, value) {
  return value === null || value === undefined
    ? null
    : element("div", {}, element("dt", {}, name), element("dd", {}, value));
}

function factsOf(result) {
  return element(
    "dl",
    { class: "facts" },
    fact("outcome", result.kind),
    fact("wall", duration(result.wall)),
    fact("CPU", duration(result.cpu)),
    fact("peak memory", result.memory && `${result.memory.toLocaleString("en")} MiB`),
    fact("cost", result.cost === undefined ? null : dollars(result.cost)),
    fact("tokens", result.tokens === undefined ? null : result.tokens.toLocaleString("en")),
    fact("wrong cells", result.solved === 1 || look.hiding ? null : result.wrong),
  );
}

const beyondText = (many) =>
  `${many} ${many === 1 ? "guess" : "guesses"} beyond the budget dropped`;

// What one run did on a task, its attempts left out: they stand beside the test.
function resultView(task, index, run) {
  const result = results[run].found.get(index);
  if (!result)
    return element(
      "p",
      { class: "note" },
      `${runName(run)}: ${STANDINGS[standing(run, index)][1]}.`,
    );
  const text = (number) => data.texts[number];
  return element(
    "div",
    {},
    factsOf(result),
    result.more
      ? element("p", { class: "note" }, `${count(result.more, "more attempt")} not shown here`)
      : null,
    result.beyond ? element("p", { class: "note" }, beyondText(result.beyond)) : null,
    result.error === undefined
      ? null
      : element("div", {}, element("h3", {}, "Error"), element("pre", {}, text(result.error))),
    look.hiding ? null : timeLine(task, result),
    samplesView(task, result),
    result.output === undefined
      ? null
      : element(
          "details",
          {},
          element("summary", {}, "What it printed"),
          element("pre", {}, text(result.output)),
        ),
  );
}
