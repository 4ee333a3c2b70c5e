/** A menu that opens beside a button or at the pointer: arrows move, Escape and a press elsewhere close. */

import { element, icon } from "./dom.js";

/** `items` are {icon, label, action, danger?}; `at` is an element, or {x, y} with `owner` to give the focus back to. */
export function openMenu(at, items, { label, owner = at } = {}) {
  const menu = element(
    "div",
    { class: "menu", role: "menu", popover: "auto", "aria-label": label, onkeydown: move },
    ...items.map((item) =>
      element(
        "button",
        { type: "button", role: "menuitem", class: item.danger ? "danger" : null, onclick: () => choose(item) },
        icon(item.icon),
        element("span", { class: "menu-label" }, item.label),
        item.note && element("span", { class: "menu-note" }, item.note),
      ),
    ),
  );
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  place(
    menu,
    at instanceof Element ? at.getBoundingClientRect() : { left: at.x, right: at.x, top: at.y, bottom: at.y },
  );
  menu.firstElementChild?.focus();

  function choose(item) {
    menu.hidePopover();
    owner.focus?.({ preventScroll: true });
    item.action();
  }

  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const entries = [...menu.children];
    const next = entries.indexOf(document.activeElement) + step;
    entries[(next + entries.length) % entries.length].focus();
  }
}

/** Below the anchor, or above it where there is no room; always inside the window. */
function place(menu, anchor) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = anchor.bottom + 6;
  const top = below + height <= innerHeight - 8 ? below : anchor.top - height - 6;
  const left = anchor.left + width <= innerWidth - 8 ? anchor.left : anchor.right - width;
  menu.style.top = `${Math.max(8, top)}px`;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
}
