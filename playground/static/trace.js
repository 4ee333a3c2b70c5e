/** What the bot and the playground tell each other: every call and update, in order. */

import { element, fullName, icon, iconButton, moveByArrows } from "./dom.js";
import { LaneNotice } from "./lanes.js";
import { durationName, text } from "./texts.js";

const LONGEST = 600;

export class TracePanel {
  #state;
  #rows = new Map();
  #hiddenUpTo = -Infinity;

  /** Draws into `node`; `close()` puts the panel away. */
  constructor(node, state, close) {
    this.#state = state;
    this.node = node;
    this.node.setAttribute("aria-label", text("traceLong"));
    this.persona = element("select", { "aria-label": text("personas"), onchange: () => this.#filter() });
    this.search = element("input", {
      type: "search",
      placeholder: text("filter"),
      "aria-label": text("filter"),
      oninput: () => this.#filter(),
    });
    this.list = element("div", { class: "trace-list", role: "list", tabindex: "0", "aria-label": text("traceLong") });
    moveByArrows(this.list, "summary");
    this.empty = element("p", { class: "hint" }, text("traceEmpty"));
    this.lanes = new LaneNotice((words) => this.find(words));
    this.unsupported = element("details", { class: "unsupported-methods", hidden: true });
    const exported = text("exportTrace");
    this.node.replaceChildren(
      element(
        "header",
        { class: "trace-top" },
        element("h2", {}, text("trace")),
        element("button", { type: "button", class: "tool", onclick: () => this.#clear() }, text("clear")),
        element(
          "a",
          { class: "icon-button", href: "trace.json", download: "trace.json", "aria-label": exported, title: exported },
          icon("file"),
        ),
        iconButton("close", text("close"), close),
      ),
      element("div", { class: "trace-filter" }, this.persona, this.search),
      this.lanes.node,
      this.unsupported,
      this.empty,
      this.list,
    );
  }

  /** Draws everything anew, as after a snapshot. */
  show() {
    this.showPersonas();
    this.showLanes();
    this.showUnsupported();
    this.#rows.clear();
    this.list.replaceChildren();
    for (const entry of [...this.#state.trace.values()].sort((a, b) => a.n - b.n)) this.add(entry);
  }

  showPersonas() {
    const chosen = this.persona.value;
    this.persona.replaceChildren(
      new Option(text("everyone"), ""),
      ...this.#state.personas.map((persona) => new Option(fullName(persona), persona.id)),
    );
    this.persona.value = chosen;
  }

  /** Every lane that stands still, whosever it is. */
  showLanes() {
    this.lanes.show(this.#state);
  }

  showUnsupported() {
    const counts = [...this.#state.unsupported];
    this.unsupported.hidden = counts.length === 0;
    this.unsupported.replaceChildren(
      element("summary", {}, icon("warning"), text("unsupportedMethods", { n: counts.length })),
      element(
        "ul",
        {},
        ...counts.map(([method, count]) => element("li", {}, element("code", {}, method), ` ×${count}`)),
      ),
    );
  }

  tick() {
    this.lanes.tick(this.#state.now);
  }

  /** Shows only what contains `words`. */
  find(words) {
    this.persona.value = "";
    this.search.value = words;
    this.#filter();
  }

  /** A new entry, or a new state of one that is shown. */
  add(entry) {
    if (entry.n <= this.#hiddenUpTo) return;
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    const row = this.#row(entry);
    const old = this.#rows.get(entry.n);
    row.details.open = old?.details.open ?? false;
    if (old) old.replaceWith(row);
    else this.list.append(row);
    this.#rows.set(entry.n, row);
    row.hidden = !this.#fits(row);
    this.empty.hidden = true;
    if (this.#rows.size > LONGEST) this.#drop();
    if (atEnd) this.toEnd();
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  #row(entry) {
    const { direction, name, persona, status, duration_ms: duration, attempt, warning, retry_in: retry } = entry;
    const person = this.#state.persona(persona);
    const handedOut = status == null && duration === 0; // to getUpdates, which acknowledges later
    const failed = !handedOut && !(status < 400);
    const outcome = String(status ?? text(handedOut ? "handedOut" : "unanswered"));
    const details = element(
      "details",
      { ontoggle: () => unfold() },
      element(
        "summary",
        {},
        element(
          "span",
          { class: "direction", title: text(direction === "call" ? "call" : "update") },
          icon(direction === "call" ? "call" : "update"),
        ),
        element("span", { class: "trace-name" }, name),
        person && element("bdi", { class: "trace-person" }, person.first_name),
        warning && element("span", { class: "warned", title: warning }, icon("warning")),
        attempt > 1 && element("span", { class: "attempt", title: text("attempt", { n: attempt }) }, `×${attempt}`),
        element("span", { class: "trace-status", "data-failed": failed || null }, outcome),
        element("span", { class: "duration" }, duration == null ? "" : `${Math.round(duration)} ${text("ms")}`),
      ),
    );
    const unfold = () => {
      if (!details.open || details.childElementCount > 1) return;
      const notes = [warning, retry != null && text("retryIn", { time: durationName(Math.ceil(retry)) })];
      details.append(
        ...notes.filter(Boolean).map((note) => element("p", { class: "trace-note" }, note)),
        jsonNode("request", entry.request),
        jsonNode("response", entry.response),
      );
    };
    const row = element("div", { class: "trace-row", role: "listitem", "data-direction": direction }, details);
    return Object.assign(row, { entry, details });
  }

  #fits({ entry }) {
    const chosen = this.persona.value;
    const wanted = this.search.value.trim().toLowerCase();
    if (chosen && String(entry.persona) !== chosen) return false;
    return !wanted || `${entry.name} ${entry.status} ${JSON.stringify(entry.request)}`.toLowerCase().includes(wanted);
  }

  #filter() {
    for (const row of this.#rows.values()) row.hidden = !this.#fits(row);
    this.toEnd();
  }

  #clear() {
    this.#hiddenUpTo = Math.max(-Infinity, ...this.#rows.keys());
    this.#rows.clear();
    this.list.replaceChildren();
    this.empty.hidden = false;
  }

  #drop() {
    const [[oldest, row]] = this.#rows;
    row.remove();
    this.#rows.delete(oldest);
    this.#state.trace.delete(oldest);
  }
}

function jsonNode(title, value) {
  return element(
    "div",
    { class: "trace-json" },
    element("h3", {}, text(title)),
    element("pre", { tabindex: "0" }, JSON.stringify(value ?? null, null, 2)),
  );
}
