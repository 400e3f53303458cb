"use strict";
// A person at a run: the list of its puzzles, the one that is open, and what the server says to it.

const desk = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("main");

const SIGNS = {
  left: ["", "not begun"],
  begun: ["…", "begun"],
  solved: ["✓", "solved"],
  part: ["∕", "solved in part"],
  wrong: ["✗", "not solved"],
  over: ["•", "answered"],
};

function signOf({ state, solved }) {
  if (state !== "over") return state;
  if (solved === null) return "over";
  return solved === 1 ? "solved" : solved > 0 ? "part" : "wrong";
}

function say(text) {
  document.getElementById("message").textContent = text;
}

// Ask the server to do something; the puzzle as it is then.
async function send(action, value = {}) {
  try {
    const reply = await fetch(action, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(value),
    });
    if (!reply.ok) {
      say(await reply.text());
      return undefined;
    }
    const { puzzle, state } = await reply.json();
    desk.state = state;
    return puzzle;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say("Not connected: arcgrid view has ended. What you drew is kept in this tab.");
    return undefined;
  }
}

// What is drawn and not submitted yet, for a page that is loaded again.
const drafts = {
  key: (puzzle, test) => `arcgrid.draft.${desk.run}.${puzzle}.${test}`,
  get(puzzle, test) {
    try {
      return JSON.parse(sessionStorage.getItem(this.key(puzzle, test))) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(puzzle, test, rows) {
    try {
      sessionStorage.setItem(this.key(puzzle, test), JSON.stringify(rows));
    } catch {
      /* it may not */
    }
  },
};

function standingText() {
  const over = desk.state.filter(({ state }) => state === "over");
  const solved = over.reduce((sum, one) => sum + (one.solved ?? 0), 0);
  const known = over.some((one) => one.solved !== null);
  const done = `${over.length} of ${count(desk.state.length, "puzzle")} done`;
  return known ? `${done}, ${+solved.toFixed(2)} solved` : done;
}

function nextPuzzle(after = -1) {
  const order = desk.state.map((_, index) => (after + 1 + index) % desk.state.length);
  return order.find((index) => desk.state[index].state !== "over");
}

function showList() {
  const next = nextPuzzle();
  main.replaceChildren(
    element("h1", { tabindex: -1 }, desk.set),
    element(
      "p",
      { class: "lede" },
      `${standingText()} · ${count(desk.attempts, "attempt")} at each output · run ${desk.run}`,
    ),
    element(
      "p",
      {},
      next === undefined
        ? "All is done. Ctrl-C in the terminal ends the sitting and prints the score."
        : element("a", { class: "button", href: `#${next + 1}` }, `Solve puzzle ${next + 1}`),
    ),
    element(
      "p",
      { class: "note" },
      "A puzzle's clock runs while it is open; going back to this list puts it aside.",
    ),
    element(
      "ol",
      { class: "puzzles" },
      ...desk.state.map((one, index) => {
        const [sign, text] = SIGNS[signOf(one)];
        return element(
          "li",
          {},
          element(
            "a",
            {
              href: `#${index + 1}`,
              class: signOf(one),
              "aria-label": `Puzzle ${index + 1}: ${text}`,
            },
            `${index + 1}`,
            element("span", { "aria-hidden": "true" }, sign),
          ),
        );
      }),
    ),
  );
  document.title = `${desk.set} · ${desk.name}`;
  main.querySelector("h1").focus();
}

function pairView([input, output], number) {
  return element(
    "div",
    { class: "pair" },
    element("h3", {}, `example ${number}`),
    element(
      "div",
      {},
      picture(input, `example ${number} input`),
      picture(output, `example ${number} output`),
    ),
  );
}

function triesView(test, given, over) {
  if (!given.tries.length && !over) return null;
  const words = { true: "right", false: "not right", null: "not judged" };
  return element(
    "div",
    { class: "attempts" },
    ...given.tries.map(({ grid, right }, number) =>
      element(
        "div",
        { class: "attempt" },
        element(
          "h3",
          {},
          `attempt ${number + 1}: `,
          element("span", { class: `verdict ${right ? "solved" : "wrong"}` }, words[right]),
        ),
        picture(grid, `test ${test} attempt ${number + 1}`, 160, sameSize(grid, given.truth)),
      ),
    ),
    given.truth
      ? element(
          "div",
          { class: "attempt" },
          element("h3", {}, "the answer"),
          picture(given.truth, `test ${test} answer`, 160),
        )
      : null,
  );
}

function sameSize(grid, truth) {
  const same = truth && truth.length === grid.length && truth[0].length === grid[0].length;
  return same ? truth : null;
}

function testView(index, puzzle, test) {
  const given = puzzle.tests[test];
  const used = given.tries.length;
  const bench = given.left
    ? new Bench({
        rows: drafts.get(index, test),
        input: given.input,
        label: `Your output of test ${test}`,
        attempt: `Submit attempt ${used + 1} of ${desk.attempts}`,
        keep: (rows) => drafts.set(index, test, rows),
        submit: (rows) => submit(index, test, rows),
      })
    : null;
  return element(
    "section",
    { class: "question", "aria-label": `Test ${test}` },
    element("h2", {}, puzzle.tests.length > 1 ? `Test ${test}` : "Test"),
    element("div", { class: "pair" }, picture(given.input, `test ${test} input`)),
    bench?.node,
    triesView(test, given, puzzle.over),
  );
}

// The tests that are open stand one after the other: there is one bench at a time.
function showPuzzle(index, puzzle) {
  const current = puzzle.tests.findIndex(({ left }) => left > 0);
  const tests = puzzle.tests
    .map((_, test) => test)
    .filter((test) => puzzle.over || test <= current);
  const next = nextPuzzle(index);
  const parts = [
    element(
      "nav",
      { class: "bar", "aria-label": "Puzzles" },
      element("a", { class: "button", href: "#" }, puzzle.over ? "← All puzzles" : "← Put aside"),
      element("span", { class: "place" }, `${index + 1} of ${desk.state.length}`),
      puzzle.over
        ? null
        : element(
            "button",
            { type: "button", id: "give-up", onclick: () => giveUp(index) },
            "Give up",
          ),
    ),
    element("h1", { tabindex: -1 }, titleOf(index, puzzle)),
    puzzle.over ? overView(puzzle, next) : null,
    element(
      "div",
      { class: "sides" },
      element(
        "section",
        { class: "examples", "aria-labelledby": "examples" },
        element("h2", { id: "examples" }, "Examples"),
        element("div", { class: "pairs" }, ...puzzle.train.map(pairView)),
      ),
      element("div", { class: "making" }, ...tests.map((test) => testView(index, puzzle, test))),
    ),
  ];
  main.replaceChildren(...parts.filter(Boolean));
  document.title = `Puzzle ${index + 1} · ${desk.set}`;
}

function titleOf(index, puzzle) {
  const name = `Puzzle ${index + 1}`;
  return puzzle.over ? `${name}: ${SIGNS[signOf(desk.state[index])][1]}` : name;
}

function overView(puzzle, next) {
  return element(
    "p",
    { class: "lede" },
    `${puzzle.id} · ${duration(puzzle.seconds)} · ${standingText()} `,
    next === undefined
      ? null
      : element(
          "a",
          { class: "button", id: "next", href: `#${next + 1}` },
          `Next: puzzle ${next + 1}`,
        ),
  );
}

function focusOn(selector) {
  main.querySelector(selector)?.focus({ preventScroll: true });
}

async function submit(index, test, rows) {
  const puzzle = await send("submit", { puzzle: index, test, grid: rows });
  if (!puzzle) return;
  showPuzzle(index, puzzle);
  if (puzzle.over) {
    say(""); // the heading says it
    window.scrollTo(0, 0);
    focusOn("h1");
    return;
  }
  const { tries, left } = puzzle.tests[test];
  const { right } = tries.at(-1);
  const wrong = left
    ? `Not right: ${count(left, "attempt")} left.`
    : "Not right, and none is left.";
  say(right === null ? "Taken; the answer is not known here." : right ? "Right." : wrong);
  focusOn(".board");
}

async function giveUp(index) {
  if (!confirm("End this puzzle with the attempts given so far?")) return;
  const puzzle = await send("give-up", { puzzle: index });
  if (!puzzle) return;
  say("");
  showPuzzle(index, puzzle);
  window.scrollTo(0, 0);
  focusOn("h1");
}

// The address says which puzzle is open.
async function route() {
  const index = Number(location.hash.slice(1)) - 1;
  say("");
  if (!desk.state[index]) {
    await send("aside");
    showList();
    return;
  }
  const puzzle = await send("open", { puzzle: index });
  if (!puzzle) return;
  showPuzzle(index, puzzle);
  window.scrollTo(0, 0);
  focusOn(puzzle.over ? "h1" : ".board");
}

function setSwitch(name, value) {
  const root = document.documentElement;
  if (name === "digits") root.toggleAttribute("data-digits", Boolean(value));
  else if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  memory.set(name, value);
}

for (const name of ["palette", "theme", "digits"]) {
  const control = document.getElementById(name);
  const box = control.type === "checkbox";
  const known = memory.get(name) ?? "";
  if (box) control.checked = known === "1";
  else if ([...control.options].some((option) => option.value === known)) control.value = known;
  const apply = () => setSwitch(name, box ? (control.checked ? "1" : "") : control.value);
  control.addEventListener("input", apply);
  apply();
}

window.addEventListener("hashchange", route);
route();
