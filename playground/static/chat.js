/** The playground's page: connects, keeps what it is told, and hands each event to the part that shows it. */

import { ask, Connection } from "./connection.js";
import { askForPersona, askForRoom, toast, toastPlace } from "./dialogs.js";
import { countOn, element, hueClass } from "./dom.js";
import { Header } from "./header.js";
import { People } from "./people.js";
import { PersonaColumn } from "./persona_column.js";
import { RoomColumn } from "./room_column.js";
import { State } from "./state.js";
import { currentLanguage, switchLanguage, text } from "./texts.js";
import { applyTheme } from "./theme.js";
import { TracePanel } from "./trace.js";

const FAILURES_BEFORE_ADVICE = 6;
const REMEMBERED_ACTIONS = 100;
const PHONE = matchMedia("(width < 700px)");

class Page {
  #state = new State();
  #connection = new Connection(
    (event) => this.#receive(event),
    (failures) => this.#showConnection(failures),
  );
  #columns = new Map(); // by key; personas first, then the rooms
  #hidden = new Set(); // keys of the chats that were put away
  #active = null;
  #sent = new Map(); // ref of an action → {column, unsent}, to tell of its failure in the right place
  #lastRef = 0;
  #adding = false; // whom or what is added here is shown at once, but not what a test adds

  constructor() {
    const place = (name) => document.querySelector(name);
    Object.assign(this, { top: place(".top"), stage: place(".columns"), list: place(".people-place") });
    Object.assign(this, { status: place(".connection"), alarm: place(".alarm"), traceNode: place(".trace") });
    this.toasts = toastPlace("page-toasts");
    document.body.append(this.toasts);
    this.sight = new IntersectionObserver((entries) => this.#sighted(entries), { threshold: 0.4 });
    document.addEventListener("visibilitychange", () => this.#lookedAt());
    addEventListener("popstate", () => this.#view("list"));
    setInterval(() => this.#tick(), 1000);
    this.#draw();
    this.#connection.open();
  }

  /** Builds the page from what is known, as at first or in another language. */
  #draw() {
    document.documentElement.lang = currentLanguage();
    this.header = new Header(this.#state, this);
    this.top.replaceChildren(...this.header.nodes);
    this.people = new People(this.#state, this);
    this.list.replaceChildren(this.people.node);
    this.trace = new TracePanel(this.traceNode, this.#state, () => this.toggleTrace());
    this.header.traceButton.setAttribute("aria-expanded", String(!this.traceNode.hidden));
    this.#columns.clear();
    this.#showAll();
  }

  changeLanguage() {
    switchLanguage();
    this.#draw();
  }

  // What the parts ask of the page

  send(action, origin = {}) {
    this.#lastRef += 1;
    const ref = String(this.#lastRef);
    const sent = this.#connection.send({ ...action, ref });
    this.#sent.delete(String(this.#lastRef - REMEMBERED_ACTIONS));
    if (sent) this.#sent.set(ref, origin);
    else if (!origin.column) this.tell(text("offline"), { danger: true });
    return sent;
  }

  ask(action) {
    return ask(action);
  }

  tell(content, options) {
    toast(this.toasts, content, options);
  }

  addPersona() {
    askForPersona((fields) => {
      const username = fields.username?.replace(/^@/, "");
      this.#adding = this.send({ do: "add_persona", ...fields, ...(username && { username }) });
    });
  }

  addRoom() {
    askForRoom(this.#state.personas, ({ persona, ...room }) => {
      const { bots } = this.#state;
      this.#adding = this.send({ do: "join_room", persona: Number(persona), bot: bots.at(-1)?.id, ...room });
    });
  }

  /** Brings a chat in front; false when there is none. */
  showChat(key) {
    const column = this.#columns.get(key);
    if (!column) return false;
    this.#hidden.delete(key);
    this.#activate(key);
    if (PHONE.matches && document.body.dataset.view !== "chat") history.pushState({ chat: true }, "");
    this.#view("chat");
    column.node.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (matchMedia("(pointer: fine)").matches) column.focus();
    return true;
  }

  hideChat(key) {
    this.#hidden.add(key);
    if (PHONE.matches) this.showList();
    this.#activate([...this.#columns.keys()].find((other) => !this.#hidden.has(other)) ?? null);
  }

  /** Back from a chat on a phone, as with the browser's own button. */
  showList() {
    if (history.state?.chat) history.back();
    else this.#view("list");
  }

  /** Goes where a link inside the playground leads, seen from `column`; false when nobody here has that name. */
  goTo({ userId, username, start }, column) {
    const { personas, bots } = this.#state;
    const bot = username && bots.find((each) => each.username?.toLowerCase() === username);
    if (bot) return this.#startBot(bot, start, column);
    const person = personas.find(({ id, username: own }) => id === userId || (own && own.toLowerCase() === username));
    return person ? this.showChat(`p${person.id}`) : false;
  }

  #startBot(bot, start, column) {
    const own = this.#columns.get(`p${column.speaker.id}`);
    if (own !== column) this.showChat(own.key);
    return own.start(bot, start);
  }

  unreadChanged() {
    this.people.show(this.#active, this.#hidden);
    const { personas, rooms } = this.#state;
    const waiting = [...personas.map(({ id }) => this.#state.unread(id)), ...rooms.map(({ unread }) => unread)];
    const unread = waiting.reduce((sum, count) => sum + count, 0);
    for (const { toList } of this.#columns.values()) countOn(toList, text("toList"), unread);
    document.title = unread ? `(${unread}) ${text("title")}` : text("title");
  }

  toggleTrace() {
    this.traceNode.hidden = !this.traceNode.hidden;
    this.header.traceButton.setAttribute("aria-expanded", String(!this.traceNode.hidden));
    if (this.traceNode.hidden) this.header.traceButton.focus();
    else this.trace.toEnd();
  }

  findInTrace(words) {
    if (this.traceNode.hidden) this.toggleTrace();
    this.trace.find(words);
  }

  // What happens

  #receive(event) {
    this.#state.apply(event);
    switch (event.type) {
      case "snapshot":
      case "persona":
        this.#showAll();
        break;
      case "bot":
        for (const column of this.#columns.values()) column.meet(event.bot);
        break;
      case "clock":
        this.#tick();
        for (const { log } of this.#columns.values()) log.nameDays();
        break;
      case "trace":
        this.trace.add(event.entry);
        break;
      case "unsupported":
        this.trace.showUnsupported();
        break;
      case "lane":
        this.#showLanes();
        break;
      case "network":
      case "rate_limits":
        this.#showTrouble();
        break;
      case "error":
        this.#failed(event);
        break;
      default:
        this.#inChat(event);
    }
    if (event.type === "persona") this.#added(`p${event.persona.id}`);
  }

  #inChat(event) {
    const key = event.persona == null ? `r${event.bot} ${event.chat}` : `p${event.persona}`;
    if (!this.#columns.has(key)) {
      this.#showAll();
      this.#added(key);
    }
    this.#columns.get(key)?.receive(event);
    this.unreadChanged();
  }

  #added(key) {
    if (this.#adding) this.showChat(key);
    this.#adding = false;
  }

  #failed({ ref, text: message }) {
    const { column, unsent } = this.#sent.get(String(ref)) ?? {};
    this.#sent.delete(String(ref));
    if (column) column.failed(message, unsent);
    else this.tell(message, { danger: true });
  }

  // What is drawn

  #showAll() {
    const { personas, rooms } = this.#state;
    const shown = this.#columns;
    const keep = (key, make) => [key, shown.get(key) ?? make()];
    this.#columns = new Map([
      ...personas.map((persona) => keep(`p${persona.id}`, () => new PersonaColumn(persona, this.#state, this))),
      ...rooms.map((chat) => keep(`r${chat.bot} ${chat.id}`, () => new RoomColumn(chat, this.#state, this))),
    ]);
    for (const column of this.#columns.values()) column.show();
    this.#placeColumns();
    this.trace.show();
    this.#showTrouble();
    this.#tick();
    this.unreadChanged();
  }

  #placeColumns() {
    this.sight.disconnect();
    const columns = [...this.#columns.values()];
    for (const [place, { node }] of columns.entries()) {
      node.className = `column ${hueClass(place)}`;
      this.sight.observe(node);
    }
    const nodes = columns.map(({ node }) => node);
    if (nodes.length === 0) nodes.push(element("p", { class: "hint" }, text("noPersona")));
    if (nodes.some((node, at) => this.stage.children[at] !== node)) this.stage.replaceChildren(...nodes);
    if (!this.#columns.has(this.#active)) this.#active = columns[0]?.key ?? null;
    this.#activate(this.#active);
  }

  #activate(key) {
    this.#active = key;
    for (const [other, { node }] of this.#columns) {
      node.toggleAttribute("data-active", other === key);
      node.hidden = this.#hidden.has(other);
    }
    this.people.show(key, this.#hidden);
  }

  /** On a phone either the list or one chat is shown. */
  #view(view) {
    document.body.dataset.view = view;
  }

  #showLanes() {
    this.trace.showLanes();
    for (const column of this.#columns.values()) if (column.chat) column.lanes.show(this.#state, column.chat);
  }

  #showTrouble() {
    this.header.trouble.show();
    this.alarm.hidden = !this.#state.networkDown;
    const restore = () => this.send({ do: "network", down: false });
    this.alarm.replaceChildren(
      element("span", {}, text("networkDown")),
      element("button", { type: "button", class: "tool", onclick: restore }, text("restore")),
    );
  }

  #tick() {
    this.header.tick();
    this.trace.tick();
    for (const column of this.#columns.values()) column.tick();
  }

  #sighted(entries) {
    for (const { target, isIntersecting } of entries) {
      const column = this.#columns.get(target.dataset.chat);
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
