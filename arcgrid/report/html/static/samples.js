"use strict";
// Language models: the score by the number of samples, and what was sent and replied.

function samplesChart() {
  const runs = data.charts.samples;
  const title = "Score by number of samples";
  return chart(
    title,
    "By vote (line, with one standard deviation), and had one known the best sample (dashed): what each run is expected to score with so many of its samples, whichever are drawn.",
    (width) => {
      const frame = plot(width, 270, { title, right: 20 });
      const { svg, area, y } = frame;
      const most = Math.max(...runs.flatMap(({ points }) => points.map(([samples]) => samples)));
      const x = logarithmic([1, most], [area.left + 8, area.right - 8]);
      const steps = Array.from(
        { length: Math.floor(Math.log2(most)) + 1 },
        (_, power) => 2 ** power,
      );
      ticksBelow(
        frame,
        x,
        someOf(steps, width < 400 ? 5 : 11),
        String,
        "samples a test input (log)",
      );
      const path = (points, value) =>
        points
          .map((point, index) => `${index ? "L" : "M"}${x(point[0])} ${y(value(point))}`)
          .join("");
      for (const { run, points } of seen(runs)) {
        svg.append(
          shape("path", {
            class: `best ${runClass(run)}`,
            d: path(points, ([, , , best]) => best),
          }),
          shape("path", { class: `curve ${runClass(run)}`, d: path(points, ([, score]) => score) }),
        );
        for (const [samples, score, deviation, best] of points) {
          svg.append(
            whisker(
              run,
              x(samples),
              y(Math.max(0, score - deviation)),
              y(Math.min(100, score + deviation)),
            ),
            shape(
              "circle",
              { class: `dot ${runClass(run)}`, cx: x(samples), cy: y(score), r: 3.5 },
              tooltip(
                `${runName(run)}, ${count(samples, "sample")}: ${percent(score)} ± ${deviation.toFixed(1)}, the best of them ${percent(best)}`,
              ),
            ),
          );
        }
      }
      return svg;
    },
    {
      foot: [
        legend(runs.map((entry) => entry.run)),
        numbersTable(
          title,
          ["run", "samples", "score", "deviation", "best of them"],
          runs.flatMap(({ run, points }) =>
            points.map(([samples, score, deviation, best]) => [
              runName(run),
              samples,
              percent(score),
              deviation.toFixed(2),
              percent(best),
            ]),
          ),
        ),
      ],
    },
  );
}

// One sample: what it was, and the request and the reply where they were kept.
function sampleView(task, sample) {
  const truth = truthOf(task, sample.test);
  const [kind, verdict] =
    sample.grid === undefined ? ["none", sample.problem] : verdictOf(sample.grid, truth);
  const told = [
    sample.seconds === undefined ? null : duration(sample.seconds),
    sample.tokens === undefined ? null : count(sample.tokens, "token"),
    sample.cost === undefined ? null : dollars(sample.cost),
  ];
  const text = (title, words) =>
    words ? [element("h3", {}, title), element("pre", {}, words)] : [];
  return element(
    "details",
    { class: "sample" },
    element(
      "summary",
      {},
      `test ${sample.test}, sample ${sample.number}: `,
      element("span", { class: `verdict ${kind}` }, verdict),
      ...told.filter(Boolean).map((words) => ` · ${words}`),
    ),
    ...(sample.grid === undefined
      ? []
      : [
          gridFigure(sample.grid, {
            label: `test ${sample.test} sample ${sample.number}`,
            cell: cellFor([[sample.grid]], 240),
            caption: sizeText(gridSize(sample.grid)),
          }),
        ]),
    ...text("Reply", sample.reply),
    ...text("Request", sample.request === undefined ? "" : data.requests[sample.request]),
  );
}

function samplesView(task, result) {
  if (!result.samples) return null;
  const rest = result.unshown ?? 0;
  return element(
    "details",
    {},
    element("summary", {}, count(result.samples.length + rest, "sample")),
    ...result.samples.map((sample) => sampleView(task, sample)),
    rest ? element("p", { class: "note" }, `${count(rest, "more sample")} not shown here`) : null,
  );
}
