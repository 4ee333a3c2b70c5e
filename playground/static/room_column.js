/** A group or a channel: several personas write there, one at a time. */

import { Column } from "./column.js";
import { avatar, element, fullName } from "./dom.js";
import { openMenu } from "./menu.js";
import { roomKindName, text } from "./texts.js";

export class RoomColumn extends Column {
  constructor(chat, state, page) {
    const speakers = element("select", { class: "speaker", "aria-label": text("writeAs") });
    super(`r${chat.bot} ${chat.id}`, state, page, { lead: speakers, away: text("notInRoom"), letIn: text("joinRoom") });
    this.chat = chat;
    this.speakers = speakers;
    speakers.addEventListener("change", () => this.show());
    this.node.dataset.room = chat.id;
    this.node.setAttribute("aria-label", text("chatWith", { name: chat.info.title }));
    this.putTop(avatar(chat.info.title), this.#who(), (at) => this.#menu(at));
  }

  get speaker() {
    return this.state.persona(Number(this.speakers.value)) ?? this.state.personas[0];
  }

  get isChannel() {
    return this.chat.info.type === "channel";
  }

  addressed(action) {
    return { ...action, persona: this.speaker.id, bot: this.chat.bot, chat: this.chat.id };
  }

  show() {
    const chosen = this.speakers.value;
    this.speakers.replaceChildren(...this.state.personas.map((persona) => new Option(persona.first_name, persona.id)));
    if (chosen) this.speakers.value = chosen;
    this.chat = this.state.rooms.find(({ bot, id }) => bot === this.chat.bot && id === this.chat.id) ?? this.chat;
    this.showChat(element("p", { class: "hint" }, text("emptyRoom", { bot: this.botName })));
  }

  /** A bot that was not there before is no matter of this room. */
  meet() {}

  say(content, reply = null) {
    return this.do({ do: "send", text: content, ...(reply && { reply_to: reply.message_id }) }, content);
  }

  letIn() {
    this.#membership("join_room");
  }

  owns({ from, outgoing }) {
    return Boolean(outgoing && from?.id === this.speaker.id);
  }

  authorOf(message) {
    if (this.isChannel || this.owns(message)) return null;
    return message.from ? fullName(message.from) : null;
  }

  /** Whose they are is not told. */
  ownReactions() {
    return [];
  }

  mayEdit() {
    return false;
  }

  replyPressed(button) {
    this.say(button.text);
  }

  #who() {
    const { title, type } = this.chat.info;
    return element(
      "div",
      { class: "who" },
      element("h2", { title: `ID ${this.chat.id}` }, element("bdi", {}, title)),
      element("p", { class: "partner" }, `${roomKindName(type)} · ${this.botName}`),
    );
  }

  #menu(button) {
    const { id, blocked } = this.chat;
    const items = [
      { icon: "copy", label: text("copyId", { id }), action: () => this.copy(String(id)) },
      { icon: "close", label: text("hideChat"), action: () => this.page.hideChat(this.key) },
    ];
    if (!blocked) {
      const leave = () => this.#membership("leave_room");
      items.push({ icon: "block", label: text("leaveRoom"), danger: true, action: leave });
    }
    openMenu(button, items, { label: text("chatMenu") });
  }

  #membership(change) {
    const { type: kind, title } = this.chat.info;
    this.do({ do: change, kind, title });
  }
}
