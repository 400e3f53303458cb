"use strict";
// One task: its pairs, its truth, and what each run made of it.

let opened = null;
let place = 0;

function cellSize(task, most) {
  const numbers = [...task.train.flat(), ...task.test.flat()].filter((number) => number !== null);
  const side = Math.max(...numbers.map((number) => Math.max(...Object.values(gridSize(number)))));
  return Math.max(8, Math.min(28, Math.floor(most / side)));
}

function pairFigure(name, [input, output], cell) {
  return element(
    "div",
    { class: "pair" },
    element("h4", {}, name),
    element(
      "div",
      {},
      gridFigure(input, {
        label: `${name} input`,
        cell,
        caption: `input, ${sizeText(gridSize(input))}`,
      }),
      output === null
        ? element("p", { class: "note" }, "The answer is not known here.")
        : gridFigure(output, {
            label: `${name} output`,
            cell,
            caption: `output, ${sizeText(gridSize(output))}`,
          }),
    ),
  );
}

function fact(name, value) {
  return value === null || value === undefined
    ? null
    : element("div", {}, element("dt", {}, name), element("dd", {}, value));
}

function verdictOf(grid, truth) {
  if (truth === null) return ["none", "the answer is not known", []];
  const wrong = wrongCells(grid, truth);
  if (wrong === null) return ["wrong", `wrong size, ${sizeText(gridSize(truth))} is right`, []];
  if (!wrong.length) return ["solved", "correct", []];
  const { height, width } = gridSize(truth);
  return [
    wrong.length <= 5 ? "near" : "wrong",
    `${wrong.length} of ${count(height * width, "cell")} wrong`,
    wrong,
  ];
}

function attemptFigure(test, number, [grid, confidence, explanation], truth, cell) {
  const [kind, text, wrong] = verdictOf(grid, truth);
  const sure =
    confidence === undefined || confidence === null ? "" : `, confidence ${confidence.toFixed(2)}`;
  const late = number > data.rule.attempts ? `; beyond the rule's ${data.rule.attempts}` : "";
  return element(
    "div",
    { class: "attempt" },
    element(
      "h4",
      {},
      `attempt ${number}: `,
      element("span", { class: `verdict ${kind}` }, text),
      late,
    ),
    gridFigure(grid, {
      label: `test ${test} attempt ${number}`,
      cell,
      wrong,
      caption: `${sizeText(gridSize(grid))}${sure}`,
    }),
    explanation ? element("p", { class: "explanation" }, explanation) : null,
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
    element("h4", {}, "Time line"),
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

function resultView(task, index, run, cell) {
  const result = results[run].found.get(index);
  if (!result)
    return element(
      "p",
      { class: "note" },
      `${data.runs[run].name}: ${STANDINGS[standing(run, index)][1]}.`,
    );
  const guesses = result.guesses ?? [];
  const tests = task.test.flatMap(([, truth], test) => {
    const given = guesses[test] ?? [];
    const attempts = given.map((guess, number) =>
      attemptFigure(test, number + 1, guess, truth, cell),
    );
    return [
      element("h4", {}, `Test ${test}`),
      element(
        "div",
        { class: "attempts" },
        truth === null
          ? null
          : element(
              "div",
              { class: "attempt" },
              element("h4", {}, "truth"),
              gridFigure(truth, {
                label: `test ${test} truth`,
                cell,
                caption: sizeText(gridSize(truth)),
              }),
            ),
        ...(attempts.length ? attempts : [element("p", { class: "note" }, "no attempt")]),
      ),
    ];
  });
  return element(
    "div",
    {},
    element(
      "dl",
      { class: "facts" },
      fact("outcome", result.kind),
      fact("wall", duration(result.wall)),
      fact("CPU", duration(result.cpu)),
      fact(
        "peak memory",
        result.memory && `${Math.round(result.memory / 2 ** 20).toLocaleString("en")} MiB`,
      ),
      fact("cost", result.cost === undefined ? null : dollars(result.cost)),
      fact("tokens", result.tokens === undefined ? null : result.tokens.toLocaleString("en")),
      fact("wrong cells", result.solved === 1 ? null : result.wrong),
    ),
    ...tests,
    result.more
      ? element("p", { class: "note" }, `${count(result.more, "more attempt")} not shown here`)
      : null,
    result.beyond
      ? element(
          "p",
          { class: "note" },
          `${count(result.beyond, "guess").replace("guesss", "guesses")} beyond the budget dropped`,
        )
      : null,
    timeLine(task, result),
    samplesView(task, result),
    result.error
      ? element("div", {}, element("h4", {}, "Error"), element("pre", {}, result.error))
      : null,
    result.output
      ? element(
          "details",
          {},
          element("summary", {}, "What it printed"),
          element("pre", {}, result.output),
        )
      : null,
  );
}

function runTabs(task, index, view) {
  const buttons = data.runs.map((run, number) =>
    element(
      "button",
      {
        type: "button",
        class: runClass(number),
        "aria-pressed": number === chosenRun(),
        "data-run": run.name,
        onclick: () => {
          state.run = run.name;
          for (const [other, button] of buttons.entries()) {
            button.setAttribute("aria-pressed", other === number);
          }
          view.replaceChildren(resultView(task, index, number, cellSize(task, 280)));
          saveState();
        },
      },
      element("span", { class: `swatch ${runClass(number)}` }),
      `${run.name} `,
      mark(number, index),
    ),
  );
  return element("div", { class: "tabs", role: "group", "aria-label": "Run" }, ...buttons);
}

function taskView(index) {
  const task = data.tasks[index];
  const around = listed.includes(index) ? listed : data.tasks.map((_, other) => other);
  const at = around.indexOf(index);
  const go = (step) => ({
    type: "button",
    disabled: !around[at + step] && around[at + step] !== 0,
    onclick: () => stepTask(step),
  });
  const cell = cellSize(task, 220);
  const view = element("div", { id: "result" });
  if (data.runs.length) view.append(resultView(task, index, chosenRun(), cellSize(task, 280)));
  return [
    element(
      "nav",
      { class: "bar", "aria-label": "Tasks" },
      element("button", { type: "button", onclick: () => closeTask() }, "← All tasks"),
      element("span", { class: "place" }, `${at + 1} of ${around.length.toLocaleString("en")}`),
      element("button", { ...go(-1), id: "previous", "aria-label": "Previous task" }, "‹ Previous"),
      element("button", { ...go(1), id: "next", "aria-label": "Next task" }, "Next ›"),
    ),
    element("h1", { tabindex: -1 }, task.id),
    element(
      "p",
      { class: "lede" },
      `${task.set} · ${count(task.train.length, "train pair")} · ${count(task.test.length, "test")} · ${count(task.colors, "color")}`,
    ),
    element("h2", {}, "Train"),
    element(
      "div",
      { class: "pairs" },
      ...task.train.map((pair, number) => pairFigure(`train ${number}`, pair, cell)),
    ),
    element("h2", {}, "Test"),
    element(
      "div",
      { class: "pairs" },
      ...task.test.map((pair, number) => pairFigure(`test ${number}`, pair, cell)),
    ),
    ...(data.runs.length
      ? [
          element("h2", {}, data.runs.length > 1 ? "Runs" : `Run ${data.runs[0].name}`),
          data.runs.length > 1 ? runTabs(task, index, view) : null,
          view,
        ]
      : []),
  ].filter(Boolean);
}

function showTask(index) {
  const article = document.getElementById("task");
  if (opened === null) place = window.scrollY;
  opened = index;
  document.getElementById("overview").hidden = true;
  article.hidden = false;
  article.replaceChildren(...taskView(index));
  window.scrollTo(0, 0);
  article.querySelector("h1").focus({ preventScroll: true });
  document.title = `${data.tasks[index].id} · ${TITLE}`;
}

function showOverview() {
  const last = opened;
  opened = null;
  document.getElementById("task").hidden = true;
  document.getElementById("overview").hidden = false;
  document.title = TITLE;
  if (last === null) return;
  window.scrollTo(0, place);
  cards.get(last)?.querySelector("a").focus({ preventScroll: true });
}

function openTask(index) {
  showTask(index);
  saveState(true);
}

function closeTask() {
  showOverview();
  saveState(true);
}

function stepTask(step) {
  if (opened === null) {
    if (listed.length) openTask(listed[0]);
    return;
  }
  const around = listed.includes(opened) ? listed : data.tasks.map((_, index) => index);
  const next = around[around.indexOf(opened) + step];
  if (next === undefined) return;
  showTask(next);
  saveState();
}
