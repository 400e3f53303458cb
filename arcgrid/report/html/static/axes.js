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

const runName = (number) => data.runs[number].name;

function tooltip(text) {
  return shape("title", {}, text);
}

const dollars = (value) => `$${+value.toPrecision(3)}`;

// A drawing area with 0 to 100% at the left; `x` scales into it once it is known.
function plot(width, height, { left = 38, right = 12, top = 10, bottom = 34, title = "" }) {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  const area = { left, right: width - right, top, bottom: height - bottom };
  const y = linear([0, 100], [area.bottom, area.top]);
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

// Ten colors; the second ten runs have hollow dots and broken curves.
function runClass(number) {
  return `r${number % 10}${number % 20 < 10 ? "" : " second"}`;
}

function legend(numbers) {
  return element(
    "ul",
    { class: "legend" },
    ...numbers.map((number) =>
      element(
        "li",
        {},
        element("span", { class: `swatch ${runClass(number)}` }),
        element("span", {}, data.runs[number].name),
      ),
    ),
  );
}

function numbersTable(columns, rows) {
  const cells = (tag, texts) =>
    texts.map((text) => element(tag, {}, text === null ? "–" : String(text)));
  return element(
    "details",
    {},
    element("summary", {}, "Numbers"),
    element(
      "div",
      {},
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...cells("th", columns))),
        element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row)))),
      ),
    ),
  );
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
      element("div", { class: "head" }, element("h2", {}, title), head),
      element("p", { class: "note" }, note),
    ),
    place,
    ...foot,
  );
  let drawn = 0;
  figure.redraw = () => {
    const width = Math.round(place.clientWidth);
    if (width) place.replaceChildren(draw(width));
    drawn = width;
  };
  new ResizeObserver(() => {
    if (Math.round(place.clientWidth) !== drawn) figure.redraw();
  }).observe(place);
  return figure;
}
