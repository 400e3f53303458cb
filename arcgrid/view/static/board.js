"use strict";
// Grids as pictures, and the one that a person works on: with mouse, touch and keys.

function picture(rows, label, most = 220, wrong = null) {
  const [height, width] = [rows.length, rows[0].length];
  const cell = Math.max(6, Math.min(28, Math.floor(most / Math.max(height, width))));
  const at = (r, c, inset = 0) => ({
    x: c * cell + 1 + inset,
    y: r * cell + 1 + inset,
    width: cell - 1 - 2 * inset,
    height: cell - 1 - 2 * inset,
  });
  const cells = rows.flatMap((row, r) =>
    row.map((value, c) =>
      shape("rect", { class: `c${value}`, "data-row": r, "data-column": c, ...at(r, c) }),
    ),
  );
  const rings = rows.flatMap((row, r) =>
    row.flatMap((value, c) =>
      wrong && wrong[r][c] !== value
        ? ["wrong-edge", "wrong"].map((kind) => shape("rect", { class: kind, ...at(r, c, 2) }))
        : [],
    ),
  );
  const [w, h] = [width * cell + 1, height * cell + 1];
  return element(
    "figure",
    { class: "grid" },
    shape(
      "svg",
      {
        viewBox: `0 0 ${w} ${h}`,
        width: w,
        height: h,
        role: "img",
        "aria-label": `${label}, ${height} rows, ${width} columns`,
      },
      shape("desc", {}, rows.map((row) => row.join("")).join(" / ")),
      shape("rect", { class: "frame", width: w, height: h }),
      ...cells,
      ...rings,
      ...digitsOf(rows, cell),
    ),
    element("figcaption", {}, `${label}, ${height} × ${width}`),
  );
}

function digitsOf(rows, cell) {
  return rows.flatMap((row, r) =>
    row.map((value, c) =>
      shape(
        "text",
        {
          class: `i${value}`,
          x: (c + 0.5) * cell + 0.5,
          y: (r + 0.5) * cell + 0.5,
          "font-size": Math.round(cell * 0.62),
        },
        value,
      ),
    ),
  );
}

// The side of a cell of the board, in units of its picture.
const CELL = 24;

// The grid that is worked on. `brush` says color and tool; `onChange` and `say` are told.
class Board {
  constructor(editor, brush, label, { onChange, say, act }) {
    Object.assign(this, { editor, brush, label, onChange, say, act });
    this.svg = shape("svg", { "aria-hidden": "true", focusable: "false" });
    this.node = element(
      "div",
      {
        class: "board grid",
        tabindex: 0,
        role: "application",
        "aria-roledescription": "grid editor",
        "aria-describedby": "where",
        onkeydown: (event) => this.onKey(event),
        onfocus: () => this.tell(),
        onpointerdown: (event) => this.onDown(event),
        onpointermove: (event) => this.onMove(event),
        onpointerup: () => this.onUp(),
        onpointercancel: () => this.onUp(),
      },
      this.svg,
    );
    this.draw();
  }

  draw() {
    const { rows, height, width, box, anchor } = this.editor;
    const cell = CELL;
    const [w, h] = [width * cell + 1, height * cell + 1];
    this.svg.setAttribute("viewBox", `-2 -2 ${w + 4} ${h + 4}`);
    this.node.style.setProperty("--across", width);
    this.node.style.setProperty("--ratio", `${w + 4} / ${h + 4}`);
    this.node.setAttribute("aria-label", `${this.label}, ${height} rows, ${width} columns`);
    const at = (r, c) => ({ x: c * cell + 1, y: r * cell + 1, width: cell - 1, height: cell - 1 });
    const frame = {
      x: box.left * cell,
      y: box.top * cell,
      width: (box.right - box.left + 1) * cell + 1,
      height: (box.bottom - box.top + 1) * cell + 1,
    };
    this.svg.replaceChildren(
      shape("rect", { class: "frame", width: w, height: h }),
      ...rows.flatMap((row, r) =>
        row.map((value, c) =>
          shape("rect", { class: `c${value}`, "data-row": r, "data-column": c, ...at(r, c) }),
        ),
      ),
      ...digitsOf(rows, cell),
      shape("rect", { class: anchor ? "chosen-edge selected" : "chosen-edge", ...frame }),
      shape("rect", { class: anchor ? "chosen-line selected" : "chosen-line", ...frame }),
    );
  }

  // After a change: draw it, keep it, and say where one is.
  changed(text = null) {
    this.draw();
    this.onChange();
    this.tell(text);
  }

  tell(text = null) {
    const { cursor, rows, box, anchor } = this.editor;
    const [r, c] = cursor;
    const where = anchor
      ? `${box.bottom - box.top + 1} × ${box.right - box.left + 1} selected`
      : `row ${r}, column ${c}: ${desk.colors[rows[r][c]]}`;
    this.say(text ?? where);
  }

  cellAt(event) {
    const { editor } = this;
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x, y } = point.matrixTransform(this.svg.getScreenCTM().inverse());
    const inside = (value, most) => Math.max(0, Math.min(most - 1, Math.floor(value / CELL)));
    return [inside(y, editor.height), inside(x, editor.width)];
  }

  onDown(event) {
    if (event.button) return;
    event.preventDefault();
    this.node.focus({ preventScroll: true });
    this.node.setPointerCapture(event.pointerId);
    const { editor } = this;
    const selects = this.brush.tool === "select" || event.shiftKey;
    editor.cursor = this.cellAt(event);
    editor.anchor = selects ? [...editor.cursor] : null;
    this.stroke = selects ? "select" : this.brush.tool;
    if (!selects) {
      editor.remember();
      if (this.brush.tool === "fill") editor.flood(this.brush.color);
      else editor.paint(this.brush.color);
    }
    this.changed();
  }

  onMove(event) {
    if (!this.stroke || this.stroke === "fill") return;
    const [row, column] = this.cellAt(event);
    const [r, c] = this.editor.cursor;
    if (row === r && column === c) return;
    if (this.stroke === "select") {
      this.editor.cursor = [row, column];
    } else {
      // A quick hand skips cells: paint all between.
      const steps = Math.max(Math.abs(row - r), Math.abs(column - c));
      for (let step = 1; step <= steps; step += 1) {
        this.editor.cursor = [
          Math.round(r + ((row - r) * step) / steps),
          Math.round(c + ((column - c) * step) / steps),
        ];
        this.editor.paint(this.brush.color);
      }
    }
    this.changed();
  }

  onUp() {
    const { editor } = this;
    if (this.stroke === "select" && String(editor.anchor) === String(editor.cursor)) {
      editor.anchor = null;
      this.changed();
    }
    this.stroke = null;
  }

  onKey(event) {
    const { key, shiftKey } = event;
    const arrows = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const name =
      (control ? "Control+" : "") +
      (control && shiftKey ? "Shift+" : "") +
      (key.length === 1 ? key.toLowerCase() : key);
    if (arrows[key] && !control) {
      this.editor.move(...arrows[key], shiftKey);
      this.changed();
    } else if (!this.act(name)) {
      return;
    }
    event.preventDefault();
  }
}
