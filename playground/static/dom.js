/** Building the page out of nodes: text always goes in as text, never as markup. */

import { text } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const HUES = 6;

/** A new element; attributes named `on…` are listeners, `false` and `null` leave an attribute or a child out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  drawing.append(use);
  return drawing;
}

/** A button that shows only a picture: its name is there for screen readers and as a tooltip. */
export function iconButton(name, label, onclick, attributes = {}) {
  return element(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...attributes },
    icon(name),
  );
}

/** A picture of a person, a room or a bot: the first letter on its colour. */
export function avatar(name, size = "") {
  return element("span", { class: `avatar ${size}`.trim(), "aria-hidden": "true" }, initial(name));
}

const segmenter = new Intl.Segmenter();

/** The first character a person sees, which may be several code points. */
function initial(name) {
  const [first] = segmenter.segment((name ?? "").trim());
  return first ? first.segment.toUpperCase() : "?";
}

export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ");
}

/** Says on a button named `label` how many messages wait where it leads. */
export function countOn(button, label, unread) {
  button.dataset.waiting = unread || "";
  button.setAttribute("aria-label", unread ? `${label}, ${text("newCount", { n: unread })}` : label);
}

/** The class of a persona's or a room's colour, by its place in the list. */
export const hueClass = (place) => `hue-${place % HUES}`;

/** Arrows, Home and End move the focus among those in `container` that match `selector`. */
export function moveByArrows(container, selector) {
  container.addEventListener("keydown", (event) => {
    const entries = [...container.querySelectorAll(selector)].filter((entry) => entry.checkVisibility());
    const at = entries.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    entries.at(next % entries.length).focus();
  });
}
