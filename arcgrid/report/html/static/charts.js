"use strict";
// The charts of a report, but for the first. All numbers come with the data; nothing is estimated here.

function anytimeChart() {
  const curves = data.charts.anytime.filter((entry) => entry.points.length);
  const times = curves.flatMap((entry) => entry.points.map(([seconds]) => Math.max(seconds, 1e-4)));
  if (!curves.length) return missingChart("Score over time", "No run has solved a task.");
  return chart(
    "Score over time",
    "What each run would have scored had every task been stopped after so long; from the stored times of its answers.",
    (width) => {
      const frame = plot(width, 270, { title: "Score over time", right: 20 });
      const { svg, area, y } = frame;
      const steps = moments(times);
      const x = logarithmic([steps[0], steps.at(-1)], [area.left, area.right]);
      ticksBelow(frame, x, someOf(steps, width < 400 ? 5 : 9), duration, "wall time a task (log)");
      for (const { run, points } of curves) {
        let path = `M${area.left} ${y(0)}`;
        for (const [seconds, value] of points)
          path += `H${x(Math.max(seconds, 1e-4)).toFixed(1)}V${y(value).toFixed(1)}`;
        svg.append(
          shape(
            "path",
            { class: `curve ${runClass(run)}`, d: `${path}H${area.right}` },
            tooltip(runName(run)),
          ),
        );
      }
      return svg;
    },
    {
      foot: [
        legend(curves.map((entry) => entry.run)),
        numbersTable(
          ["run", "time", "score"],
          curves.flatMap((entry) =>
            entry.points
              .filter(
                (_, index, all) =>
                  index % Math.ceil(all.length / 20) === 0 || index === all.length - 1,
              )
              .map(([seconds, value]) => [runName(entry.run), duration(seconds), percent(value)]),
          ),
        ),
      ],
    },
  );
}

function groupChart({ name, bins, runs }) {
  const few = runs.length <= 4;
  return chart(
    `Score by ${name}`,
    few
      ? "With 95% intervals; below each group its number of tasks."
      : "Below each group its number of tasks.",
    (width) => {
      const frame = plot(width, 270, { title: `Score by ${name}`, bottom: 48 });
      const { svg, area, y } = frame;
      const step = (area.right - area.left) / bins.length;
      const center = (index) => area.left + (index + 0.5) * step;
      const shift = (index) =>
        (index - (runs.length - 1) / 2) * Math.min(9, (0.7 * step) / runs.length);
      bins.forEach((bin, index) => {
        const counts = [...new Set(runs.map((entry) => entry.values[index]?.[3] ?? 0))];
        svg.append(
          shape(
            "text",
            { x: center(index), y: area.bottom + 16, "text-anchor": "middle", class: "strong" },
            bin,
          ),
          shape(
            "text",
            { x: center(index), y: area.bottom + 30, "text-anchor": "middle" },
            counts.length > 1 ? `${Math.min(...counts)}–${Math.max(...counts)}` : counts[0],
          ),
        );
      });
      svg.append(
        shape("text", { x: area.left - 6, y: area.bottom + 30, "text-anchor": "end" }, "n ="),
      );
      for (const [place, { run, values }] of runs.entries()) {
        for (const [index, value] of values.entries()) {
          if (!value) continue;
          const [score, low, high, tasks] = value;
          const x = center(index) + shift(place);
          if (few)
            svg.append(
              shape("line", {
                class: `whisker ${runClass(run)}`,
                x1: x,
                x2: x,
                y1: y(low),
                y2: y(high),
              }),
            );
          svg.append(
            shape(
              "circle",
              { class: `dot ${runClass(run)}`, cx: x, cy: y(score), r: few ? 4 : 3 },
              tooltip(
                `${runName(run)}, ${name} ${bins[index]}: ${percent(score)} of ${count(tasks, "task")}, ${percent(low)} to ${percent(high)}`,
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
          ["run", name, "score", "95%", "tasks"],
          runs.flatMap(({ run, values }) =>
            values
              .map(
                (value, index) =>
                  value && [
                    runName(run),
                    bins[index],
                    percent(value[0]),
                    `${percent(value[1])} to ${percent(value[2])}`,
                    value[3],
                  ],
              )
              .filter(Boolean),
          ),
        ),
      ],
    },
  );
}

function reliabilityChart() {
  const title = "Reliability of stated confidence";
  const runs = data.charts.reliability.filter((entry) => entry.points.length);
  if (!runs.length) return missingChart(title, "No attempt of these runs states a confidence.");
  return chart(
    title,
    "Attempts in ten bins of stated confidence: how many are right, with 95% intervals. On the diagonal, confidence is honest.",
    (width) => {
      const frame = plot(width, 290, { title });
      const { svg, area, y } = frame;
      const x = linear([0, 1], [area.left, area.right - 6]);
      ticksBelow(
        frame,
        x,
        [0, 0.25, 0.5, 0.75, 1],
        (value) => `${100 * value}%`,
        "stated confidence",
      );
      svg.append(
        shape("line", { class: "reported-line", x1: x(0), y1: y(0), x2: x(1), y2: y(100) }),
      );
      for (const { run, points } of runs) {
        svg.append(
          shape("path", {
            class: `curve ${runClass(run)}`,
            d: points
              .map(([mean, share], index) => `${index ? "L" : "M"}${x(mean)} ${y(100 * share)}`)
              .join(""),
          }),
        );
        for (const [mean, share, low, high, attempts] of points) {
          svg.append(
            shape("line", {
              class: `whisker ${runClass(run)}`,
              x1: x(mean),
              x2: x(mean),
              y1: y(100 * low),
              y2: y(100 * high),
            }),
            shape(
              "circle",
              { class: `dot ${runClass(run)}`, cx: x(mean), cy: y(100 * share), r: 4 },
              tooltip(
                `${runName(run)}: ${percent(100 * share)} of ${count(attempts, "attempt")} right, stated ${percent(100 * mean)}`,
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
          ["run", "stated", "right", "attempts"],
          runs.flatMap(({ run, points }) =>
            points.map(([mean, share, , , attempts]) => [
              runName(run),
              percent(100 * mean),
              percent(100 * share),
              attempts,
            ]),
          ),
        ),
      ],
    },
  );
}

function outcomesChart() {
  const runs = data.charts.outcomes;
  const kinds = runs[0].counts
    .map(([kind]) => kind)
    .filter((_, index) => runs.some((entry) => entry.counts[index][1]));
  return chart(
    "Outcomes by kind",
    "How each task ended; the last answer before a timeout or an error still scores.",
    (width) => {
      const row = 34;
      const svg = shape("svg", {
        viewBox: `0 0 ${width} ${runs.length * row}`,
        role: "img",
        "aria-label": "Outcomes by kind",
      });
      runs.forEach(({ run, counts }, index) => {
        const total = counts.reduce((sum, [, many]) => sum + many, 0);
        svg.append(
          shape(
            "text",
            { class: `run-text ${runClass(run)}`, x: 0, y: index * row + 11 },
            runName(run),
          ),
        );
        let left = 0;
        for (const [kind, many] of counts) {
          const wide = (many / total) * width;
          if (!many) continue;
          svg.append(
            shape(
              "rect",
              {
                class: `kind-${kind}`,
                x: left,
                y: index * row + 16,
                width: Math.max(wide - 1, 1),
                height: 11,
                rx: 2,
              },
              tooltip(`${runName(run)}: ${many} ${kind}`),
            ),
          );
          left += wide;
        }
      });
      return svg;
    },
    {
      foot: [
        element(
          "ul",
          { class: "legend" },
          ...kinds.map((kind) =>
            element(
              "li",
              {},
              element("span", { class: `key kind-${kind}` }),
              element("span", {}, kind),
            ),
          ),
        ),
        numbersTable(
          ["run", ...kinds],
          runs.map(({ run, counts }) => [
            runName(run),
            ...counts.filter(([kind]) => kinds.includes(kind)).map(([, many]) => many),
          ]),
        ),
      ],
    },
  );
}

function missingChart(title, why) {
  return chart(title, why, () => shape("svg", { viewBox: "0 0 1 0" }));
}

function drawCharts(place) {
  const scored = data.charts.score.length > 0;
  place.replaceChildren(
    ...(scored
      ? [
          standingChart(),
          anytimeChart(),
          ...(data.charts.samples.length ? [samplesChart()] : []),
          ...data.charts.groups.map(groupChart),
          reliabilityChart(),
        ]
      : []),
    outcomesChart(),
  );
}
