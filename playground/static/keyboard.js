/** Buttons under a message and instead of the phone's keyboard. */

import { element, icon } from "./dom.js";
import { text } from "./texts.js";

const KIND_ICONS = { url: "link", login_url: "link", web_app: "window", copy_text: "copy", pay: "card" };
const REQUEST_ICONS = { request_contact: "contact", request_location: "location", web_app: "window" };

/** A button is found again after a redraw by what it sends, and where it sends nothing, by its place. */
const buttonKey = (button, row, column) => button.callback_data ?? `${row}:${column}`;

export function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return element(
    "div",
    { class: "keyboard", role: "group", "aria-label": text("buttons"), onkeydown: moveInGrid },
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
  const label = button.pay && message.invoice_details?.paid ? text("receipt") : button.text;
  const blank = !label.trim();
  return element(
    "button",
    {
      type: "button",
      class: blank ? "inline blank" : "inline",
      title: label.length > 14 ? label : null,
      tabindex: blank ? "-1" : null,
      "data-key": key,
      "data-style": button.style ?? (button.pay ? "primary" : null),
      onclick: () => actions.press(message, button, key),
    },
    element("span", { class: "inline-label", dir: "auto" }, label),
    kind && icon(KIND_ICONS[kind]),
  );
}

/** The reply keyboard; `send(button)` gets the pressed one. */
export function replyKeyboard(rows, send) {
  return rows.map((row) =>
    element(
      "div",
      { class: "row", onkeydown: moveInGrid },
      ...row
        .map((button) => (typeof button === "string" ? { text: button } : button))
        .map((button) => {
          const kind = Object.keys(REQUEST_ICONS).find((name) => button[name]);
          return element(
            "button",
            { type: "button", class: "reply", "data-style": button.style, onclick: () => send(button) },
            kind && icon(REQUEST_ICONS[kind]),
            element("span", { class: "inline-label", dir: "auto" }, button.text),
          );
        }),
    ),
  );
}

/** The arrows move the focus between the buttons as they stand on the screen. */
function moveInGrid(event) {
  const button = document.activeElement;
  const row = button.parentElement;
  const at = [...row.children].indexOf(button);
  const beside = { ArrowLeft: button.previousElementSibling, ArrowRight: button.nextElementSibling }[event.key];
  const other = { ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling }[event.key];
  const column = other && Math.round((at * (other.childElementCount - 1)) / Math.max(1, row.childElementCount - 1));
  const next = beside ?? other?.children[column];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}
