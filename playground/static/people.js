/** The list of chats: the personas, and the groups and channels, with what was said last and what is unread. */

import { avatar, element, fullName, hueClass, iconButton, moveByArrows } from "./dom.js";
import { summary } from "./summary.js";
import { roleName, roomKindName, text, whenName } from "./texts.js";

export class People {
  #state;
  #page;
  #drawn = ""; // what the rows show, so that they are drawn anew only when it changes

  /** `page`: showChat(key), addPersona(), addRoom(). */
  constructor(state, page) {
    this.#state = state;
    this.#page = page;
    this.personas = element("div", { class: "people-rows" });
    this.rooms = element("div", { class: "people-rows" });
    const head = (title, label, onclick, sign) =>
      element("header", {}, element("h2", {}, text(title)), iconButton(sign, text(label), onclick));
    this.node = element(
      "nav",
      { class: "people", "aria-label": text("personas") },
      head("personas", "addPersona", () => page.addPersona(), "person-add"),
      this.personas,
      head("rooms", "addRoom", () => page.addRoom(), "group-add"),
      this.rooms,
    );
    moveByArrows(this.node, ".person");
  }

  /** `active` is the key of the chat in front, `hidden` those of the chats that are put away. */
  show(active, hidden) {
    const people = this.#state.personas.map((persona, place) => this.#personaRow(persona, place));
    const rooms = this.#state.rooms.map((chat, place) => this.#roomRow(chat, people.length + place));
    const wanted = JSON.stringify([people, rooms, active, [...hidden]]);
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    const focused = document.activeElement?.closest(".person")?.dataset.to;
    const draw = (row) => this.#row(row, row.key === active, hidden.has(row.key));
    this.personas.replaceChildren(...people.map(draw));
    this.rooms.replaceChildren(...rooms.map(draw));
    if (focused) this.node.querySelector(`[data-to="${CSS.escape(focused)}"]`)?.focus();
  }

  #personaRow(persona, place) {
    const chats = this.#state.chatsOf(persona.id);
    const latest = chats.map(({ last }) => last).filter(Boolean);
    const last = latest.toSorted((a, b) => a.date - b.date || a.message_id - b.message_id).at(-1);
    const unread = this.#state.unread(persona.id);
    const name = fullName(persona);
    return { key: `p${persona.id}`, place, name, note: noteOn(persona), unread, ...this.#said(last) };
  }

  #roomRow(chat, place) {
    const { title, type } = chat.info;
    const said = this.#said(chat.last, chat.last?.from?.first_name);
    return {
      key: `r${chat.bot} ${chat.id}`,
      place,
      name: title,
      note: roomKindName(type),
      unread: chat.unread,
      ...said,
    };
  }

  /** `author` is who is named before the words; in a private chat that is oneself or nobody. */
  #said(last, author = null) {
    if (!last) return { words: text("nothingSaid"), when: "" };
    const words = summary(last).slice(0, 80);
    const when = whenName(new Date(last.date * 1000), this.#state.now);
    if (author) return { words: `${author}: ${words}`, when };
    return { words: last.outgoing ? text("you", { message: words }) : words, when };
  }

  #row({ key, place, name, note, unread, words, when }, current, hidden) {
    return element(
      "button",
      {
        type: "button",
        class: `person ${hueClass(place)}`,
        "data-to": key,
        "data-hidden": hidden || null,
        "aria-current": current ? "true" : null,
        "aria-label": unread ? `${name}, ${text("newCount", { n: unread })}` : name,
        "aria-description": words,
        title: name,
        onclick: () => this.#page.showChat(key),
      },
      avatar(name),
      element(
        "span",
        { class: "person-lines" },
        element(
          "span",
          { class: "person-top" },
          element("bdi", { class: "person-name" }, name),
          note && element("span", { class: "role" }, note),
          element("span", { class: "when" }, when),
        ),
        element("span", { class: "person-said", dir: "auto" }, words),
      ),
      unread > 0 && element("span", { class: "badge", "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread)),
    );
  }
}

function noteOn({ deactivated, role }) {
  if (deactivated) return text("deactivated");
  return role !== "guest" && roleName(role);
}
