"use strict";
// A page that is served: it asks for itself again and again, and takes in what is new where it stands.

const linkState = element("span", { class: "note", role: "status" });

// Bring a part of the page to what the server sent, touching only what differs.
function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  const [olds, wanted] = [[...old.childNodes], [...fresh.childNodes]];
  for (const [place, node] of wanted.entries()) {
    if (olds[place]) morph(olds[place], node);
    else old.append(node);
  }
  for (const node of olds.slice(wanted.length)) node.remove();
}

// Where an element stands: the nearest thing above it that has a name of its own, and the way down.
function pathOf(node) {
  const steps = [];
  for (let at = node; at !== document.documentElement; at = at.parentElement) {
    if (at.id) return [`#${CSS.escape(at.id)}`, steps];
    if (at.dataset.key) return [`[data-key="${CSS.escape(at.dataset.key)}"]`, steps];
    steps.unshift([...at.parentElement.children].indexOf(at));
  }
  return ["html", steps];
}

function nodeAt([selector, steps]) {
  return steps.reduce((node, step) => node?.children[step], document.querySelector(selector));
}

// What stays where it is in the window: what has the focus, or else what is at the top.
function anchorOf() {
  const named = document.querySelectorAll("[data-key], main [id], main h2, main figure");
  const found = [document.activeElement, ...named].find((node) => {
    if (node === document.body) return false;
    const { top, height } = node.getBoundingClientRect();
    return height && top >= 0 && top < window.innerHeight;
  });
  return found && { path: pathOf(found), top: found.getBoundingClientRect().top };
}

// Make parts of the page anew; focus, what is unfolded, and what one looks at stay.
function keepPlace(make) {
  const focus = document.activeElement;
  const [path, anchor] = [focus && focus !== document.body ? pathOf(focus) : null, anchorOf()];
  const unfolded = [...document.querySelectorAll("details[open]")].map(pathOf);
  const scrolled = [...document.querySelectorAll("main *")]
    .filter((node) => node.scrollTop || node.scrollLeft)
    .map((node) => [pathOf(node), node.scrollTop, node.scrollLeft]);
  make();
  for (const where of unfolded) nodeAt(where)?.setAttribute("open", "");
  for (const [where, top, left] of scrolled) nodeAt(where)?.scrollTo(left, top);
  if (path && document.activeElement !== focus) nodeAt(path)?.focus({ preventScroll: true });
  const node = anchor && window.scrollY > 0 && nodeAt(anchor.path);
  if (node) window.scrollBy(0, node.getBoundingClientRect().top - anchor.top);
}

function resultsOf(index) {
  return JSON.stringify(
    results.map(({ found }) => {
      const { task, guesses, ...rest } = found.get(index) ?? {};
      return [rest, guesses?.flat().map(([grid, ...said]) => [data.grids[grid], said])];
    }),
  );
}

// Cards whose outcomes changed are made anew, around the picture that they have.
function renewCards(before) {
  for (const [index, card] of items.cards) {
    if (before.get(index) === resultsOf(index)) continue;
    const fresh = makeCard(index);
    fresh.querySelector("canvas")?.replaceWith(card.querySelector("canvas"));
    card.replaceWith(fresh);
    items.cards.set(index, fresh);
  }
}

function renewKinds() {
  const kind = document.querySelector('#filters select[name="kind"]');
  const wanted = kindChoices();
  if (!kind || kind.options.length === wanted.length) return;
  kind.replaceChildren(...choices(...wanted).children);
  syncFields();
}

// All that was listed down to where one has come stays, whatever comes in between.
function renewList() {
  const seen = listed.slice(0, shown);
  applyFilters(Math.max(shown, PAGE));
  const end = Math.max(0, ...seen.map((index) => listed.indexOf(index) + 1));
  if (end > shown) showMore(end - shown);
}

function takeIn(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const news = JSON.parse(fresh.getElementById("data").textContent);
  const before = new Map(data.tasks.map((_, index) => [index, resultsOf(index)]));
  keepPlace(() => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (other) morph(part, document.importNode(other, true));
    }
    renewData(news);
    drawReport();
    redrawCharts();
    renewKinds();
    renewCards(before);
    renewList();
    if (opened !== null && before.get(opened) !== resultsOf(opened)) {
      drawTask(opened);
    }
  });
}

function sayLink(text) {
  if (linkState.textContent !== text) linkState.textContent = text;
}

function inSight() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) =>
    document.addEventListener("visibilitychange", resolve, { once: true }),
  );
}

async function follow() {
  let version = "";
  for (;;) {
    let seconds = 2;
    await inSight();
    try {
      const headers = version ? { "If-None-Match": version } : {};
      const reply = await fetch(location.pathname, { headers, cache: "no-store" });
      if (reply.status === 200) {
        takeIn(await reply.text());
        version = reply.headers.get("ETag");
      }
      seconds = Number(reply.headers.get("Retry-After")) || seconds;
      const known = reply.status === 200 || reply.status === 304;
      sayLink(known ? (reply.headers.get("Arcgrid-State") ?? "live") : await reply.text());
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      sayLink("not connected: arcgrid view has ended");
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  }
}

document.querySelector(".brand").after(linkState);
follow();
