/** One chat: who it is with, the messages, and the place to write. What is special to persons and rooms is theirs. */

import { Composer } from "./composer.js";
import { askToOpen, showPhotos, toast, toastPlace } from "./dialogs.js";
import { element, iconButton } from "./dom.js";
import { LaneNotice } from "./lanes.js";
import { insideTarget } from "./links.js";
import { MessageLog } from "./log.js";
import { openMenu } from "./menu.js";
import { Presses } from "./presses.js";
import { safeUrl } from "./richtext.js";
import { alertOver } from "./sheet.js";
import { text } from "./texts.js";

const QUICK_REACTIONS = ["👍", "❤", "🔥", "🎉", "😁", "😢", "🙏"];

export class Column {
  #visible = true;

  /**
   * `page`: send(action, origin), ask(action), unreadChanged(), goTo(target), showList(), findInTrace(words).
   * `writing` are the options of the composer.
   */
  constructor(key, state, page, writing = {}) {
    this.key = key;
    this.state = state;
    this.page = page;
    this.log = new MessageLog(this.#messageActions(), { now: () => state.now, onread: () => this.#read() });
    this.presses = new Presses(
      (id) => this.log.nodeOf(id),
      () => this.tell(text("noAnswer")),
    );
    this.composer = new Composer(this.#writingActions(), writing);
    this.lanes = new LaneNotice((words) => page.findInTrace(words));
    this.toasts = toastPlace();
    this.toList = iconButton("back", text("toList"), () => page.showList(), { class: "icon-button to-list" });
    this.body = element("div", { class: "column-body" }, this.lanes.node, this.log.node, this.composer.node);
    this.node = element("section", { class: "column", "data-chat": key }, this.body, this.toasts);
  }

  /** The line on top, with the way back to the list on a phone; `menu(at)` opens the menu of the chat. */
  putTop(picture, who, menu) {
    const open = (event) => menu(event.currentTarget);
    const more = iconButton("more", text("chatMenu"), open, { "aria-haspopup": "menu" });
    this.node.prepend(element("header", { class: "column-top" }, this.toList, picture, who, more));
  }

  /** Draws the whole chat anew, as after a snapshot; `greeting` is shown where nothing was said yet. */
  showChat(greeting) {
    const { chat } = this;
    const firstUnread = chat.ordered.find((message) => !message.outgoing && message.message_id > chat.readUpTo);
    this.log.show(chat.ordered, greeting, firstUnread?.message_id);
    this.composer.show(chat);
    this.lanes.show(this.state, chat);
    this.#count();
  }

  /** Draws what an event for this chat has changed. */
  receive(event) {
    switch (event.type) {
      case "message":
        this.arrived(event.message);
        break;
      case "edited":
        this.presses.forgetMessage(event.message.message_id);
        if (this.log.has(event.message.message_id)) this.log.replace(event.message);
        else this.show();
        this.composer.showMarkup();
        break;
      case "reaction":
        if (this.log.has(event.message_id)) this.log.replace(this.chat.messages.get(event.message_id));
        break;
      case "deleted":
        for (const id of event.message_ids) this.log.remove(id);
        if (this.chat.messages.size === 0) this.show();
        this.#count();
        break;
      case "callback_answer":
        this.#answered(event);
        break;
      case "menu_button":
        this.composer.showMenuButton();
        break;
      case "blocked":
      case "room":
        this.composer.show(this.chat);
        break;
    }
  }

  arrived(message) {
    if (this.log.has(message.message_id)) this.log.replace(message);
    else if (message.message_id < this.chat.lastId) this.show();
    else this.log.add(message);
    this.composer.showMarkup();
    if (message.outgoing || (this.#seen && this.log.following)) {
      this.#read();
    } else {
      this.log.markUnread(message.message_id);
      this.#count();
    }
  }

  /** A line that passes by over this chat. */
  tell(content, options) {
    toast(this.toasts, content, options);
  }

  /** Tells what went wrong with something done here; gives the unsent text back. */
  failed(message, unsent) {
    this.tell(message, { danger: true });
    if (unsent) this.composer.giveBack(unsent);
    this.presses.forgetAll();
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

  /** Counts down what waits. */
  tick() {
    this.lanes.tick(this.state.now);
  }

  focus() {
    this.composer.input.focus({ preventScroll: true });
  }

  /** Does something as the one who speaks here; false when there is no connection. */
  do(action, unsent = null) {
    if (!this.chat) return false;
    const sent = this.page.send(this.addressed(action), { column: this, unsent });
    if (!sent) this.tell(text("offline"), { danger: true });
    return sent;
  }

  /** The same, with the result; what goes wrong is told here and answers undefined. */
  async ask(action) {
    try {
      return await this.page.ask(this.addressed(action));
    } catch (error) {
      this.tell(error.message, { danger: true });
      return undefined;
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
    this.page.unreadChanged();
  }

  #answered({ text: content, alert, url }) {
    this.presses.answerOldest();
    const address = url && safeUrl(url);
    if (address) this.follow(address);
    if (!content) return;
    if (alert) alertOver(this.node, this.botName, content);
    else this.tell(content);
  }

  get botName() {
    const bot = this.state.bot(this.chat.bot);
    return bot.name || `@${bot.username}`;
  }

  /** Goes where an address leads, and asks first when that is outside. */
  follow(address) {
    if (!this.#openInside(address)) askToOpen(address);
  }

  #openInside(address) {
    const target = insideTarget(address);
    return target !== null && this.page.goTo(target, this);
  }

  async copy(content) {
    try {
      await navigator.clipboard.writeText(content);
      this.tell(text("copied"));
    } catch {
      this.tell(text("notCopied", { text: content }), { danger: true });
    }
  }

  // What one can do with a message, and where one writes

  #messageActions() {
    return {
      owns: (message) => this.owns(message),
      authorOf: (message) => this.authorOf(message),
      ownReactions: (message) => this.ownReactions(message),
      sendCommand: (command) => this.say(command),
      copy: (content) => this.copy(content),
      openInside: (address) => this.#openInside(address),
      press: (message, button, key) => this.press(message, button, key),
      menu: (message, at) => this.#messageMenu(message, at),
      react: (message, emoji) => this.#react(message, emoji),
      showPhotos,
    };
  }

  #writingActions() {
    return {
      persona: () => this.speaker,
      send: (content, reply) => this.say(content, reply),
      edit: (message, content) => this.do({ do: "edit", message_id: message.message_id, text: content }),
      attach: (action) => this.do(action),
      replyPressed: (button) => this.replyPressed(button),
      openMenuApp: () => this.openApp({ menu: true }),
      unblock: () => this.letIn(),
      editLast: () => this.#editLast(),
    };
  }

  #messageMenu(message, at) {
    const content = message.text ?? message.caption;
    const items = [{ icon: "reply", label: text("reply"), action: () => this.#replyTo(message) }];
    if (this.mayEdit(message))
      items.push({ icon: "edit", label: text("edit"), action: () => this.composer.startEditing(message) });
    if (content) items.push({ icon: "copy", label: text("copyText"), action: () => this.copy(content) });
    items.push({
      icon: "trace",
      label: `ID ${message.message_id}`,
      action: () => this.copy(String(message.message_id)),
    });
    const own = this.ownReactions(message);
    const quick = QUICK_REACTIONS.map((emoji) => ({
      label: emoji,
      name: text("react", { emoji }),
      chosen: own.includes(emoji),
      action: () => this.#react(message, emoji),
    }));
    const owner = at instanceof Element ? at : this.composer.input;
    openMenu(at, items, { label: text("messageMenu"), owner, quick });
  }

  #replyTo(message) {
    this.composer.startReplying(message);
    this.focus();
  }

  #react(message, emoji) {
    const chosen = this.ownReactions(message).includes(emoji);
    this.do({ do: "react", message_id: message.message_id, emoji: chosen ? [] : [emoji] });
  }

  #editLast() {
    const last = this.chat.ordered.findLast((message) => this.mayEdit(message));
    if (last) this.composer.startEditing(last);
  }

  /** Each kind of button under a message, or the playground's excuse. */
  press(message, button, key) {
    const address = safeUrl(button.url ?? button.login_url?.url);
    if (button.callback_data != null) this.#pressCallback(message, button, key);
    else if (address) this.follow(address);
    else if (button.copy_text) this.copy(button.copy_text.text);
    else if (button.switch_inline_query_current_chat != null) this.#writeInline(button);
    else this.tell(text("unsupportedButton"));
  }

  #pressCallback({ message_id: id }, { callback_data: data }, key) {
    if (this.presses.has(id, key)) return;
    if (this.do({ do: "press", message_id: id, data })) this.presses.add(id, key);
  }

  #writeInline({ switch_inline_query_current_chat: query }) {
    this.composer.giveBack(`@${this.state.bot(this.chat.bot).username} ${query}`);
  }
}
