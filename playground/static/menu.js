/** A menu that opens beside a button or at the pointer: arrows move, Escape and a press elsewhere close. */

import { element, icon, moveByArrows } from "./dom.js";

/**
 * `items` are {icon, label, action, danger?}; `at` is an element, or {x, y} with `owner` to give the focus back to.
 * `quick` are {label, name, chosen, action}: they stand in one row on top.
 */
export function openMenu(at, items, { label, owner = at, quick = [] } = {}) {
  const menu = element(
    "div",
    { class: "menu", role: "menu", popover: "auto", "aria-label": label },
    quick.length > 0 &&
      element(
        "div",
        { class: "menu-quick", role: "group" },
        ...quick.map((item) => {
          const attributes = { role: "menuitemcheckbox", "aria-checked": String(item.chosen), "aria-label": item.name };
          return element("button", { type: "button", ...attributes, onclick: () => choose(item) }, item.label);
        }),
      ),
    ...items.map((item) =>
      element(
        "button",
        { type: "button", role: "menuitem", class: item.danger ? "danger" : null, onclick: () => choose(item) },
        icon(item.icon),
        element("span", { class: "menu-label" }, item.label),
      ),
    ),
  );
  moveByArrows(menu, "button");
  menu.addEventListener("keydown", sideways);
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  const anchor = at instanceof Element ? at.getBoundingClientRect() : new DOMRect(at.x, at.y, 0, 0);
  placeBy(menu, anchor);
  menu.querySelector("button")?.focus();

  function choose(item) {
    menu.hidePopover();
    owner.focus?.({ preventScroll: true });
    item.action();
  }
}

/** In the row on top the arrows to the sides move as well. */
function sideways(event) {
  const { activeElement: here } = document;
  const next = { ArrowRight: here.nextElementSibling, ArrowLeft: here.previousElementSibling }[event.key];
  if (!next || !here.closest(".menu-quick")) return;
  event.preventDefault();
  next.focus();
}

/** Puts a popover below the anchor, or above it where there is no room; always inside the window. */
export function placeBy(popover, anchor) {
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = anchor.bottom + 6;
  const top = below + height <= innerHeight - 8 ? below : anchor.top - height - 6;
  const left = anchor.left + width <= innerWidth - 8 ? anchor.left : anchor.right - width;
  popover.style.top = `${Math.max(8, top)}px`;
  popover.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
}
