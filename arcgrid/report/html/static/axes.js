"use strict";
// The little that charts need: scales, axes, labels that keep their distance, tables of numbers.

function linear([from, to], [start, end]) {
  return (value) => start + ((value - from) / (to - from || 1)) * (end - start);
}

function logarithmic([from, to], range) {
  const scale = linear([Math.log10(from), Math.log10(to)], range);
  return (value) => scale(Math.log10(value));
}

// Powers of ten around some positive values.
function decades(values) {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

// Ticks around some durations: powers of ten up to seconds, then minutes and hours.
function moments(seconds) {
  const steps = [
    1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 60, 600, 3600, 36000, 360000, 3.6e6, 3.6e7, 3.6e8,
  ];
  const [low, high] = [Math.min(...seconds), Math.max(...seconds)];
  const from = Math.max(
    0,
    steps.findLastIndex((step) => step <= low),
  );
  const to = steps.findIndex((step) => step > high);
  return steps.slice(from, Math.max(from + 1, to) + 1);
}

// At most so many of some ticks.
function someOf(steps, most) {
  const every = Math.ceil(steps.length / most);
  return steps.filter((_, index) => index % every === 0);
}

function tooltip(text) {
  return shape("title", {}, text);
}

// A drawing area with 0 to 100% at the left; `x` scales into it once it is known.
function plot(
  width,
  height,
  { left = 38, right = 12, top = 26, bottom = 34, title = "", upward = "solved" },
) {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  const area = { left, right: width - right, top, bottom: height - bottom };
  const y = linear([0, 100], [area.bottom, area.top]);
  svg.append(shape("text", { x: 0, y: 11, class: "axis-title" }, upward));
  for (const value of [0, 25, 50, 75, 100]) {
    svg.append(
      shape("line", { class: "axis", x1: area.left, x2: area.right, y1: y(value), y2: y(value) }),
      shape("text", { x: area.left - 6, y: y(value) + 4, "text-anchor": "end" }, `${value}%`),
    );
  }
  return { svg, area, y };
}

function ticksBelow({ svg, area }, x, values, text, name) {
  for (const value of values) {
    svg.append(
      shape("line", {
        class: "axis",
        x1: x(value),
        x2: x(value),
        y1: area.bottom,
        y2: area.bottom + 4,
      }),
      shape("text", { x: x(value), y: area.bottom + 15, "text-anchor": "middle" }, text(value)),
    );
  }
  svg.append(
    shape(
      "text",
      {
        x: (area.left + area.right) / 2,
        y: area.bottom + 30,
        "text-anchor": "middle",
      },
      name,
    ),
  );
}

// Move labels apart: each keeps `gap` from its neighbours, inside `from` to `to`.
function spread(labels, gap, from, to) {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  let last = from - gap;
  for (const label of sorted) {
    label.at = Math.max(label.y, last + gap);
    last = label.at;
  }
  let next = to + gap;
  for (const label of sorted.reverse()) {
    label.at = Math.min(label.at, next - gap);
    next = label.at;
  }
  return labels;
}

// Ten colors; the second ten have hollow dots and broken curves. Many runs are colored by series.
function runClass(number) {
  const place = manyRuns() ? data.runs[number].series : number;
  return `r${place % 10}${place % 20 < 10 ? "" : " second"}`;
}

// Runs, or series where runs are many, with their colors.
function legend(numbers) {
  const named = manyRuns()
    ? seriesOfRuns()
        .filter((runs) => runs.some((run) => numbers.includes(run)))
        .map((runs) => [runs[0], seriesName(runs)])
    : numbers.map((number) => [number, runName(number)]);
  return element(
    "ul",
    { class: "legend" },
    ...named.map(([number, name]) =>
      element(
        "li",
        {},
        element("span", { class: `swatch ${runClass(number)}` }),
        element("span", {}, name),
      ),
    ),
  );
}

function numbersTable(title, columns, rows) {
  const cells = (tag, texts) =>
    texts.map((text) =>
      element(tag, {}, text === null ? "–" : text instanceof Node ? text : String(text)),
    );
  return element(
    "details",
    {},
    element("summary", {}, "Numbers"),
    element(
      "div",
      { tabindex: 0, role: "region", "aria-label": `Numbers of ${title}` },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...cells("th", columns))),
        element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row)))),
      ),
    ),
  );
}

// All charts, so that they can be drawn again.
const charts = new Set();

function redrawCharts() {
  for (const figure of charts) figure.redraw();
}

// A mark of a chart that lists its tasks when it is clicked; its table has a link for it too.
function listing(values, attributes) {
  return { ...attributes, class: `${attributes.class} lists`, onclick: () => listOnly(values) };
}

// A chart that is drawn again whenever its width changes.
function chart(title, note, draw, { full = false, head = null, foot = [] } = {}) {
  const place = element("div");
  const figure = element(
    "figure",
    { class: full ? "chart full" : "chart" },
    element(
      "figcaption",
      {},
      element("div", { class: "head" }, element("h3", {}, title), head),
      element("p", { class: "note" }, note),
    ),
    place,
    ...foot,
  );
  let drawn = 0;
  charts.add(figure);
  figure.redraw = (width = Math.round(place.clientWidth)) => {
    if (width) place.replaceChildren(draw(width));
    drawn = width;
  };
  new ResizeObserver(() => {
    if (Math.round(place.clientWidth) !== drawn) figure.redraw();
  }).observe(place);
  return figure;
}
