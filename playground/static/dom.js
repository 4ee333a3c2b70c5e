/** Building the page out of nodes: text always goes in as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";

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

const segmenter = new Intl.Segmenter();

/** The first character a person sees, which may be several code points. */
export function initial(name) {
  const [first] = segmenter.segment((name ?? "").trim());
  return first ? first.segment.toUpperCase() : "?";
}

export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ");
}
