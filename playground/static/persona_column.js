/** The chat of a persona with a bot; with several bots one chooses among them. */

import { Column } from "./column.js";
import { avatar, element, fullName, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { Payment } from "./payment.js";
import { confirmOver } from "./sheet.js";
import { roleName, text } from "./texts.js";
import { isDark } from "./theme.js";
import { WebApp } from "./webapp.js";

const TYPING_TIME = 5500;

export class PersonaColumn extends Column {
  #bot = null;
  #typing = 0;
  #payment = null;
  #app = null;

  constructor(persona, state, page) {
    super(`p${persona.id}`, state, page);
    this.persona = persona;
    this.status = element("span", { class: "status", "aria-live": "polite" });
    this.botChoice = element("select", { "aria-label": text("chooseBot"), onchange: () => this.#chooseBot() });
    this.node.dataset.persona = persona.id;
    this.node.setAttribute("aria-label", text("chatWith", { name: fullName(persona) }));
    this.putTop(avatar(persona.first_name), this.#who(), (at) => this.#menu(at));
  }

  get chat() {
    return this.#bot && this.state.chat(this.persona.id, this.#bot.id);
  }

  get speaker() {
    return this.persona;
  }

  addressed(action) {
    return { ...action, persona: this.persona.id, bot: this.#bot.id };
  }

  show() {
    const { bots } = this.state;
    this.#bot = bots.find(({ id }) => id === this.#bot?.id) ?? bots.at(-1) ?? null;
    this.#showBot();
    this.composer.node.hidden = !this.#bot;
    if (this.#bot) this.showChat(this.#greeting());
    else this.log.show([], this.#placeholder(text("noBot"), text("noBotHint")));
  }

  receive(event) {
    if (event.bot !== this.#bot?.id) return;
    super.receive(event);
    if (event.type === "typing") this.#showTyping(event.action);
    if (event.type === "payment") this.#paymentWent(event);
  }

  arrived(message) {
    if (!message.outgoing) {
      clearTimeout(this.#typing);
      this.#showBot();
    }
    super.arrived(message);
  }

  /** Takes note of a new bot; a persona who has said nothing yet turns to it. */
  meet(bot) {
    if (!this.#bot || this.chat.messages.size === 0) this.#bot = bot;
    this.show();
  }

  /** Turns to a bot, and tells it the start link's payload, if there is one. */
  start(bot, payload) {
    this.#bot = bot;
    this.show();
    return this.do(payload == null ? { do: "send", text: "/start" } : { do: "start", payload });
  }

  say(content, reply = null) {
    return this.do({ do: "send", text: content, ...(reply && { reply_to: reply.message_id }) }, content);
  }

  letIn() {
    this.do({ do: "block", blocked: false });
  }

  owns(message) {
    return Boolean(message.outgoing);
  }

  authorOf() {
    return null;
  }

  ownReactions(message) {
    return message.persona_reactions ?? [];
  }

  mayEdit(message) {
    return Boolean(message.outgoing && message.text);
  }

  press(message, button, key) {
    if (button.pay) this.#pay(message);
    else if (button.web_app) this.openApp({ message_id: message.message_id, button: button.text });
    else super.press(message, button, key);
  }

  async replyPressed(button) {
    if (button.request_contact) await this.#share("contact", text("shareContact"));
    else if (button.request_location) await this.#share("location", text("shareLocation"));
    else if (button.web_app) await this.openApp({ keyboard_button: button.text });
    else if (button.request_users || button.request_chat || button.request_poll) this.tell(text("unsupportedButton"));
    else this.say(button.text);
  }

  async #share(kind, asked) {
    const may = await confirmOver(this.node, this.botName, asked, text("share"));
    if (may) this.do({ do: kind });
  }

  async openApp(where) {
    const opened = await this.ask({ do: "open_web_app", ...where, dark: isDark() });
    if (opened) this.#app = new WebApp(this, opened, where.keyboard_button);
  }

  #pay(message) {
    if (message.invoice_details.paid) this.tell(text("paidAlready"));
    else this.#payment = new Payment(this, message, () => (this.#payment = null));
  }

  #paymentWent(event) {
    this.#payment?.went(event, this.chat.messages.get(event.message_id));
    if (event.message_id === null) this.#app?.paymentWent(event);
  }

  // What is drawn

  #who() {
    const { persona } = this;
    return element(
      "div",
      { class: "who" },
      element(
        "h2",
        { title: [persona.username && `@${persona.username}`, `ID ${persona.id}`].filter(Boolean).join(" · ") },
        element("bdi", {}, fullName(persona)),
        persona.role && element("span", { class: "role" }, roleName(persona.role)),
      ),
      element("p", { class: "partner" }, this.botChoice, this.status),
    );
  }

  #showBot() {
    const { bots } = this.state;
    const name = (bot) => bot.name || `@${bot.username}`;
    this.botChoice.hidden = bots.length < 2;
    this.botChoice.replaceChildren(
      ...bots.map((bot) => new Option(name(bot), bot.id, false, bot.id === this.#bot?.id)),
    );
    this.status.classList.remove("busy");
    if (!this.#bot) this.status.textContent = text("noBot");
    else this.status.textContent = bots.length < 2 ? name(this.#bot) : "";
  }

  #greeting() {
    const start = element(
      "button",
      { type: "button", class: "primary big", onclick: () => this.say("/start") },
      icon("play"),
      text("start"),
    );
    return this.#placeholder(this.botName, text("emptyHint"), start);
  }

  #placeholder(title, hint, button = null) {
    return element(
      "div",
      { class: "placeholder" },
      avatar(this.#bot ? title : "…", "large"),
      element("h3", {}, title),
      this.#bot?.name && element("p", { class: "muted" }, `@${this.#bot.username}`),
      element("p", {}, hint),
      button,
    );
  }

  #menu(button) {
    const { id } = this.persona;
    const items = [
      { icon: "copy", label: text("copyId", { id }), action: () => this.copy(String(id)) },
      { icon: "close", label: text("hideChat"), action: () => this.page.hideChat(this.key) },
    ];
    if (this.#bot) {
      const { blocked } = this.chat;
      items.unshift(
        { icon: "play", label: text("restart"), action: () => this.say("/start") },
        { icon: "repeat", label: text("redeliver"), action: () => this.do({ do: "redeliver" }) },
        { icon: "twice", label: text("deliverTwice"), action: () => this.#deliverTwice() },
        { icon: "trouble", label: text("failNext"), action: () => this.#failNext() },
      );
      const { deactivated } = this.state.persona(id);
      items.push({
        icon: "person-add",
        label: text(deactivated ? "reactivate" : "deactivate"),
        action: () => this.do({ do: "deactivate", deactivated: !deactivated }),
      });
      items.push({
        icon: "block",
        label: text(blocked ? "unblock" : "block"),
        danger: !blocked,
        action: () => this.do({ do: "block", blocked: !blocked }),
      });
    }
    openMenu(button, items, { label: text("chatMenu") });
  }

  #deliverTwice() {
    if (this.do({ do: "deliver_twice" })) this.tell(text("twiceNext"));
  }

  #failNext() {
    if (this.do({ do: "fail", kind: "429", count: 1, chat_id: this.persona.id })) this.tell(text("failsNext"));
  }

  #chooseBot() {
    this.#bot = this.state.bots.find(({ id }) => String(id) === this.botChoice.value);
    this.show();
  }

  #showTyping(action) {
    clearTimeout(this.#typing);
    this.status.textContent = text(action?.startsWith("upload") ? "sending" : "typing");
    this.status.classList.add("busy");
    this.#typing = setTimeout(() => this.#showBot(), TYPING_TIME);
  }
}
