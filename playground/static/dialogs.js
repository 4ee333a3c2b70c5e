/** Windows over the whole page: questions, forms, a photo; and the lines that pass by. */

import { element, fullName, icon, iconButton } from "./dom.js";
import { languageName, roomKindName, text } from "./texts.js";

const TOAST_TIME = 3200;
const TOAST_TIME_PER_LETTER = 45;
const LANGUAGES = ["ru", "en", "de", "es", "fr", "it", "pt", "uk", "tr", "ar", "zh"];
const ROOM_KINDS = ["supergroup", "group", "channel"];

/** Where lines pass by; screen readers say them. */
export const toastPlace = (kind = "") => element("div", { class: `toasts ${kind}`.trim(), role: "status" });

/** A line that passes by inside `place`. */
export function toast(place, content, { danger = false } = {}) {
  const line = element("p", { class: danger ? "toast danger" : "toast", dir: "auto" }, content);
  place.append(line);
  setTimeout(
    () => {
      line.classList.add("leaving");
      setTimeout(() => line.remove(), 250);
    },
    TOAST_TIME + TOAST_TIME_PER_LETTER * content.length,
  );
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
export function askToOpen(address) {
  const dialog = modal(
    text("openLink"),
    element("h2", {}, text("openLink")),
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

/** Shows one of `photos` ({source, caption}); the arrows lead to the others. */
export function showPhotos(photos, first) {
  let shown = first;
  const image = element("img", {});
  const caption = element("p", { class: "photo-caption", dir: "auto" });
  const several = photos.length > 1;
  const dialog = modal(
    text("photo"),
    image,
    caption,
    iconButton("close", text("close"), () => dialog.close()),
    several && iconButton("back", text("previous"), () => turn(-1), { class: "icon-button turn previous" }),
    several && iconButton("next", text("next"), () => turn(1), { class: "icon-button turn next" }),
  );
  dialog.classList.add("photo-view");
  dialog.addEventListener("keydown", ({ key }) => turn({ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0));
  turn(0);

  function turn(step) {
    shown = (shown + step + photos.length) % photos.length;
    image.src = photos[shown].source;
    image.alt = photos[shown].caption || text("photo");
    caption.textContent = photos[shown].caption ?? "";
    caption.hidden = !caption.textContent;
  }
}

/** Asks for a new person; `add(fields)` gets the filled fields only. */
export function askForPersona(add) {
  askFor(text("addPersona"), "person-add", add, [
    field("first_name", "firstName", { required: true, maxlength: 64 }),
    field("last_name", "lastName", { maxlength: 64 }),
    field("username", "username", { maxlength: 33, pattern: "@?[A-Za-z][A-Za-z0-9_]{3,31}", placeholder: "@username" }),
    choice(
      "language",
      "language",
      LANGUAGES.map((code) => new Option(languageName(code), code)),
    ),
  ]);
}

/** Asks for a group or channel and who brings the bot there; `add({kind, title, persona})`. */
export function askForRoom(personas, add) {
  askFor(text("addRoom"), "group", add, [
    field("title", "roomTitle", { required: true, maxlength: 128 }),
    choice(
      "kind",
      "roomKind",
      ROOM_KINDS.map((kind) => new Option(roomKindName(kind), kind)),
    ),
    choice(
      "persona",
      "roomOwner",
      personas.map((persona) => new Option(fullName(persona), persona.id)),
    ),
  ]);
}

function askFor(title, sign, add, fields) {
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, title),
    ...fields,
    element(
      "div",
      { class: "dialog-buttons" },
      element("button", { type: "button", onclick: () => dialog.close() }, text("cancel")),
      element("button", { class: "primary" }, icon(sign), text("add")),
    ),
  );
  form.addEventListener("submit", () => {
    const filled = [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
    add(Object.fromEntries(filled));
  });
  const dialog = modal(title, form);
}

const field = (name, label, attributes) =>
  element("label", {}, text(label), element("input", { name, autocomplete: "off", ...attributes }));

const choice = (name, label, options) => element("label", {}, text(label), element("select", { name }, ...options));
