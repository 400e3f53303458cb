"use strict";
// What the page knows. `data` is what the document came with:
//   data.tasks[i]: id, key (its name in links), set, train and test ([input, output], numbers into
//     data.grids; an unknown output is null), and features: size, side, pairs, colors, same, objects.
//   data.grids: rows of digits with strokes between; data.texts: explanations, errors and output.
//   data.runs[r]: name, solver, effort, seed, series, scored, asked (numbers of tasks), and results:
//     columns, in which place k of every column belongs to one outcome; a column may be missing.
//   data.charts: figures, computed beforehand; null in a gallery of tasks.
// Scripts read a run's outcomes from results[r].found, a Map from the number of a task to a record:
//   task, kind, standing, why, wall, cpu, memory (MiB), cost, tokens, solved (0..1), wrong (cells),
//   answers ([seconds, outputs solved, cells wrong]), guesses (by test, [grid, confidence, text,
//   steps]), more, beyond, error and output (texts), samples, unshown.
// What is made of the data says so to whenData, and is made anew when renewData puts fresh data of
// the same form in its place: a page that is served gets more as it comes.

const data = JSON.parse(document.getElementById("data").textContent);

const makers = [];

function whenData(make) {
  makers.push(make);
  make();
}

function renewData(fresh) {
  Object.assign(data, fresh);
  for (const make of makers) make();
}

// By run: its outcomes by task, and which tasks it was asked for.
let results = [];

// By task: all its text in lower case, for the search.
let words = [];

// The number of a task by what links name it by.
let byKey = new Map();

function unpack(columns) {
  const names = Object.keys(columns);
  return (columns.task ?? []).map((_, place) => {
    const record = {};
    for (const name of names) {
      const value = columns[name][place];
      if (value !== null) record[name] = value;
    }
    return record;
  });
}

whenData(() => {
  byKey = new Map(data.tasks.map((task, index) => [task.key, index]));
  results = data.runs.map((run) => ({
    found: new Map(unpack(run.results).map((record) => [record.task, record])),
    asked: new Set(run.asked),
  }));
  words = data.tasks.map((task) => [`${task.id} ${task.set}`.toLowerCase()]);
  const lower = data.texts.map((text) => text.toLowerCase());
  for (const { found } of results) {
    for (const [index, record] of found) {
      const said = new Set([record.error]);
      for (const guesses of record.guesses ?? []) for (const guess of guesses) said.add(guess[2]);
      for (const text of said)
        if (text !== undefined && text !== null) words[index].push(lower[text]);
    }
  }
  words = words.map((parts) => [...new Set(parts)].join("\n"));
});

// What a run made of a task, in a word: a sign, a text, and a shape that tells it without color.
const STANDINGS = {
  solved: ["✓", "solved"],
  part: ["∕", "solved in part"],
  near: ["≈", "near miss"],
  wrong: ["✗", "not solved"],
  none: ["–", "no attempt"],
  unknown: ["?", "answered; the truth is not known"],
  left: ["", "not run yet"],
  absent: ["", "not asked for"],
};

function standing(run, index) {
  const { found, asked } = results[run];
  return found.get(index)?.standing ?? (asked.has(index) ? "left" : "absent");
}

const runName = (number) => data.runs[number].name;

// How a solver says it came to an answer: what stands before the first colon, or its first words.
function explanationKind(record) {
  const text = data.texts[record?.guesses?.[0]?.[0]?.[2]];
  if (text === undefined) return "";
  const [head, rest] = text.split(/:\s/, 2);
  if (rest !== undefined && head.length <= 40) return head;
  return text.split(/\s+/).slice(0, 3).join(" ");
}
