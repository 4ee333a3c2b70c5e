/** What a message carries besides its text: pictures, files, places, people, an invoice. */

import { avatar, element, fullName, icon } from "./dom.js";
import { priceName, sizeName, text } from "./texts.js";

const FILE_KINDS = ["document", "video", "animation", "audio", "voice", "video_note"];
const FILE_NAMES = { video_note: "video" };

const fileAddress = (id) => `file/${encodeURIComponent(id)}`;

/** The node of one message's contents, or null if it is text alone. `actions`: showPhotos(photos, first), copy(text). */
export function mediaNode(message, actions) {
  if (message.photo) return photoNode([message], 0, actions);
  if (message.sticker) return stickerNode(message.sticker);
  if (message.dice) return element("div", { class: "sticker" }, `${message.dice.emoji} ${message.dice.value}`);
  if (message.contact) return contactNode(message.contact, actions);
  if (message.venue) return placeNode(message.venue.location, message.venue);
  if (message.location) return placeNode(message.location, { title: text("location") });
  if (message.invoice) return invoiceNode(message);
  if (message.poll) return card(null, message.poll.question, text("poll"));
  const kind = fileKind(message);
  return kind ? fileNode(kind, message[kind]) : null;
}

/** Several messages that were sent as one: pictures in a grid, files one below the other. */
export function albumNode(messages, actions) {
  const pictured = messages.filter(({ photo }) => photo);
  const others = messages.filter(({ photo }) => !photo);
  return element(
    "div",
    { class: "album", role: "group", "aria-label": text("album", { n: messages.length }) },
    pictured.length > 0 &&
      element(
        "div",
        { class: "album-photos", "data-count": Math.min(pictured.length, 4) },
        ...pictured.map((_, at) => photoNode(pictured, at, actions)),
      ),
    ...others.map((message) => mediaNode(message, actions)),
  );
}

const fileKind = (message) => FILE_KINDS.find((name) => message[name]);
const largest = ({ photo }) => photo.reduce((best, size) => (size.width > best.width ? size : best));

function photoNode(messages, at, actions) {
  const message = messages[at];
  const { file_id: id, width, height } = largest(message);
  const photos = messages.map((each) => ({ source: fileAddress(largest(each).file_id), caption: each.caption }));
  const image = element("img", {
    src: fileAddress(id),
    width,
    height,
    alt: message.caption || text("photo"),
    loading: "lazy",
  });
  const onclick = () => actions.showPhotos(photos, at);
  const hidden = message.has_media_spoiler ? "photo veiled" : "photo";
  return element("button", { type: "button", class: hidden, "aria-label": text("openPhoto"), onclick }, image);
}

function stickerNode({ emoji, file_id: id, width, height, is_animated: moves, is_video: film }) {
  if (emoji || moves || film) return element("div", { class: "sticker" }, emoji ?? "🏷");
  return element("img", { class: "sticker-picture", src: fileAddress(id), width, height, alt: text("sticker") });
}

function card(picture, title, ...lines) {
  return element(
    "div",
    { class: "card" },
    picture,
    element(
      "span",
      { class: "card-lines" },
      element("b", {}, title),
      ...lines.filter(Boolean).map((line) => element("span", {}, line)),
    ),
  );
}

function contactNode(contact, actions) {
  const number = contact.phone_number;
  const phone = element(
    "button",
    { type: "button", class: "link", dir: "ltr", title: text("copyText"), onclick: () => actions.copy(number) },
    number,
  );
  return card(avatar(contact.first_name), fullName(contact), phone);
}

function fileNode(kind, file) {
  const name = file.file_name ?? file.title ?? text(FILE_NAMES[kind] ?? kind);
  const long = file.duration
    ? `${Math.floor(file.duration / 60)}:${String(file.duration % 60).padStart(2, "0")}`
    : null;
  const note = [long, file.performer, file.file_size != null && sizeName(file.file_size)].filter(Boolean).join(" · ");
  const picture = element("span", { class: "file-icon", "aria-hidden": "true" }, icon("file"));
  return element(
    "a",
    {
      class: "file",
      href: fileAddress(file.file_id),
      download: file.file_name ?? "",
      title: `${text("download")}: ${name}`,
    },
    card(picture, name, note),
  );
}

/** A drawn map: no tile of a real one is fetched before somebody follows the link. */
function placeNode({ latitude, longitude, live_period: live }, { title, address }) {
  const point = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return element(
    "a",
    {
      class: "place",
      href: `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`,
      target: "_blank",
      rel: "noopener noreferrer",
      title: text("openMap"),
    },
    element("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
    card(null, live ? text("liveLocation") : title, address, point),
  );
}

function invoiceNode({ invoice, invoice_details: details }) {
  const { title, description, currency, total_amount: amount } = { ...invoice, ...details };
  return element(
    "div",
    { class: "invoice" },
    element("b", { class: "invoice-title" }, title),
    element("p", {}, description),
    element(
      "p",
      { class: "invoice-price" },
      element("strong", {}, priceName(amount, currency)),
      details?.paid
        ? element("span", { class: "paid" }, icon("done"), text("paid"))
        : element("span", { class: "muted" }, text("invoice")),
    ),
  );
}
