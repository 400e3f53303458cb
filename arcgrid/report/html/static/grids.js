"use strict";
// Grids: as SVG cells where one looks at them, on canvas where they are many.

const look = { palette: "classic", hiding: memory.get("hide") === "1" };

function gridRows(number) {
  return data.grids[number].split("/");
}

function gridSize(number) {
  const rows = gridRows(number);
  return { height: rows.length, width: rows[0].length };
}

function sizeText({ height, width }) {
  return `${height} × ${width}`;
}

// Visit the cells of a grid with their value, row and column.
function eachCell(number, visit) {
  for (const [r, row] of gridRows(number).entries()) {
    for (let c = 0; c < row.length; c += 1) visit(row[c], r, c);
  }
}

// The cells in which an attempt differs from a truth of the same size; null where sizes differ.
function wrongCells(number, truth) {
  if (truth === null || truth === undefined) return null;
  const ours = gridRows(number);
  const right = gridRows(truth);
  if (ours.length !== right.length || ours[0].length !== right[0].length) return null;
  const wrong = [];
  eachCell(number, (value, r, c) => {
    if (value !== right[r][c]) wrong.push([r, c]);
  });
  return wrong;
}

// The rings of wrong cells; in each, shown while one points at the grid, the right color.
function ringsOf(wrong, truth, cell) {
  const right = wrong.length ? gridRows(truth) : [];
  return wrong.flatMap(([r, c]) => {
    const at = (inset) => ({
      x: c * cell + 1 + inset,
      y: r * cell + 1 + inset,
      width: cell - 1 - 2 * inset,
      height: cell - 1 - 2 * inset,
    });
    const inner = Math.max(3, cell / 4);
    return [
      shape("rect", { class: "wrong-edge", ...at(2) }),
      shape("rect", { class: "wrong", ...at(2) }),
      shape("rect", { class: `right c${right[r][c]}`, ...at(Math.min(inner, (cell - 3) / 2)) }),
    ];
  });
}

function copyButton(number, label) {
  return element(
    "button",
    {
      type: "button",
      class: "copy",
      title: "Copy as JSON",
      "aria-label": `Copy ${label} as JSON`,
      onclick: (event) => copyText(JSON.stringify(gridValues(number)), event.currentTarget),
    },
    "copy",
  );
}

const gridValues = (number) => gridRows(number).map((row) => [...row].map(Number));

// A grid as a figure: cells `rect.c0` to `rect.c9` with data-row and data-column, wrong ones ringed.
function gridFigure(
  number,
  { label, cell, wrong = [], truth = null, caption = null, copy = true },
) {
  const rows = gridRows(number);
  const { height, width } = gridSize(number);
  const cells = [];
  const digits = [];
  eachCell(number, (value, r, c) => {
    const [x, y, side] = [c * cell + 1, r * cell + 1, cell - 1];
    const square = { class: `c${value}`, x, y, width: side, height: side };
    cells.push(shape("rect", { ...square, "data-row": r, "data-column": c }));
    const middle = { x: x + side / 2, y: y + side / 2, "font-size": Math.round(cell * 0.62) };
    digits.push(shape("text", { class: `i${value}`, ...middle }, value));
  });
  const [w, h] = [width * cell + 1, height * cell + 1];
  const name = `${label}, ${height} rows, ${width} columns`;
  const where = wrong.length
    ? `; wrong at ${wrong.map(([r, c]) => `row ${r} column ${c}`).join(", ")}`
    : "";
  return element(
    "figure",
    { class: "grid" },
    shape(
      "svg",
      { viewBox: `0 0 ${w} ${h}`, width: w, height: h, role: "img", "aria-label": name },
      shape("desc", {}, rows.join(" / ") + where),
      shape("rect", { class: "frame", width: w, height: h }),
      ...cells,
      ...ringsOf(wrong, truth, cell),
      ...digits,
    ),
    element(
      "figcaption",
      {},
      caption ?? `${label}, ${sizeText({ height, width })}`,
      copy ? copyButton(number, label) : null,
    ),
  );
}

function drawGrid(context, number, left, top, cell) {
  const colors = data.palettes[look.palette];
  eachCell(number, (value, r, c) => {
    context.fillStyle = colors[value];
    const [x, y] = [Math.round(left + c * cell), Math.round(top + r * cell)];
    context.fillRect(
      x,
      y,
      Math.round(left + (c + 1) * cell) - x,
      Math.round(top + (r + 1) * cell) - y,
    );
  });
}

// The first train pair of a task, side by side; nothing of a test is given away.
function drawThumb(canvas, task) {
  const scale = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (!width) return;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const [one, two] = task.train[0];
  const [a, b] = [gridSize(one), gridSize(two)];
  const gap = 14 * scale;
  const room = width - gap - 6;
  const cell = Math.min(
    room / (a.width + b.width),
    (height - 2) / Math.max(a.height, b.height),
    12 * scale,
  );
  const middle = width / 2 + ((a.width - b.width) * cell) / 2;
  const frame = (size, left) => {
    const top = Math.round((height - size.height * cell) / 2);
    context.fillStyle = "#808080";
    context.fillRect(
      Math.round(left) - 1,
      top - 1,
      Math.round(size.width * cell) + 2,
      Math.round(size.height * cell) + 2,
    );
    return top;
  };
  const first = Math.round(middle - gap / 2 - a.width * cell);
  const second = Math.round(middle + gap / 2);
  drawGrid(context, one, first, frame(a, first), cell);
  drawGrid(context, two, second, frame(b, second), cell);
  context.fillStyle = "#808080";
  context.beginPath();
  context.moveTo(middle - 2.5 * scale, height / 2 - 4 * scale);
  context.lineTo(middle + 3 * scale, height / 2);
  context.lineTo(middle - 2.5 * scale, height / 2 + 4 * scale);
  context.fill();
}
