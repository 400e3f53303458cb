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
      for (const { run, points } of seen(curves)) {
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
          "Score over time",
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

// Entries of a group chart: a run each, or where runs are many a series, as its mean and spread.
function groupSeries(runs) {
  const there = seen(runs);
  if (!manyRuns()) return there.map((entry) => ({ ...entry, name: runName(entry.run) }));
  return seriesOfRuns()
    .map((numbers) => there.filter((entry) => numbers.includes(entry.run)))
    .filter((entries) => entries.length)
    .map((entries) => {
      const values = entries[0].values.map((_, bin) => {
        const given = entries.map((entry) => entry.values[bin]).filter(Boolean);
        if (!given.length) return null;
        const [mean, deviation] = meanAndSpread(given.map(([score]) => score));
        const ends = deviation === null ? [null, null] : [mean - deviation, mean + deviation];
        return [mean, Math.max(0, ends[0]), Math.min(100, ends[1]), given[0][3]];
      });
      return { run: entries[0].run, values, name: seriesName(entries.map(({ run }) => run)) };
    });
}

function drawGroups(width, { name, bins, runs }) {
  const entries = groupSeries(runs);
  const few = entries.length <= 4;
  const facet = FACETS[name];
  const frame = plot(width, 285, { title: `Score by ${facet.name}`, bottom: 62 });
  const { svg, area, y } = frame;
  const step = (area.right - area.left) / bins.length;
  const center = (index) => area.left + (index + 0.5) * step;
  const text = (x, below, words, more = {}) =>
    svg.append(
      shape("text", { x, y: area.bottom + below, "text-anchor": "middle", ...more }, words),
    );
  bins.forEach((bin, index) => {
    const counts = [...new Set(runs.map((entry) => entry.values[index]?.[3] ?? 0))];
    text(center(index), 16, facet.text(bin), { class: "strong" });
    const many = counts.length > 1 ? `${Math.min(...counts)}–${Math.max(...counts)}` : counts[0];
    text(center(index), 30, many);
  });
  text(area.left - 6, 30, "n =", { "text-anchor": "end" });
  text((area.left + area.right) / 2, 50, facet.name);
  entries.forEach(({ run, values, name: who }, place) => {
    const gap = Math.min(9, (0.7 * step) / entries.length);
    const shift = (place - (entries.length - 1) / 2) * gap;
    values.forEach((value, index) => {
      if (!value) return;
      const [score, low, high, tasks] = value;
      const x = center(index) + shift;
      if (few && low !== null) svg.append(whisker(run, x, y(low), y(high)));
      const spread = low === null ? "" : `, ${percent(low)} to ${percent(high)}`;
      svg.append(
        shape(
          "circle",
          listing(ofRun(run, { [name]: String(bins[index]) }), {
            class: `dot ${runClass(run)}`,
            cx: x,
            cy: y(score),
            r: few ? 4.5 : 3.5,
          }),
          tooltip(
            `${who}, ${facet.name} ${facet.text(bins[index])}: ${percent(score)} of ${count(tasks, "task")}${spread}`,
          ),
        ),
      );
    });
  });
  return svg;
}

function whisker(run, x, y1, y2) {
  return shape("line", { class: `whisker ${runClass(run)}`, x1: x, x2: x, y1, y2 });
}

function groupChart(group) {
  const { name, bins, runs } = group;
  const facet = FACETS[name];
  const note = manyRuns()
    ? "Means over runs that differ in their seed alone, with one standard deviation."
    : "With 95% intervals, but for a single task.";
  return chart(
    `Score by ${facet.name}`,
    `${note} A click lists the tasks.`,
    (width) => drawGroups(width, group),
    {
      foot: [
        legend(runs.map((entry) => entry.run)),
        numbersTable(
          `Score by ${facet.name}`,
          ["run", facet.name, "score", "95%", "tasks"],
          runs.flatMap(({ run, values }) =>
            values
              .map((value, index) => value && groupNumbers(run, name, bins[index], value))
              .filter(Boolean),
          ),
        ),
      ],
    },
  );
}

function groupNumbers(run, name, bin, [score, low, high, tasks]) {
  return [
    runName(run),
    listLink(ofRun(run, { [name]: String(bin) }), FACETS[name].text(bin)),
    percent(score),
    low === null ? null : `${percent(low)} to ${percent(high)}`,
    tasks,
  ];
}

function reliabilityChart() {
  const title = "Reliability of stated confidence";
  const runs = data.charts.reliability.filter((entry) => entry.points.length);
  if (!runs.length) return missingChart(title, "No attempt of these runs states a confidence.");
  return chart(
    title,
    "Attempts in ten bins of stated confidence: how many are right, with 95% intervals. On the diagonal, confidence is honest.",
    (width) => {
      const frame = plot(width, 290, { title, upward: "right" });
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
      for (const { run, points } of seen(runs)) {
        svg.append(
          shape("path", {
            class: `curve ${runClass(run)}`,
            d: points
              .map(([mean, share], index) => `${index ? "L" : "M"}${x(mean)} ${y(100 * share)}`)
              .join(""),
          }),
        );
        for (const [mean, share, low, high, attempts, bin] of points) {
          svg.append(
            whisker(run, x(mean), y(100 * low), y(100 * high)),
            shape(
              "circle",
              listing(ofRun(run, { sure: String(bin) }), {
                class: `dot ${runClass(run)}`,
                cx: x(mean),
                cy: y(100 * share),
                r: 4,
              }),
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
          title,
          ["run", "stated", "right", "attempts"],
          runs.flatMap(({ run, points }) =>
            points.map(([mean, share, , , attempts, bin]) => [
              runName(run),
              listLink(ofRun(run, { sure: String(bin) }), percent(100 * mean)),
              percent(100 * share),
              attempts,
            ]),
          ),
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
    place.querySelector("h2"),
    ...(scored
      ? [
          standingChart(),
          anytimeChart(),
          ...(data.charts.samples.length ? [samplesChart()] : []),
          ...data.charts.groups.map(groupChart),
          reliabilityChart(),
        ]
      : []),
  );
}
