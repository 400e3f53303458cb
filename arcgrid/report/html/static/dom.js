"use strict";
// How elements are made, and values written: text goes in as text, never as markup.

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("aria-")) node.setAttribute(name, String(value));
    else if (value === false) continue;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function duration(seconds) {
  if (seconds < 0.0995) return `${+(1000 * seconds).toPrecision(2)} ms`;
  if (seconds < 59.95) return `${+seconds.toPrecision(3)} s`;
  if (seconds < 3570) return `${+(seconds / 60).toPrecision(3)} min`;
  return `${+(seconds / 3600).toPrecision(3)} h`;
}

function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function percent(value) {
  return `${+value.toFixed(1)}%`;
}

const dollars = (value) => `$${+value.toPrecision(3)}`;

// What a page remembers for the next time, where the browser lets it.
const memory = {
  get(name) {
    try {
      return localStorage.getItem(`arcgrid.${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`arcgrid.${name}`, value);
    } catch {
      /* it may not */
    }
  },
};

async function copyText(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "The browser does not allow it";
  }
  setTimeout(() => {
    button.textContent = before;
  }, 1500);
}
