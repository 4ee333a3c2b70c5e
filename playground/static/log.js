/** The scrolling list of messages of one chat: days, the unread line, and a reading position nobody steals. */

import { countOn, element, icon } from "./dom.js";
import { messageNode } from "./message.js";
import { dayName, text } from "./texts.js";

const NEAR_BOTTOM = 60;

export class MessageLog {
  #actions;
  #now;
  #onread;
  #following = true;
  #nodes = new Map(); // message id → its node, which an album shares
  #parts = new Map(); // node → its messages
  #size = "";

  /** `now()` is the playground's time; `onread()` is called when the last message came into sight. */
  constructor(actions, { now, onread }) {
    this.#actions = { ...actions, goTo: (id) => this.#goTo(id) };
    this.#now = now;
    this.#onread = onread;
    this.content = element("div", { class: "log-content" });
    this.scroller = element(
      "div",
      {
        class: "log",
        role: "log",
        "aria-live": "polite",
        "aria-label": text("messages"),
        tabindex: "0",
        onscroll: () => this.#scrolled(),
      },
      this.content,
    );
    this.pill = element(
      "button",
      {
        type: "button",
        class: "to-bottom",
        "aria-label": text("toBottom"),
        hidden: true,
        onclick: () => this.toBottom(true),
      },
      icon("down"),
    );
    this.node = element("div", { class: "log-frame" }, this.scroller, this.pill);
    const follow = new ResizeObserver(() => this.#following && this.toBottom());
    follow.observe(this.content);
    follow.observe(this.scroller);
  }

  /** Whether the reader is at the end, so that new messages count as seen. */
  get following() {
    return this.#following;
  }

  /** Draws everything anew at the same reading position; `unreadFrom` is the id of the first unread message, if any. */
  show(messages, placeholder, unreadFrom = null) {
    const position = this.scroller.scrollTop;
    this.#nodes.clear();
    this.#parts.clear();
    this.content.replaceChildren();
    this.content.classList.toggle("vacant", messages.length === 0);
    if (messages.length === 0) this.content.append(placeholder);
    for (const message of messages) {
      if (message.message_id === unreadFrom) this.#section(message).append(this.#unreadLine());
      this.#append(message);
    }
    if (this.#following) this.toBottom();
    else this.scroller.scrollTo({ top: position, behavior: "instant" });
  }

  add(message) {
    if (this.#nodes.size === 0) this.content.replaceChildren();
    this.content.classList.remove("vacant");
    this.#append(message);
    if (message.outgoing || this.#following) this.toBottom();
  }

  /** Draws a changed message in its place, keeping the keyboard user's focus on the same button. */
  replace(message) {
    const old = this.#nodes.get(message.message_id);
    const parts = this.#parts.get(old).map((part) => (part.message_id === message.message_id ? message : part));
    this.#redraw(old, parts);
    if (this.#following) this.toBottom();
  }

  remove(id) {
    const node = this.#nodes.get(id);
    if (!node) return;
    const left = this.#parts.get(node).filter((part) => part.message_id !== id);
    this.#nodes.delete(id);
    if (left.length > 0) {
      this.#redraw(node, left);
      return;
    }
    const section = node.parentElement;
    this.#parts.delete(node);
    node.remove();
    if (!section.querySelector("article")) section.remove();
  }

  has(id) {
    return this.#nodes.has(id);
  }

  nodeOf(id) {
    return this.#nodes.get(id);
  }

  /** Shows how many messages wait below. */
  count(unread) {
    countOn(this.pill, text("toBottom"), unread);
  }

  clearUnreadLine() {
    this.content.querySelector(".unread-line")?.remove();
  }

  /** Marks where the unread messages begin, unless it is marked already. */
  markUnread(id) {
    if (this.content.querySelector(".unread-line")) return;
    this.#nodes.get(id)?.before(this.#unreadLine());
  }

  /** «Сегодня» becomes «Вчера» when the clock passes midnight. */
  nameDays() {
    for (const section of this.content.querySelectorAll(".day")) {
      section.querySelector(".day-name span").textContent = dayName(new Date(section.dataset.day), this.#now());
    }
  }

  toBottom(smooth = false) {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "auto" : "instant" });
    this.#following = true;
    this.pill.hidden = true;
  }

  #goTo(id) {
    const node = this.#nodes.get(id);
    node?.scrollIntoView({ block: "center" });
    node?.classList.remove("found");
    requestAnimationFrame(() => node?.classList.add("found"));
  }

  #unreadLine() {
    return element("div", { class: "unread-line", role: "separator" }, text("unread"));
  }

  #append(message) {
    const section = this.#section(message);
    const last = section.lastElementChild;
    const group = message.media_group_id;
    if (group && this.#parts.get(last)?.[0].media_group_id === group) {
      this.#redraw(last, [...this.#parts.get(last), message]);
    } else {
      section.append(this.#draw([message]));
    }
  }

  #draw(parts) {
    const node = messageNode(parts, this.#actions);
    for (const { message_id: id } of parts) this.#nodes.set(id, node);
    this.#parts.set(node, parts);
    return node;
  }

  #redraw(old, parts) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    this.#parts.delete(old);
    const node = this.#draw(parts);
    node.classList.add("redrawn");
    old.replaceWith(node);
    if (!focused) return;
    const same = [...node.querySelectorAll("[data-key]")];
    const next = same.find((button) => button.dataset.key === focused.dataset.key) ?? same[0] ?? this.scroller;
    next.focus({ preventScroll: true });
  }

  #section(message) {
    const sent = new Date(message.date * 1000);
    const day = sent.toDateString();
    const last = this.content.lastElementChild;
    if (last?.dataset.day === day) return last;
    const section = element(
      "section",
      { class: "day", "data-day": day },
      element("div", { class: "day-name", role: "separator" }, element("span")),
    );
    this.content.append(section);
    this.nameDays();
    return section;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const size = `${scrollHeight} ${clientHeight}`;
    const resized = size !== this.#size;
    this.#size = size;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    // The browser scrolls too when sizes change; only a person's scrolling leaves the end.
    if (resized && this.#following && !near) this.toBottom();
    else this.#following = near;
    this.pill.hidden = this.#following;
    if (this.#following) this.#onread();
  }
}
