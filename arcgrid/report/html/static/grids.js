"use strict";
// Grids: as SVG cells where one looks at them, on canvas where they are many.

const look = { palette: "classic" };

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

// A grid as a figure: cells `rect.c0` to `rect.c9` with data-row and data-column, wrong ones ringed.
function gridFigure(number, { label, cell, wrong = [], caption = null }) {
  const rows = gridRows(number);
  const { height, width } = gridSize(number);
  const cells = [];
  const digits = [];
  eachCell(number, (value, r, c) => {
    const [x, y] = [c * cell + 1, r * cell + 1];
    cells.push(
      shape("rect", {
        class: `c${value}`,
        x,
        y,
        width: cell - 1,
        height: cell - 1,
        "data-row": r,
        "data-column": c,
      }),
    );
    digits.push(
      shape(
        "text",
        {
          class: `i${value}`,
          x: x + (cell - 1) / 2,
          y: y + (cell - 1) / 2,
          "font-size": Math.round(cell * 0.62),
        },
        value,
      ),
    );
  });
  const rings = wrong.flatMap(([r, c]) =>
    ["wrong-edge", "wrong"].map((kind) =>
      shape("rect", {
        class: kind,
        x: c * cell + 3,
        y: r * cell + 3,
        width: cell - 5,
        height: cell - 5,
      }),
    ),
  );
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
      ...rings,
      ...digits,
    ),
    element("figcaption", {}, caption ?? `${label}, ${sizeText({ height, width })}`),
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
