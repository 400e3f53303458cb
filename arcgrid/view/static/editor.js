"use strict";
// A grid that is being made: its cells, cursor and selection, with undo. Nothing here is drawn.

const LARGEST = 30;
// What was copied last, in whichever grid.
let clipboard = null;

function blank(height, width) {
  return Array.from({ length: height }, () => Array(width).fill(0));
}

// A quarter turn clockwise.
function turned(rows) {
  return rows[0].map((_, c) => rows.map((row) => row[c]).reverse());
}

const flipped = {
  leftRight: (rows) => rows.map((row) => [...row].reverse()),
  upDown: (rows) => [...rows].reverse(),
};

class Editor {
  constructor(rows = blank(3, 3)) {
    this.rows = rows;
    this.cursor = [0, 0];
    this.anchor = null; // the other corner of the selection
    this.past = [];
    this.future = [];
  }

  get height() {
    return this.rows.length;
  }

  get width() {
    return this.rows[0].length;
  }

  // The selection, or the cell of the cursor alone: { top, left, bottom, right }, inclusive.
  get box() {
    const [a, b] = [this.cursor, this.anchor ?? this.cursor];
    return {
      top: Math.min(a[0], b[0]),
      left: Math.min(a[1], b[1]),
      bottom: Math.max(a[0], b[0]),
      right: Math.max(a[1], b[1]),
    };
  }

  // Before a change: what it was can be come back to.
  remember() {
    this.past.push(this.rows.map((row) => [...row]));
    this.future = [];
  }

  step(from, to) {
    const rows = from.pop();
    if (!rows) return false;
    to.push(this.rows);
    this.take(rows);
    return true;
  }

  undo() {
    return this.step(this.past, this.future);
  }

  redo() {
    return this.step(this.future, this.past);
  }

  take(rows) {
    this.rows = rows;
    this.anchor = null;
    this.cursor = [
      Math.min(this.cursor[0], this.height - 1),
      Math.min(this.cursor[1], this.width - 1),
    ];
  }

  replace(rows) {
    this.remember();
    this.take(rows.map((row) => [...row]));
  }

  resize(height, width) {
    const rows = blank(height, width);
    for (let r = 0; r < Math.min(height, this.height); r += 1) {
      for (let c = 0; c < Math.min(width, this.width); c += 1) rows[r][c] = this.rows[r][c];
    }
    this.replace(rows);
  }

  move(down, right, select) {
    if (select) this.anchor ??= [...this.cursor];
    else this.anchor = null;
    this.cursor = [
      Math.max(0, Math.min(this.height - 1, this.cursor[0] + down)),
      Math.max(0, Math.min(this.width - 1, this.cursor[1] + right)),
    ];
  }

  selectAll() {
    this.anchor = [0, 0];
    this.cursor = [this.height - 1, this.width - 1];
  }

  // Paint the selection, or the cell of the cursor.
  paint(color) {
    const { top, left, bottom, right } = this.box;
    for (let r = top; r <= bottom; r += 1) this.rows[r].fill(color, left, right + 1);
  }

  // All cells of the cursor's color that hang together with it, by their sides.
  flood(color) {
    const [row, column] = this.cursor;
    const from = this.rows[row][column];
    if (from === color) return;
    const waiting = [[row, column]];
    while (waiting.length) {
      const [r, c] = waiting.pop();
      if (this.rows[r]?.[c] !== from) continue;
      this.rows[r][c] = color;
      waiting.push([r - 1, c], [r + 1, c], [r, c - 1], [r, c + 1]);
    }
  }

  part({ top, left, bottom, right }) {
    return this.rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
  }

  // Lay a piece over the grid; what reaches beyond its edges is cut off.
  lay(piece, top, left) {
    for (const [r, row] of piece.entries()) {
      for (const [c, value] of row.entries()) {
        if (this.rows[top + r]?.[left + c] !== undefined) this.rows[top + r][left + c] = value;
      }
    }
  }

  copy() {
    clipboard = this.part(this.box);
  }

  paste() {
    if (!clipboard) return false;
    const { top, left } = this.box;
    this.remember();
    this.lay(clipboard, top, left);
    this.anchor = [top, left];
    this.cursor = [
      Math.min(this.height, top + clipboard.length) - 1,
      Math.min(this.width, left + clipboard[0].length) - 1,
    ];
    return true;
  }

  // Flip or turn the selection where it is, or the whole grid where nothing is selected.
  change(how) {
    const whole =
      !this.anchor ||
      (this.box.bottom - this.box.top + 1 === this.height &&
        this.box.right - this.box.left + 1 === this.width);
    if (whole) {
      this.replace(how(this.rows));
      return true;
    }
    const { top, left } = this.box;
    const piece = how(this.part(this.box));
    const [bottom, right] = [top + piece.length - 1, left + piece[0].length - 1];
    if (bottom >= this.height || right >= this.width) return false;
    this.remember();
    this.paint(0);
    this.lay(piece, top, left);
    this.anchor = [top, left];
    this.cursor = [bottom, right];
    return true;
  }
}
