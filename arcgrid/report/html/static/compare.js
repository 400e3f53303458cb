"use strict";
// Two runs on the tasks that both have come to: who solves what, and whether it may be chance.

// [both, only the first, only the second, neither, p] of two runs, either way round.
function pairOf(first, second) {
  for (const [a, b, both, won, lost, neither, p] of data.charts.pairs) {
    if (a === first && b === second) return [both, won, lost, neither, p];
    if (a === second && b === first) return [both, lost, won, neither, p];
  }
  return null;
}

function chanceText(won, lost, p) {
  if (won + lost === 0) return "The two solve the same.";
  const value = p < 0.0001 ? "p < 0.0001" : `p = ${+p.toPrecision(2)}`;
  const told =
    p <= 0.05
      ? "more than chance would do at the 5% level"
      : "chance may do as much at the 5% level";
  return `Exact McNemar test of ${won} against ${lost}: ${value}; ${told}.`;
}

function duelTable(first, second) {
  const found = pairOf(first, second);
  if (!found) return element("p", { class: "note" }, "The two have no task in common.");
  const [both, won, lost, neither, p] = found;
  const [a, b] = [runName(first), runName(second)];
  const total = both + won + lost + neither;
  const link = (duel, many, text) =>
    element(
      "li",
      { class: duel },
      many
        ? listLink(
            { run: a, versus: b, duel },
            element("span", {}, element("b", {}, String(many)), ` ${text}`),
          )
        : element("span", {}, element("b", {}, "0"), ` ${text}`),
    );
  return element(
    "div",
    {},
    element(
      "ul",
      { class: "counts duel" },
      link("both", both, "both solve"),
      link("won", won, `only ${a}, or more of it`),
      link("lost", lost, `only ${b}, or more of it`),
      link("neither", neither, "neither"),
    ),
    element("p", {}, chanceText(won, lost, p)),
    element("p", { class: "note" }, `Of ${count(total, "task")} that both have come to.`),
  );
}

function makeCompare(place) {
  place.hidden = !data.charts.pairs.length;
  if (place.hidden) return;
  const options = () => data.runs.map((run, number) => [String(number), run.name]);
  const [one, two] = [choices(...options()), choices(...options())];
  const answer = element("div", { id: "duel", role: "status" });
  const draw = () => {
    const [first, second] = [Number(one.value), Number(two.value)];
    answer.replaceChildren(
      first === second
        ? element("p", { class: "note" }, "Choose two different runs.")
        : duelTable(first, second),
    );
  };
  const before = [...place.querySelectorAll("select")].map((control) => control.value);
  [one.value, two.value] = before.length ? before : data.charts.pairs[0].map(String);
  for (const control of [one, two]) control.addEventListener("input", draw);
  place.replaceChildren(
    place.querySelector("h2"),
    element(
      "div",
      { class: "fields" },
      element("label", {}, "Run", one),
      element("label", {}, "against", two),
    ),
    answer,
  );
  draw();
}
