/** The playground's page: connects, keeps what it is told, and hands each event to the part that shows it. */

import { Column } from "./column.js";
import { Connection } from "./connection.js";
import { toast } from "./dialogs.js";
import { element } from "./dom.js";
import { applyTheme, Header } from "./header.js";
import { State } from "./state.js";
import { currentLanguage, text } from "./texts.js";
import { TracePanel } from "./trace.js";

const FAILURES_BEFORE_ADVICE = 6;
const REMEMBERED_ACTIONS = 100;

class Page {
  #state = new State();
  #connection = new Connection(
    (event) => this.#receive(event),
    (failures) => this.#showConnection(failures),
  );
  #columns = new Map();
  #active = null;
  #sent = new Map(); // ref of an action → {column, unsent}, to tell of its failure in the right place
  #lastRef = 0;
  #adding = false; // a person added here is shown at once, one that a test adds is not

  constructor() {
    this.top = document.querySelector(".top");
    this.stage = document.querySelector(".columns");
    this.status = document.querySelector(".connection");
    this.traceNode = document.querySelector(".trace");
    this.toasts = element("div", { class: "toasts page-toasts" });
    document.body.append(this.toasts);
    this.sight = new IntersectionObserver((entries) => this.#sighted(entries), { threshold: 0.4 });
    document.addEventListener("visibilitychange", () => this.#lookedAt());
    setInterval(() => this.header.tick(), 1000);
    this.redraw();
    this.#connection.open();
  }

  /** Builds the page from what is known, as at first or in another language. */
  redraw() {
    document.documentElement.lang = currentLanguage();
    this.header = new Header(this.#state, this);
    this.top.replaceChildren(...this.header.nodes);
    this.trace = new TracePanel(this.traceNode, this.#state, () => this.toggleTrace());
    this.header.traceButton.setAttribute("aria-expanded", String(!this.traceNode.hidden));
    this.#columns.clear();
    this.#showAll();
  }

  send(action, origin = {}) {
    this.#lastRef += 1;
    const ref = String(this.#lastRef);
    const sent = this.#connection.send({ ...action, ref });
    this.#sent.delete(String(this.#lastRef - REMEMBERED_ACTIONS));
    if (sent) {
      this.#sent.set(ref, origin);
      if (action.do === "add_persona") this.#adding = true;
    } else if (!origin.column) {
      toast(this.toasts, text("offline"), { danger: true });
    }
    return sent;
  }

  /** Brings a persona's chat in front; false when there is no such persona. */
  showPersona(id) {
    const column = this.#columns.get(id);
    if (!column) return false;
    this.#active = id;
    for (const [persona, { node }] of this.#columns) node.toggleAttribute("data-active", persona === id);
    column.node.scrollIntoView({ behavior: "smooth", block: "nearest", inline: "nearest" });
    if (matchMedia("(pointer: fine)").matches) column.focus();
    this.header.showPeople(this.#active);
    return true;
  }

  unreadChanged() {
    this.header.showPeople(this.#active);
    const unread = this.#state.personas.reduce((sum, { id }) => sum + this.#state.unread(id), 0);
    document.title = unread ? `(${unread}) ${text("title")}` : text("title");
  }

  toggleTrace() {
    this.traceNode.hidden = !this.traceNode.hidden;
    this.header.traceButton.setAttribute("aria-expanded", String(!this.traceNode.hidden));
    if (this.traceNode.hidden) this.header.traceButton.focus();
    else this.trace.toEnd();
  }

  #receive(event) {
    this.#state.apply(event);
    switch (event.type) {
      case "snapshot":
        this.#showAll();
        break;
      case "bot":
        for (const column of this.#columns.values()) column.meet(event.bot);
        break;
      case "persona":
        this.#showAll();
        if (this.#adding) this.showPersona(event.persona.id);
        this.#adding = false;
        break;
      case "clock":
        this.header.tick();
        for (const { log } of this.#columns.values()) log.nameDays();
        break;
      case "trace":
        this.trace.add(event.entry);
        break;
      case "error":
        this.#failed(event);
        break;
      default:
        this.#columns.get(event.persona)?.receive(event);
        this.unreadChanged();
    }
  }

  #failed({ ref, text: message }) {
    const { column, unsent } = this.#sent.get(String(ref)) ?? {};
    this.#sent.delete(String(ref));
    if (column) column.failed(message, unsent);
    else toast(this.toasts, message, { danger: true });
  }

  #showAll() {
    const { personas } = this.#state;
    this.sight.disconnect();
    const shown = this.#columns;
    this.#columns = new Map(
      personas.map((persona) => [persona.id, shown.get(persona.id) ?? new Column(persona, this.#state, this)]),
    );
    for (const column of this.#columns.values()) column.show();
    if (!this.#columns.has(this.#active)) this.#active = personas[0]?.id ?? null;
    const nodes = [...this.#columns].map(([id, { node }]) => {
      node.toggleAttribute("data-active", id === this.#active);
      this.sight.observe(node);
      return node;
    });
    if (nodes.length === 0) nodes.push(element("p", { class: "hint" }, text("noPersona")));
    if (nodes.some((node, at) => this.stage.children[at] !== node)) this.stage.replaceChildren(...nodes);
    this.trace.show();
    this.header.tick();
    this.unreadChanged();
  }

  #sighted(entries) {
    for (const { target, isIntersecting } of entries) {
      const column = [...this.#columns.values()].find(({ node }) => node === target);
      if (column) column.visible = isIntersecting;
    }
  }

  #lookedAt() {
    for (const column of this.#columns.values()) column.checkRead();
  }

  #showConnection(failures) {
    this.status.hidden = failures === 0;
    this.status.textContent = text(failures < FAILURES_BEFORE_ADVICE ? "reconnecting" : "gone");
  }
}

applyTheme();
new Page();
