/** One message: what it carries, its text, its time and its buttons. */

import { element, fullName, icon, iconButton, initial } from "./dom.js";
import { inlineKeyboard } from "./keyboard.js";
import { richText } from "./richtext.js";
import { sizeName, text, timeOf } from "./texts.js";

const FILE_KINDS = ["document", "video", "animation", "audio", "voice", "video_note"];
const FILE_NAMES = { video_note: "video" };

const fileAddress = (id) => `file/${encodeURIComponent(id)}`;

/** `actions`: those of richText, and press(message, button, key), menu(message, at), showPhoto(source, caption). */
export function messageNode(message, actions) {
  const outgoing = Boolean(message.outgoing);
  const media = mediaNode(message, actions);
  const content = message.text ?? message.caption;
  const bubble = element("div", { class: "bubble", dir: "auto" });
  bubble.append(...[forwardNode(message), replyNode(message), media].filter(Boolean));
  if (content != null) {
    const body = element("div", { class: "text" });
    body.append(richText(content, message.entities ?? message.caption_entities, actions));
    bubble.append(body);
  } else if (!media) {
    bubble.append(element("div", { class: "text unsupported" }, text("unsupported")));
  }
  bubble.append(metaNode(message));

  const node = element(
    "article",
    {
      class: message.sticker || message.dice ? "message bare" : "message",
      "data-message-id": message.message_id,
      "data-outgoing": String(outgoing),
    },
    element(
      "div",
      { class: "bubble-line" },
      bubble,
      iconButton("more", text("messageMenu"), (event) => actions.menu(message, event.currentTarget), {
        class: "icon-button bubble-menu",
      }),
    ),
    inlineKeyboard(message, actions),
  );
  onLongPress(bubble, (at) => actions.menu(message, at));
  return node;
}

function metaNode(message) {
  const sent = new Date(message.date * 1000);
  return element(
    "span",
    { class: "meta", dir: "ltr" },
    message.edit_date && element("span", { class: "edited" }, text("edited")),
    element("time", { datetime: sent.toISOString(), title: sent.toLocaleString() }, timeOf(sent)),
  );
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

function replyNode({ reply_to_message: original }) {
  if (!original) return null;
  return element("div", { class: "reply-quote" }, original.text ?? original.caption ?? text("message"));
}

function mediaNode(message, actions) {
  if (message.photo) return photoNode(message, actions);
  if (message.sticker) return element("div", { class: "sticker" }, message.sticker.emoji ?? "🏷");
  if (message.dice) return element("div", { class: "sticker" }, `${message.dice.emoji} ${message.dice.value}`);
  if (message.contact) return contactNode(message.contact);
  const kind = FILE_KINDS.find((name) => message[name]);
  if (kind) return fileNode(kind, message[kind]);
  const note = ["venue", "location", "poll", "invoice"].find((name) => message[name]);
  return note ? noteNode(note, message[note]) : null;
}

function photoNode({ photo, caption }, actions) {
  const [largest] = [...photo].sort((a, b) => b.width - a.width);
  const source = fileAddress(largest.file_id);
  const image = element("img", {
    src: source,
    width: largest.width,
    height: largest.height,
    alt: caption || text("photo"),
    loading: "lazy",
  });
  return element(
    "button",
    {
      type: "button",
      class: "photo",
      "aria-label": text("openPhoto"),
      onclick: () => actions.showPhoto(source, caption),
    },
    image,
  );
}

function contactNode(contact) {
  return element(
    "div",
    { class: "card" },
    element("span", { class: "avatar", "aria-hidden": "true" }, initial(contact.first_name)),
    element(
      "span",
      { class: "card-lines" },
      element("b", {}, fullName(contact)),
      element("span", { dir: "ltr" }, contact.phone_number),
    ),
  );
}

function fileNode(kind, file) {
  const title = file.file_name ?? text(FILE_NAMES[kind] ?? kind);
  return element(
    "a",
    {
      class: "card file",
      href: fileAddress(file.file_id),
      download: file.file_name ?? "",
      title: `${text("download")}: ${title}`,
    },
    element("span", { class: "file-icon", "aria-hidden": "true" }, icon("file")),
    element(
      "span",
      { class: "card-lines" },
      element("b", {}, title),
      file.file_size != null && element("span", {}, sizeName(file.file_size)),
    ),
  );
}

function noteNode(kind, { title, question, description, address, latitude, longitude }) {
  const name = title ?? question ?? text(kind === "venue" ? "location" : kind);
  const line = description ?? address ?? (latitude != null ? `${latitude}, ${longitude}` : null);
  return element(
    "div",
    { class: "card" },
    element("span", { class: "card-lines" }, element("b", {}, name), line && element("span", {}, line)),
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
