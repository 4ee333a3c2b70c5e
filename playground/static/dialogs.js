/** Windows over the page: questions, the add-a-person form, a photo; and the lines that pass by. */

import { element, icon, iconButton } from "./dom.js";
import { text } from "./texts.js";

const TOAST_TIME = 3200;
const TOAST_TIME_PER_LETTER = 45;

/** A line that passes by inside `place`. */
export function toast(place, content, { danger = false } = {}) {
  const line = element("p", { class: danger ? "toast danger" : "toast", role: "status", dir: "auto" }, content);
  place.append(line);
  setTimeout(
    () => {
      line.classList.add("leaving");
      setTimeout(() => line.remove(), 250);
    },
    TOAST_TIME + TOAST_TIME_PER_LETTER * content.length,
  );
}

/** A bot's alert over one column: it keeps the other columns usable. */
export function alertOver(column, title, content) {
  const before = column.contains(document.activeElement) ? document.activeElement : null;
  const covered = [...column.children].filter((child) => !child.inert);
  const button = element("button", { type: "button", class: "primary", onclick: close }, text("ok"));
  const heading = element("h2", { id: `alert-${crypto.randomUUID()}` }, title);
  const cover = element(
    "div",
    { class: "cover", onkeydown: (event) => event.key === "Escape" && close() },
    element(
      "div",
      { class: "dialog alert", role: "alertdialog", "aria-modal": "true", "aria-labelledby": heading.id },
      heading,
      element("p", { dir: "auto" }, content),
      element("div", { class: "dialog-buttons" }, button),
    ),
  );
  column.append(cover);
  for (const child of covered) child.inert = true;
  if (before) button.focus();

  function close() {
    cover.remove();
    for (const child of covered) child.inert = false;
    if (before?.isConnected) before.focus({ preventScroll: true });
  }
}

function modal(label, ...content) {
  const dialog = element(
    "dialog",
    { class: "dialog", "aria-label": label, onclose: () => dialog.remove() },
    ...content,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before the browser leaves for an address a bot named. */
export function askToOpen(title, address) {
  const dialog = modal(
    title,
    element("h2", {}, title),
    element("p", { class: "address" }, address),
    element(
      "div",
      { class: "dialog-buttons" },
      element("button", { type: "button", onclick: () => dialog.close() }, text("cancel")),
      element(
        "a",
        {
          class: "primary",
          href: address,
          target: "_blank",
          rel: "noopener noreferrer",
          onclick: () => dialog.close(),
        },
        text("open"),
      ),
    ),
  );
}

export function showPhoto(source, caption) {
  const dialog = modal(
    text("photo"),
    element("img", { src: source, alt: caption || text("photo") }),
    iconButton("close", text("close"), () => dialog.close()),
  );
  dialog.classList.add("photo-view");
}

/** Asks for a new person; `add(fields)` gets the filled fields only. */
export function askForPersona(add) {
  const field = (name, label, attributes) =>
    element("label", {}, text(label), element("input", { name, autocomplete: "off", ...attributes }));
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, text("addPersona")),
    field("first_name", "firstName", { required: true, maxlength: 64 }),
    field("last_name", "lastName", { maxlength: 64 }),
    field("username", "username", { maxlength: 33, pattern: "@?[A-Za-z][A-Za-z0-9_]{3,31}", placeholder: "@username" }),
    element(
      "label",
      {},
      text("language"),
      element(
        "select",
        { name: "language" },
        new Option("Русский", "ru"),
        new Option("English", "en"),
        new Option("Deutsch", "de"),
      ),
    ),
    element(
      "div",
      { class: "dialog-buttons" },
      element("button", { type: "button", onclick: () => dialog.close() }, text("cancel")),
      element("button", { class: "primary" }, icon("person-add"), text("add")),
    ),
  );
  form.addEventListener("submit", () => {
    const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
    if (fields.username) fields.username = fields.username.replace(/^@/, "");
    add(fields);
  });
  const dialog = modal(text("addPersona"), form);
}
