"use strict";
// Where a run fails: its tasks in groups, and what came of each.

const CLUSTERS = ["same", "side", "colors", "objects", "how"];
const CLUSTER_PARTS = ["solved", "part", "near", "wrong", "none"];
const MOST_CLUSTERS = 12;

// The groups of one feature: value, and how many of its tasks are in each standing.
function clustersOf(run, name) {
  const groups = new Map();
  for (const [index, record] of results[run].found) {
    if (record.standing === "unknown") continue;
    for (const value of [FACETS[name].of(index)].flat()) {
      const group = groups.get(value) ?? { value, tasks: 0 };
      group.tasks += 1;
      group[record.standing] = (group[record.standing] ?? 0) + 1;
      groups.set(value, group);
    }
  }
  const found = [...groups.values()];
  const failed = (group) => group.tasks - (group.solved ?? 0);
  if (name === "how") return found.sort((a, b) => failed(b) - failed(a)).slice(0, MOST_CLUSTERS);
  return found.sort((a, b) => a.value - b.value);
}

function clusterRow(run, name, group) {
  const values = (more) => ofRun(run, { [name]: String(group.value), ...more });
  const cells = CLUSTER_PARTS.map((part) =>
    element(
      "td",
      { class: "number" },
      group[part] ? listLink(values({ show: part }), String(group[part])) : "–",
    ),
  );
  const bar = element(
    "div",
    { class: "stack", "aria-hidden": "true" },
    ...CLUSTER_PARTS.filter((part) => group[part]).map((part) =>
      element("span", { class: `share ${part}`, "data-share": group[part] / group.tasks }),
    ),
  );
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, listLink(values({}), FACETS[name].text(group.value))),
    element("td", { class: "number" }, String(group.tasks)),
    element("td", { class: "number" }, percent((100 * (group.solved ?? 0)) / group.tasks)),
    element("td", { class: "spark" }, bar),
    ...cells,
  );
}

function clusterTable(run) {
  const heads = ["Tasks", "Tasks", "Solved", "", "solved", "in part", "near", "wrong", "none"];
  heads[0] = "Group";
  const bodies = CLUSTERS.map((name) => [name, clustersOf(run, name)])
    .filter(([, groups]) => groups.length > 1)
    .map(([name, groups]) =>
      element(
        "tbody",
        {},
        element(
          "tr",
          { class: "group" },
          element("th", { scope: "rowgroup", colspan: heads.length }, FACETS[name].name),
        ),
        ...groups.map((group) => clusterRow(run, name, group)),
      ),
    );
  return element(
    "table",
    { class: "clusters" },
    element("caption", { class: "unseen" }, "Tasks in groups, and what came of them"),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...heads.map((text, place) =>
          element(
            text ? "th" : "td",
            { scope: text ? "col" : null, class: place && text ? "number" : null },
            text,
          ),
        ),
      ),
    ),
    ...bodies,
  );
}

// The table of the chosen run; it follows when another is chosen.
function drawClusters() {
  const place = document.getElementById("clusters");
  if (!place) return;
  const run = chosenRun();
  const known = [...results[run].found.values()].some((one) => one.standing !== "unknown");
  place.parentElement.hidden = !known;
  if (!known) return;
  document.getElementById("clusters-title").textContent =
    data.runs.length > 1 ? `Where ${runName(run)} fails` : "Where it fails";
  place.replaceChildren(clusterTable(run));
  for (const part of place.querySelectorAll("[data-share]"))
    part.style.flexGrow = part.dataset.share;
}
