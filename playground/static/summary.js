/** A message in a few words: in the list of chats, in a quote, and as a line of its own where it is an event. */

import { fullName } from "./dom.js";
import { priceName, text } from "./texts.js";

const SIGNS = {
  photo: "🖼",
  video: "🎬",
  animation: "🎞",
  audio: "🎵",
  voice: "🎤",
  video_note: "🎬",
  document: "📎",
  contact: "👤",
  venue: "📍",
  location: "📍",
  invoice: "🧾",
  poll: "📊",
};

const EVENTS = {
  successful_payment: ({ total_amount: amount, currency }) => text("paidEvent", { price: priceName(amount, currency) }),
  web_app_data: ({ button_text: button }) => text("webAppEvent", { button }),
  pinned_message: (message) => text("pinnedEvent", { message: summary(message) }),
  new_chat_members: (people) => text("joinedEvent", { name: people.map(fullName).join(", ") }),
  left_chat_member: (person) => text("leftEvent", { name: fullName(person) }),
  write_access_allowed: () => text("writeAccessEvent"),
};

/** What happened, for a message that is no message but an event; else null. */
export function eventText(message) {
  const kind = Object.keys(EVENTS).find((name) => message[name]);
  return kind ? EVENTS[kind](message[kind]) : null;
}

export function summary(message) {
  const content = message.text ?? message.caption;
  if (message.sticker) return `${message.sticker.emoji ?? ""} ${text("sticker")}`.trim();
  if (message.dice) return `${message.dice.emoji} ${message.dice.value}`;
  const kind = Object.keys(SIGNS).find((name) => message[name]);
  if (kind) return `${SIGNS[kind]} ${content || (message[kind].title ?? message[kind].file_name ?? text(kind))}`;
  return content ?? eventText(message) ?? text("message");
}
