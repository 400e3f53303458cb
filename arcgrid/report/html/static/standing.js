"use strict";
// The first chart of a report: what was scored against what it took, ours beside what others reported.

// What may be at the horizontal axis: its title, its ticks, how a value is written.
const AXES = {
  seconds: ["wall time a task (log)", moments, duration],
  cpu: ["CPU time a task (log)", moments, duration],
  dollars: ["US dollars a task (log)", decades, dollars],
};

// Runs that are shown; where they are many, a series each: its means, and the spread of its score.
function standingEntries() {
  const there = seen(data.charts.score);
  if (!manyRuns()) return there;
  return seriesOfRuns()
    .map((runs) => there.filter((entry) => runs.includes(entry.run)))
    .filter((entries) => entries.length)
    .map((entries) => {
      const mean = (field) =>
        entries.every((entry) => entry[field] !== null)
          ? meanAndSpread(entries.map((entry) => entry[field]))[0]
          : null;
      const [value, deviation] = meanAndSpread(entries.map((entry) => entry.percent));
      const ends = deviation === null ? [null, null] : [value - deviation, value + deviation];
      return {
        ...entries[0],
        name: seriesName(entries.map(({ run }) => run)),
        percent: value,
        low: ends[0],
        high: ends[1],
        ...Object.fromEntries(["seconds", "cpu", "dollars"].map((field) => [field, mean(field)])),
      };
    });
}

// How far an unfinished run is; nothing for one that is done.
const doneText = ({ done, asked }) => (done < asked ? ` (${done} of ${asked})` : "");

function standingName(entry, narrow = false) {
  if ("run" in entry) return `${entry.name ?? runName(entry.run)}${doneText(entry)}`;
  return narrow ? entry.system : reportedName(entry);
}

// Score against time or money: those that have the value as points, all others as labelled lines.
function drawStanding(width, field) {
  const { reported } = data.charts;
  const score = standingEntries();
  const narrow = width < 560;
  const has = (entry) => entry[field] !== null && entry[field] > 0;
  const points = [...score, ...reported].filter(has);
  const lined = points.length < score.length + reported.length;
  const frame = plot(width, !lined ? 285 : narrow ? 430 : 460, {
    right: !lined ? 20 : narrow ? 132 : 232,
    title: `Score against ${field} a task`,
  });
  const { svg, area, y } = frame;
  const values = points.map((entry) => entry[field]);
  const [name, ticks, written] = AXES[field];
  const steps = ticks(values.length ? values : [1]);
  const x = logarithmic([steps[0], steps.at(-1)], [area.left + 8, area.right - 8]);
  ticksBelow(frame, x, someOf(steps, narrow ? 4 : 12), written, name);
  const lines = [...score, ...reported]
    .filter((entry) => !has(entry))
    .map((entry) => ({ entry, y: y(entry.percent) }));
  for (const { entry, at } of spread(lines, 11.5, area.top, area.bottom + 22)) {
    drawLine(frame, entry, y(entry.percent), at, narrow);
  }
  const labels = points.map((entry) => ({ entry, x: x(entry[field]), y: y(entry.percent) }));
  drawEfforts(frame, labels);
  for (const label of labels) drawPoint(frame, label, y);
  for (const { entry, x: place, at } of spread(labels, 13, area.top, area.bottom - 6)) {
    if ((narrow || score.length > 8) && "run" in entry) continue; // the legend names it
    const right = place < (area.left + area.right) / 2;
    const about = standingName(entry, narrow);
    svg.append(
      shape(
        "text",
        {
          class: "run" in entry ? `run-text ${runClass(entry.run)}` : "strong",
          x: place + (right ? 9 : -9),
          y: at + 4,
          "text-anchor": right ? "start" : "end",
        },
        shortened(`${about} ${percent(entry.percent)}`, 48),
      ),
    );
  }
  return svg;
}

// A line through the runs that differ in their effort alone.
function drawEfforts({ svg }, labels) {
  for (const runs of data.charts.efforts) {
    const points = runs
      .map((run) => labels.find(({ entry }) => entry.run === run))
      .filter((label) => label !== undefined);
    svg.append(
      shape("path", {
        class: `effort ${runClass(runs[0])}`,
        d: points.map(({ x, y }, index) => `${index ? "L" : "M"}${x} ${y}`).join(""),
      }),
    );
  }
}

function reportedName(entry) {
  const how = entry.samples ? count(entry.samples, "sample") : entry.setting;
  const parts = [entry.system, how, shortSet(entry.set)];
  return parts.filter(Boolean).join(", ");
}

function shortSet(name) {
  return name
    .replace(/^public-evaluation-400.*/, "public")
    .replace(/^semi-private-100/, "semi-private")
    .replace(/^(unspecified|threshold)$/, "");
}

function shortened(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function drawLine({ svg, area }, entry, y, at, narrow) {
  const ours = "run" in entry;
  const name = standingName(entry, narrow);
  const line = { x1: area.left, x2: area.right, y1: y, y2: y };
  svg.append(
    shape(
      "line",
      { ...line, class: ours ? `run-line ${runClass(entry.run)}` : "reported-line" },
      tooltip(`${name}: ${percent(entry.percent)}`),
    ),
    shape("path", { class: "leader", d: `M${area.right} ${y}L${area.right + 12} ${at}` }),
    shape(
      "text",
      { x: area.right + 15, y: at + 4, class: ours ? `run-text ${runClass(entry.run)}` : null },
      shortened(`${entry.sign ?? ""}${percent(entry.percent)} ${name}`, narrow ? 20 : 37),
    ),
  );
}

function drawPoint({ svg }, { entry, x, y: height }, y) {
  if (!("run" in entry)) {
    svg.append(
      shape(
        "circle",
        { class: "reported-point", cx: x, cy: height, r: 4.5 },
        tooltip(`${reportedName(entry)}: ${percent(entry.percent)}`),
      ),
    );
    return;
  }
  if (entry.low !== null) svg.append(whisker(entry.run, x, y(entry.low), y(entry.high)));
  const spread = entry.low === null ? "" : `, ${percent(entry.low)} to ${percent(entry.high)}`;
  svg.append(
    shape(
      "circle",
      listing(ofRun(entry.run, {}), {
        class: `dot ${runClass(entry.run)}`,
        cx: x,
        cy: height,
        r: 5,
      }),
      tooltip(`${standingName(entry)}: ${percent(entry.percent)}${spread}`),
    ),
  );
}

// What is at the axis, once the reader has chosen.
let axis = null;

function standingChart() {
  const { score, reported } = data.charts;
  let field = axis ?? (score.some((entry) => entry.dollars > 0) ? "dollars" : "seconds");
  const buttons = [
    ["seconds", "Time"],
    ["cpu", "CPU time"],
    ["dollars", "Cost"],
  ].map(([name, text]) =>
    element(
      "button",
      {
        type: "button",
        "aria-pressed": field === name,
        onclick: (event) => {
          field = name;
          axis = name;
          for (const button of buttons) {
            button.setAttribute("aria-pressed", button === event.target);
          }
          figure.redraw();
        },
      },
      text,
    ),
  );
  const rows = [...score, ...reported].map((entry) => [
    standingName(entry),
    percent(entry.percent),
    "run" in entry && entry.low !== null ? `${percent(entry.low)} to ${percent(entry.high)}` : null,
    entry.seconds === null ? null : duration(entry.seconds),
    entry.cpu === null ? null : duration(entry.cpu),
    entry.dollars === null ? null : dollars(entry.dollars),
  ]);
  const figure = chart(
    "Score against what a task takes",
    "Runs with 95% intervals (filled), reported figures (open). Whoever states no such value is a line with its name; nothing is estimated. A run's time is the mean of its tasks' own clocks. A line joins runs that differ in their effort alone.",
    (width) => drawStanding(width, field),
    {
      full: reported.length > 0,
      head: element(
        "div",
        { class: "choice", role: "group", "aria-label": "Horizontal axis" },
        ...buttons,
      ),
      foot: [
        legend(score.map((entry) => entry.run)),
        numbersTable(
          "Score against what a task takes",
          ["who", "score", "95%", "time a task", "CPU a task", "cost a task"],
          rows,
        ),
      ],
    },
  );
  return figure;
}
