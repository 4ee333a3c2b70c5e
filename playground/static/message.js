/** One message, or one album: what it carries, its text, its time, reactions to it and its buttons. */

import { element, fullName, iconButton } from "./dom.js";
import { inlineKeyboard } from "./keyboard.js";
import { albumNode, mediaNode } from "./media.js";
import { richText } from "./richtext.js";
import { eventText, summary } from "./summary.js";
import { text, timeOf } from "./texts.js";

/**
 * `messages` are the parts of an album, or the one message.
 * `actions`: those of richText and media, and owns(message), authorOf(message), ownReactions(message),
 * press(message, button, key), menu(message, at), react(message, emoji), goTo(id).
 */
export function messageNode(messages, actions) {
  const [message] = messages;
  const event = eventText(message);
  const own = actions.owns(message);
  const identity = { "data-message-id": message.message_id, "data-outgoing": String(own) };
  if (event) return element("article", { class: "event", ...identity }, element("span", { dir: "auto" }, event));

  const bubble = bubbleNode(messages, actions);
  const bare = message.sticker || message.dice;
  onLongPress(bubble, (at) => actions.menu(message, at));
  return element(
    "article",
    { class: bare ? "message bare" : "message", ...identity },
    element(
      "div",
      { class: "bubble-line" },
      bubble,
      iconButton("more", text("messageMenu"), (press) => actions.menu(message, press.currentTarget), {
        class: "icon-button bubble-menu",
        "aria-haspopup": "menu",
      }),
    ),
    inlineKeyboard(message, actions),
  );
}

function bubbleNode(messages, actions) {
  const [message] = messages;
  const media = messages.length > 1 ? albumNode(messages, actions) : mediaNode(message, actions);
  const worded = messages.find((each) => (each.text ?? each.caption) != null);
  const pictured = messages.some(({ photo }) => photo) || message.venue || message.location;
  const classes = ["bubble", pictured && "pictured", pictured && !worded && "wordless"].filter(Boolean).join(" ");
  const nothing = !media && !worded && element("div", { class: "text unsupported" }, text("unsupported"));
  const parts = [authorNode(message, actions), forwardNode(message), replyNode(message, actions), media];
  const words = worded && textNode(worded, actions);
  const ordered = message.show_caption_above_media ? [...parts.slice(0, 3), words, media] : [...parts, words];
  return element(
    "div",
    { class: classes, dir: "auto" },
    ...ordered,
    nothing,
    reactionsNode(message, actions),
    metaNode(messages),
  );
}

function textNode(message, actions) {
  const body = element("div", { class: "text" });
  const entities = message.entities ?? message.caption_entities;
  body.append(richText(message.text ?? message.caption, entities, actions));
  return body;
}

function metaNode(messages) {
  const sent = new Date(messages[0].date * 1000);
  return element(
    "span",
    { class: "meta", dir: "ltr" },
    messages.some(({ edit_date: edited }) => edited) && element("span", { class: "edited" }, text("edited")),
    element("time", { datetime: sent.toISOString(), title: sent.toLocaleString() }, timeOf(sent)),
  );
}

function authorNode(message, actions) {
  const author = actions.authorOf(message);
  return author && element("bdi", { class: "author" }, author);
}

function forwardNode({ forward_origin: origin }) {
  if (!origin) return null;
  const name =
    origin.sender_user_name ??
    (origin.sender_user && fullName(origin.sender_user)) ??
    (origin.chat ?? origin.sender_chat)?.title ??
    text("unknownPerson");
  return element("div", { class: "forwarded" }, text("forwarded", { name }));
}

function replyNode({ reply_to_message: original }, actions) {
  if (!original) return null;
  const onclick = () => actions.goTo(original.message_id);
  return element(
    "button",
    { type: "button", class: "reply-quote", "aria-label": text("replyTo", { message: summary(original) }), onclick },
    element("b", {}, original.from?.first_name ?? original.chat.title),
    element("span", {}, summary(original)),
  );
}

function reactionsNode(message, actions) {
  const own = actions.ownReactions(message);
  const all = [...(message.persona_reactions ?? []), ...(message.bot_reactions ?? [])];
  if (all.length === 0) return null;
  return element(
    "div",
    { class: "reactions", role: "group", "aria-label": text("reactions") },
    ...[...new Set(all)].map((emoji) => {
      const count = all.filter((other) => other === emoji).length;
      return element(
        "button",
        {
          type: "button",
          class: "reaction",
          "aria-pressed": String(own.includes(emoji)),
          "data-key": `reaction ${emoji}`,
          onclick: () => actions.react(message, emoji),
        },
        element("span", { class: "emoji" }, emoji),
        count > 1 && String(count),
      );
    }),
  );
}

const LONG_PRESS = 450;

/** The right button, the menu key, or a finger that stays. */
function onLongPress(node, act) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  node.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img") || getSelection()?.type === "Range") return;
    event.preventDefault();
    stop();
    act({ x: event.clientX, y: event.clientY });
  });
  node.addEventListener(
    "touchstart",
    ({ touches: [{ clientX: x, clientY: y }] }) => {
      stop();
      timer = setTimeout(() => act({ x, y }), LONG_PRESS);
    },
    { passive: true },
  );
  for (const name of ["touchend", "touchmove", "touchcancel"]) node.addEventListener(name, stop, { passive: true });
}
