/** Buttons under a message and instead of the phone's keyboard. */

import { element, icon } from "./dom.js";
import { text } from "./texts.js";

const KIND_ICONS = { url: "link", login_url: "link", web_app: "window", copy_text: "copy" };

/** A button is found again after a redraw by what it sends, and where it sends nothing, by its place. */
const buttonKey = (button, row, column) => button.callback_data ?? `${row}:${column}`;

export function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return element(
    "div",
    { class: "keyboard", role: "group", "aria-label": text("buttons") },
    ...rows.map((row, y) =>
      element(
        "div",
        { class: row.length > 4 ? "row dense" : "row" },
        ...row.map((button, x) => inlineButton(message, button, buttonKey(button, y, x), actions)),
      ),
    ),
  );
}

function inlineButton(message, button, key, actions) {
  const kind = Object.keys(KIND_ICONS).find((name) => button[name]);
  const blank = !button.text.trim();
  return element(
    "button",
    {
      type: "button",
      class: blank ? "inline blank" : "inline",
      title: button.text.length > 14 ? button.text : null,
      tabindex: blank ? "-1" : null,
      "data-key": key,
      "data-style": button.style,
      onclick: () => actions.press(message, button, key),
    },
    element("span", { class: "inline-label", dir: "auto" }, button.text),
    kind && icon(KIND_ICONS[kind]),
  );
}

/** The reply keyboard; `send(button)` gets the pressed one. */
export function replyKeyboard(rows, send) {
  return rows.map((row) =>
    element(
      "div",
      { class: "row" },
      ...row
        .map((button) => (typeof button === "string" ? { text: button } : button))
        .map((button) =>
          element(
            "button",
            { type: "button", class: "reply", onclick: () => send(button) },
            element("span", { class: "inline-label", dir: "auto" }, button.text),
          ),
        ),
    ),
  );
}
