/** What lies over one chat and leaves the others usable: a bot's alert, a question, a form, a Mini App. */

import { element } from "./dom.js";
import { text } from "./texts.js";

/** Lays `panel` over `column`; Escape calls `leave`. Returns the function that takes it away again. */
export function layOver(column, panel, leave) {
  const before = column.contains(document.activeElement) ? document.activeElement : null;
  const covered = [...column.children].filter((child) => !child.inert && !child.matches(".toasts"));
  const cover = element(
    "div",
    { class: "cover", onkeydown: (event) => event.key === "Escape" && !event.defaultPrevented && leave() },
    panel,
  );
  column.append(cover);
  for (const child of covered) child.inert = true;
  if (before) (panel.querySelector("[data-first]") ?? panel.querySelector("button, input"))?.focus();
  return () => {
    cover.remove();
    for (const child of covered) child.inert = false;
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
}

/** A bot's alert. */
export function alertOver(column, title, content) {
  question(column, title, content, [{ label: text("ok"), primary: true }]);
}

/** Asks before something is done; resolves to whether it may be. */
export async function confirmOver(column, title, content, yes) {
  const buttons = [{ label: text("cancel") }, { label: yes, primary: true, id: "yes" }];
  return (await question(column, title, content, buttons)) === "yes";
}

/** `buttons` are {label, id, primary?, danger?}; resolves to the id of the pressed one, to undefined after Escape. */
export function question(column, title, content, buttons) {
  return new Promise((resolve) => {
    const done = (id) => {
      takeAway();
      resolve(id);
    };
    const heading = element("h2", { id: `title-${crypto.randomUUID()}` }, title);
    const named = title ? { "aria-labelledby": heading.id } : { "aria-label": text("alertFrom") };
    const panel = element(
      "div",
      { class: "dialog alert", role: "alertdialog", "aria-modal": "true", ...named },
      title && heading,
      element("p", { dir: "auto" }, content),
      element("div", { class: "dialog-buttons" }, ...buttons.map((button) => answer(button, done))),
    );
    const takeAway = layOver(column, panel, () => done());
  });
}

function answer({ label, id, primary, danger }, done) {
  const kind = primary ? "primary" : danger && "danger";
  return element(
    "button",
    { type: "button", class: kind || null, "data-first": primary, onclick: () => done(id) },
    label,
  );
}
