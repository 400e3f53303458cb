"use strict";
// The page as a whole: what the address says, the switches, the keyboard, printing.

const TITLE = document.title;
const byKey = new Map(data.tasks.map((task, index) => [task.key, index]));

// The state is in the address, so that a link leads to what one sees.
function saveState(push = false) {
  const wanted = new URLSearchParams();
  if (opened !== null) wanted.set("task", data.tasks[opened].key);
  for (const [name, value] of Object.entries(state))
    if (value !== DEFAULTS[name]) wanted.set(name, value);
  const hash = wanted.toString() ? `#${wanted}` : "#";
  if (push) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
}

function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(DEFAULTS)) state[name] = given.get(name) ?? DEFAULTS[name];
  syncFields();
  applyFilters();
  const index = byKey.get(given.get("task") ?? "");
  if (index === undefined) showOverview();
  else showTask(index);
}

function setPalette(name) {
  look.palette = name in data.palettes ? name : "classic";
  document.documentElement.dataset.palette = look.palette;
  document.getElementById("palette").value = look.palette;
  memory.set("palette", look.palette);
  redrawThumbs();
}

function setDigits(on) {
  document.documentElement.toggleAttribute("data-digits", on);
  document.getElementById("digits").checked = on;
  memory.set("digits", on ? "1" : "");
}

function setTheme(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  document.getElementById("theme").value = name;
  memory.set("theme", name);
}

const ACTIONS = {
  n: () => stepTask(1),
  ArrowRight: () => stepTask(1),
  p: () => stepTask(-1),
  ArrowLeft: () => stepTask(-1),
  d: () => setDigits(!document.getElementById("digits").checked),
  c: () => {
    const names = Object.keys(data.palettes);
    const list = [...document.getElementById("palette").options].map((option) => option.value);
    setPalette(list[(list.indexOf(look.palette) + 1) % names.length]);
  },
  "/": () => {
    if (opened !== null) closeTask();
    const search = document.querySelector('#filters input[name="q"]');
    search.scrollIntoView({ block: "center" });
    search.focus();
    search.select();
  },
  Escape: () => {
    if (opened !== null) closeTask();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest?.("input, select, textarea");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const action = ACTIONS[event.key];
  if (!action || (opened === null && event.key === "ArrowLeft")) return;
  event.preventDefault();
  action();
});

window.addEventListener("popstate", readState);
window.addEventListener("hashchange", readState);
window.addEventListener("beforeprint", () => {
  if (opened !== null) return;
  showMore(listed.length);
  for (const card of list.children) {
    const canvas = card.querySelector("canvas");
    drawThumb(canvas, data.tasks[Number(canvas.dataset.task)]);
  }
});

document
  .getElementById("palette")
  .addEventListener("input", (event) => setPalette(event.target.value));
document
  .getElementById("digits")
  .addEventListener("input", (event) => setDigits(event.target.checked));
document.getElementById("theme").addEventListener("input", (event) => setTheme(event.target.value));

makeFilters(document.getElementById("filters"));
setTheme(memory.get("theme") ?? "");
setDigits(memory.get("digits") === "1");
readState();
setPalette(memory.get("palette") ?? "classic");
if (data.charts) drawCharts(document.getElementById("charts"));
