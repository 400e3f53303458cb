"use strict";
// Where an output is made: size, colors, tools, the grid, and all that can be done with it.

const brush = { color: 1, tool: "paint" };

const TOOLS = { paint: "Paint", fill: "Fill", select: "Select" };

// What can be done: its name, its keys (the first one is shown), and whether it leads to a change.
const DEEDS = {
  undo: ["Undo", ["Control+z"], ({ editor }) => editor.undo()],
  redo: ["Redo", ["Control+y", "Control+Shift+z"], ({ editor }) => editor.redo()],
  copy: [
    "Copy",
    ["Control+c"],
    ({ editor }) => {
      editor.copy();
      return "copied";
    },
  ],
  cut: [
    "Cut",
    ["Control+x"],
    ({ editor }) => {
      editor.copy();
      editor.remember();
      editor.paint(0);
    },
  ],
  paste: ["Paste", ["Control+v"], ({ editor }) => editor.paste() || "nothing was copied yet"],
  leftRight: ["Flip ↔", ["h"], ({ editor }) => editor.change(flipped.leftRight)],
  upDown: ["Flip ↕", ["v"], ({ editor }) => editor.change(flipped.upDown)],
  turn: [
    "Turn ↻",
    ["r"],
    ({ editor }) => editor.change(turned) || "turned, it would reach beyond the grid",
  ],
  input: ["Copy from input", ["i"], ({ editor, input }) => editor.replace(input)],
  reset: ["Reset", [], ({ editor }) => editor.replace(blank(editor.height, editor.width))],
};

// What has no button, for it is done with the pointer.
const KEYS = {
  " ": ({ editor }) => {
    editor.remember();
    editor.paint(brush.color);
  },
  f: ({ editor }) => {
    editor.remember();
    editor.flood(brush.color);
  },
  Delete: ({ editor }) => {
    editor.remember();
    editor.paint(0);
  },
  "Control+a": ({ editor }) => editor.selectAll(),
  Escape: ({ editor }) => {
    editor.anchor = null;
  },
};
KEYS.Enter = KEYS[" "];
KEYS.Backspace = KEYS.Delete;
for (const [, keys, act] of Object.values(DEEDS)) for (const key of keys) KEYS[key] = act;

class Bench {
  constructor({ rows, input, label, keep, submit, attempt }) {
    this.editor = new Editor(rows);
    this.input = input;
    this.submit = submit;
    this.where = element("p", { id: "where", class: "note", role: "status" });
    this.board = new Board(this.editor, brush, label, {
      onChange: () => {
        this.showSize();
        keep(this.editor.rows);
      },
      say: (text) => {
        this.where.textContent = text;
      },
      act: (key) => this.press(key),
    });
    this.sizes = ["height", "width"].map((name) => this.sizeField(name));
    this.node = element(
      "div",
      { class: "bench" },
      element(
        "div",
        { class: "deeds", role: "group", "aria-label": "Size" },
        ...this.sizes.map((field) => field.parentElement),
      ),
      this.colorButtons(),
      this.toolButtons(),
      this.board.node,
      this.where,
      element(
        "div",
        { class: "deeds", role: "group", "aria-label": "Changes" },
        ...Object.values(DEEDS).map(([name, keys, act]) =>
          element(
            "button",
            { type: "button", title: keys[0] ?? null, onclick: () => this.deed(act) },
            name,
          ),
        ),
      ),
      element(
        "button",
        { type: "button", class: "submit", id: "submit", onclick: () => submit(this.editor.rows) },
        attempt,
      ),
    );
    this.showBrush();
  }

  sizeField(name) {
    const field = element("input", {
      type: "number",
      name,
      min: 1,
      max: LARGEST,
      value: this.editor[name],
      onchange: () => this.resize(),
    });
    element("label", {}, name, field);
    return field;
  }

  resize() {
    const [height, width] = this.sizes.map((field) =>
      Math.max(1, Math.min(LARGEST, Math.round(Number(field.value)) || 1)),
    );
    this.editor.resize(height, width);
    this.board.changed(`the grid is ${height} × ${width}`);
  }

  showSize() {
    for (const field of this.sizes) field.value = this.editor[field.name];
  }

  colorButtons() {
    this.colors = desk.colors.map((name, value) =>
      element(
        "button",
        {
          type: "button",
          class: `color f${value}`,
          "aria-label": `${value} ${name}`,
          title: `${value} ${name}`,
          onclick: () => this.pick(value),
        },
        element("span", { class: `i${value}`, "aria-hidden": "true" }, value),
      ),
    );
    return element(
      "div",
      { class: "colors", role: "group", "aria-label": "Color" },
      ...this.colors,
    );
  }

  toolButtons() {
    this.tools = Object.entries(TOOLS).map(([tool, name]) =>
      element(
        "button",
        {
          type: "button",
          "data-tool": tool,
          onclick: () => {
            brush.tool = tool;
            this.showBrush();
          },
        },
        name,
      ),
    );
    return element("div", { class: "choice", role: "group", "aria-label": "Tool" }, ...this.tools);
  }

  pick(color) {
    brush.color = color;
    this.showBrush();
    this.board.tell(`color ${color} ${desk.colors[color]}`);
  }

  showBrush() {
    for (const [value, button] of this.colors.entries()) {
      button.setAttribute("aria-pressed", value === brush.color);
    }
    for (const button of this.tools) {
      button.setAttribute("aria-pressed", button.dataset.tool === brush.tool);
    }
  }

  deed(act) {
    const told = act(this);
    this.board.changed(typeof told === "string" ? told : null);
  }

  // A key on the grid; true where it means something.
  press(key) {
    if (/^[0-9]$/.test(key)) this.pick(Number(key));
    else if (key === "Control+Enter") this.submit(this.editor.rows);
    else if (KEYS[key]) this.deed(KEYS[key]);
    else return false;
    return true;
  }
}
