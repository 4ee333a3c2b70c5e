/** One persona's chat: who it is, the messages, and the place to write. */

import { Composer } from "./composer.js";
import { alertOver, askToOpen, showPhoto, toast } from "./dialogs.js";
import { element, fullName, icon, iconButton, initial } from "./dom.js";
import { MessageLog } from "./log.js";
import { openMenu } from "./menu.js";
import { safeUrl } from "./richtext.js";
import { roleName, text } from "./texts.js";

const ANSWER_TIME = 15_000;
const TYPING_TIME = 5500;
const HUES = 6;

export class Column {
  #state;
  #page;
  #bot = null;
  #typing = 0;
  #visible = true;

  /** `page`: send(action, remember?), unreadChanged(), showPersona(id). */
  constructor(persona, state, page) {
    this.persona = persona;
    this.#state = state;
    this.#page = page;
    this.log = new MessageLog(this.#messageActions(), { now: () => state.now, onread: () => this.#read() });
    this.composer = new Composer(persona, {
      send: (content) => this.say(content),
      edit: (message, content) => this.#do({ do: "edit", message_id: message.message_id, text: content }),
      attach: (action) => this.#do(action),
      unblock: () => this.#do({ do: "block", blocked: false }),
      editLast: () => this.#editLast(),
    });
    this.status = element("span", { class: "status", "aria-live": "polite" });
    this.botChoice = element("select", { "aria-label": text("chooseBot"), onchange: () => this.#chooseBot() });
    this.toasts = element("div", { class: "toasts" });
    this.body = element("div", { class: "column-body" }, this.log.node, this.composer.node);
    this.node = element(
      "section",
      {
        class: `column hue-${state.personas.indexOf(persona) % HUES}`,
        "data-persona": persona.id,
        "aria-label": text("chatWith", { name: fullName(persona) }),
      },
      this.#header(),
      this.body,
      this.toasts,
    );
  }

  get chat() {
    return this.#bot && this.#state.chat(this.persona.id, this.#bot.id);
  }

  /** Draws the whole chat anew, as after a snapshot. */
  show() {
    const { bots } = this.#state;
    this.#bot = bots.find(({ id }) => id === this.#bot?.id) ?? bots.at(-1) ?? null;
    this.#showBot();
    this.composer.node.hidden = !this.#bot;
    if (!this.#bot) {
      this.log.show([], this.#placeholder(text("noBot"), text("noBotHint")));
      return;
    }
    const { chat } = this;
    const firstUnread = chat.ordered.find((message) => !message.outgoing && message.message_id > chat.readUpTo);
    this.log.show(chat.ordered, this.#greeting(), firstUnread?.message_id);
    this.composer.show(chat);
    this.#count();
  }

  /** Draws what an event for this persona has changed. */
  receive(event) {
    if (event.bot !== this.#bot?.id) return;
    const { chat } = this;
    switch (event.type) {
      case "message":
        this.#arrived(event.message);
        break;
      case "edited":
        this.#forgetPresses(({ message }) => message === event.message.message_id);
        if (this.log.has(event.message.message_id)) this.log.replace(event.message);
        else this.show();
        this.composer.showKeyboard();
        break;
      case "deleted":
        for (const id of event.message_ids) this.log.remove(id);
        if (chat.messages.size === 0) this.show();
        this.#count();
        break;
      case "callback_answer":
        this.#answered(event);
        break;
      case "typing":
        this.#showTyping(event.action);
        break;
      case "blocked":
        this.composer.show(chat);
        break;
    }
  }

  /** Takes note of a new bot; a persona who has said nothing yet turns to it. */
  meet(bot) {
    if (!this.#bot || this.chat.messages.size === 0) this.#bot = bot;
    this.show();
  }

  /** Sends a text as the persona. */
  say(content) {
    return this.#do({ do: "send", text: content }, content);
  }

  /** Tells what went wrong with something this persona did; gives the unsent text back. */
  failed(message, unsent) {
    toast(this.toasts, message, { danger: true });
    if (unsent) this.composer.giveBack(unsent);
    this.#forgetPresses(() => true);
  }

  /** Whether a person can see this column; only then are messages read. */
  set visible(visible) {
    this.#visible = visible;
    this.checkRead();
  }

  /** Takes note that somebody looks at the page again. */
  checkRead() {
    if (this.log.following) this.#read();
  }

  focus() {
    this.composer.input.focus({ preventScroll: true });
  }

  // What is drawn

  #header() {
    const { persona } = this;
    return element(
      "header",
      { class: "column-top" },
      element("span", { class: "avatar", "aria-hidden": "true" }, initial(persona.first_name)),
      element(
        "div",
        { class: "who" },
        element(
          "h2",
          { title: [persona.username && `@${persona.username}`, `ID ${persona.id}`].filter(Boolean).join(" · ") },
          element("bdi", {}, fullName(persona)),
          persona.role && element("span", { class: "role" }, roleName(persona.role)),
        ),
        element("p", { class: "partner" }, this.botChoice, this.status),
      ),
      iconButton("more", text("chatMenu"), (event) => this.#chatMenu(event.currentTarget), { "aria-haspopup": "menu" }),
    );
  }

  #showBot() {
    const { bots } = this.#state;
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
    return this.#placeholder(this.#bot.name || `@${this.#bot.username}`, text("emptyHint"), start);
  }

  #placeholder(title, hint, button = null) {
    return element(
      "div",
      { class: "placeholder" },
      element("span", { class: "avatar large", "aria-hidden": "true" }, this.#bot ? initial(title) : "…"),
      element("h3", {}, title),
      this.#bot?.name && element("p", { class: "muted" }, `@${this.#bot.username}`),
      element("p", {}, hint),
      button,
    );
  }

  #chatMenu(button) {
    const { id } = this.persona;
    const items = [{ icon: "copy", label: text("copyId", { id }), action: () => this.#copy(String(id)) }];
    if (this.#bot) {
      const blocked = this.chat.blocked;
      items.unshift(
        { icon: "play", label: text("restart"), action: () => this.say("/start") },
        { icon: "repeat", label: text("redeliver"), action: () => this.#do({ do: "redeliver" }) },
        { icon: "copy", label: text("deliverTwice"), action: () => this.#deliverTwice() },
      );
      items.push({
        icon: "block",
        label: text(blocked ? "unblock" : "block"),
        danger: !blocked,
        action: () => this.#do({ do: "block", blocked: !blocked }),
      });
    }
    openMenu(button, items, { label: text("chatMenu") });
  }

  #deliverTwice() {
    if (this.#do({ do: "deliver_twice" })) toast(this.toasts, text("twiceNext"));
  }

  #chooseBot() {
    this.#bot = this.#state.bots.find(({ id }) => String(id) === this.botChoice.value);
    this.show();
  }

  #showTyping(action) {
    clearTimeout(this.#typing);
    this.status.textContent = text(action?.startsWith("upload") ? "sending" : "typing");
    this.status.classList.add("busy");
    this.#typing = setTimeout(() => this.#showBot(), TYPING_TIME);
  }

  // What happens

  #arrived(message) {
    if (!message.outgoing) {
      clearTimeout(this.#typing);
      this.#showBot();
    }
    if (this.log.has(message.message_id)) this.log.replace(message);
    else if (message.message_id < this.chat.lastId) this.show();
    else this.log.add(message);
    this.composer.showKeyboard();
    if (message.outgoing || (this.#seen && this.log.following)) {
      this.#read();
    } else {
      this.log.markUnread(message.message_id);
      this.#count();
    }
  }

  get #seen() {
    return this.#visible && !document.hidden;
  }

  #read() {
    if (!this.chat || !this.#seen) return;
    if (this.chat.readUpTo !== this.chat.lastId) {
      this.chat.readUpTo = this.chat.lastId;
      this.log.clearUnreadLine();
    }
    this.#count();
  }

  #count() {
    this.log.count(this.chat.unread);
    this.#page.unreadChanged();
  }

  #answered({ text: content, alert, url }) {
    this.#forgetPresses((press, index) => index === 0);
    const address = url && safeUrl(url);
    if (address && !this.#openInside(address)) askToOpen(text("openLink"), address);
    if (!content) return;
    if (alert) alertOver(this.node, this.#bot.name || text("alertFrom"), content);
    else toast(this.toasts, content);
  }

  #do(action, unsent = null) {
    if (!this.#bot) return false;
    const sent = this.#page.send({ ...action, persona: this.persona.id, bot: this.#bot.id }, { column: this, unsent });
    if (!sent) toast(this.toasts, text("offline"), { danger: true });
    return sent;
  }

  // What one can do with a message

  #messageActions() {
    return {
      sendCommand: (command) => this.say(command),
      copy: (content) => this.#copy(content),
      openInside: (address) => this.#openInside(address),
      press: (message, button, key) => this.#press(message, button, key),
      menu: (message, at) => this.#messageMenu(message, at),
      showPhoto,
    };
  }

  #messageMenu(message, at) {
    const content = message.text ?? message.caption;
    const items = [];
    if (message.outgoing && message.text)
      items.push({ icon: "edit", label: text("edit"), action: () => this.composer.startEditing(message) });
    if (content) items.push({ icon: "copy", label: text("copyText"), action: () => this.#copy(content) });
    items.push({
      icon: "trace",
      label: `ID ${message.message_id}`,
      action: () => this.#copy(String(message.message_id)),
    });
    openMenu(at, items, { label: text("messageMenu"), owner: at instanceof Element ? at : this.composer.input });
  }

  #editLast() {
    const last = this.chat.ordered.findLast((message) => message.outgoing && message.text);
    if (last) this.composer.startEditing(last);
  }

  #press(message, button, key) {
    const address = safeUrl(button.url ?? button.login_url?.url ?? button.web_app?.url);
    if (button.callback_data != null) this.#pressCallback(message, button, key);
    else if (address) this.#openInside(address) || askToOpen(text(button.web_app ? "openApp" : "openLink"), address);
    else if (button.copy_text) this.#copy(button.copy_text.text);
    else toast(this.toasts, text("unsupportedButton"));
  }

  #pressCallback(message, { callback_data: data }, key) {
    const { message_id: id } = message;
    const { presses } = this.chat;
    if (presses.some((press) => press.message === id && press.key === key)) return;
    if (!this.#do({ do: "press", message_id: id, data })) return;
    const press = { message: id, key };
    press.timer = setTimeout(() => {
      this.#forgetPresses((other) => other === press);
      toast(this.toasts, text("noAnswer"));
    }, ANSWER_TIME);
    presses.push(press);
    this.#buttonOf(press)?.setAttribute("aria-busy", "true");
  }

  #forgetPresses(done) {
    const { chat } = this;
    chat.presses = chat.presses.filter((press, index) => {
      if (!done(press, index)) return true;
      clearTimeout(press.timer);
      this.#buttonOf(press)?.removeAttribute("aria-busy");
      return false;
    });
  }

  #buttonOf({ message, key }) {
    return this.log.nodeOf(message)?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  async #copy(content) {
    await navigator.clipboard.writeText(content);
    toast(this.toasts, text("copied"));
  }

  /** Goes where a link leads inside the playground: a persona's chat or a start link of this bot. */
  #openInside(address) {
    const { protocol, hostname, pathname, searchParams } = new URL(address);
    if (protocol === "tg:" && searchParams.has("id")) return this.#page.showPersona(Number(searchParams.get("id")));
    if (hostname !== "t.me" && !(protocol === "tg:" && searchParams.has("domain"))) return false;
    const username = (searchParams.get("domain") ?? pathname.slice(1)).toLowerCase();
    if (username === this.#bot.username?.toLowerCase())
      return this.say(`/start ${searchParams.get("start") ?? ""}`.trim());
    const person = this.#state.personas.find((persona) => persona.username?.toLowerCase() === username);
    return person ? this.#page.showPersona(person.id) : false;
  }
}
