"use strict";
// The page as a whole: what the address says, the switches, the keyboard, printing.

const TITLE = document.title;

function hashOf() {
  const wanted = new URLSearchParams();
  if (opened !== null) wanted.set("task", data.tasks[opened].key);
  for (const [name, value] of Object.entries(state))
    if (value !== DEFAULTS[name]) wanted.set(name, value);
  return wanted.toString() ? `#${wanted}` : "#";
}

// Where the list stands goes with its entry of the history, so that Back finds it again.
function rememberPlace() {
  if (opened === null) history.replaceState({ ...history.state, y: window.scrollY, shown }, "");
}

// The state is in the address, so that a link leads to what one sees.
function saveState(push = false, more = {}) {
  if (push) history.pushState(more, "", hashOf());
  else history.replaceState({ ...history.state, ...more }, "", hashOf());
}

// What closing a task takes along to the list: the run that was looked at last.
let carried = null;

function closeTask() {
  if (opened === null) return;
  if (history.state?.opened) {
    carried = { run: state.run };
    history.back();
    return;
  }
  showOverview();
  saveState();
}

function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  const kept = history.state ?? {};
  for (const name of Object.keys(DEFAULTS)) state[name] = given.get(name) ?? DEFAULTS[name];
  Object.assign(state, carried ?? {});
  syncFields();
  applyFilters(kept.shown);
  drawClusters();
  const key = given.get("task");
  const index = byKey.get(key ?? "");
  tellMissing(key !== null && index === undefined ? key : null);
  if (index !== undefined) showTask(index);
  else {
    showOverview(kept.y);
    if (kept.y === undefined && (filtersOn().length || state.view !== DEFAULTS.view)) goToTasks();
  }
  if (carried) saveState();
  carried = null;
}

function tellMissing(key) {
  const notice = document.getElementById("notice");
  notice.hidden = key === null;
  notice.textContent =
    key === null ? "" : `There is no task “${key}” in this page: here are all of them.`;
}

// Paper has all that is listed, and charts as wide as it is.
const PAPER = 640;

function printAll() {
  if (opened !== null) return;
  showMore(listed.length);
  for (const canvas of list.querySelectorAll("canvas"))
    drawThumb(canvas, data.tasks[Number(canvas.dataset.task)]);
  for (const figure of charts) figure.redraw(PAPER);
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
  p: () => opened !== null && stepTask(-1),
  ArrowRight: () => stepTask(1),
  ArrowLeft: () => stepTask(-1),
  d: () => setDigits(!document.getElementById("digits").checked),
  c: () => {
    const list = [...document.getElementById("palette").options].map((option) => option.value);
    setPalette(list[(list.indexOf(look.palette) + 1) % list.length]);
  },
  "/": () => {
    if (opened !== null) {
      showOverview();
      saveState(true);
    }
    const field = document.querySelector('#filters input[name="q"]');
    field.scrollIntoView({ block: "center" });
    field.focus();
    field.select();
  },
  Escape: closeTask,
};

// Arrows lead from task to task, but for where they scroll.
function leadsOn(event) {
  if (!event.key.startsWith("Arrow")) return true;
  return opened !== null && !event.target.closest?.('[tabindex="0"]');
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest?.('input:not([type="checkbox"]), select, textarea');
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const action = ACTIONS[event.key];
  if (!action || !leadsOn(event)) return;
  event.preventDefault();
  action();
});

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  if (opened === null) goToTasks();
  else document.querySelector("#task h1").focus();
});

// All that is drawn of the data above the tasks.
function drawReport() {
  if (!data.charts) return;
  charts.clear();
  drawVerdict(document.getElementById("verdict"));
  makeCompare(document.getElementById("compare"));
  drawCharts(document.getElementById("charts"));
  drawClusters();
}

const listen = (id, act) =>
  document.getElementById(id).addEventListener("input", (event) => act(event.target));

history.scrollRestoration = "manual";
window.addEventListener("popstate", readState);
window.addEventListener("pagehide", rememberPlace);
window.addEventListener("scrollend", rememberPlace);
window.addEventListener("beforeprint", printAll);
window.addEventListener("afterprint", redrawCharts);
listen("palette", (field) => setPalette(field.value));
listen("digits", (field) => setDigits(field.checked));
listen("theme", (field) => setTheme(field.value));

makeFilters(document.getElementById("filters"));
setTheme(memory.get("theme") ?? "");
setDigits(memory.get("digits") === "1");
drawReport();
readState();
setPalette(memory.get("palette") ?? "classic");
