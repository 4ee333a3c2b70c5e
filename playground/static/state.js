/** What the page knows: the server's events are applied here first, then the view draws what has changed. */

const GONE = ["left", "kicked"];

export class Chat {
  /** `persona` is the other side of a private chat, null in a room; `id` is the Bot API's chat id. */
  constructor(bot, id, persona) {
    this.bot = bot;
    this.id = id;
    this.persona = persona;
    this.info = {};
    this.messages = new Map();
    this.commands = [];
    this.menuButton = { type: "commands" };
    this.blocked = false; // by its person; or the bot was taken out of its room
    this.draft = "";
    this.readUpTo = 0;
  }

  load({ messages, commands, menu_button: menuButton, blocked, info, bot_status: status }) {
    const isNew = this.messages.size === 0;
    this.messages = new Map(messages.map((message) => [message.message_id, message]));
    Object.assign(this, { commands, menuButton, info, blocked: blocked || GONE.includes(status) });
    if (isNew) this.readUpTo = this.lastId;
  }

  get ordered() {
    return [...this.messages.values()].sort((a, b) => a.message_id - b.message_id);
  }

  get last() {
    return this.messages.get(this.lastId);
  }

  get lastId() {
    return Math.max(0, ...this.messages.keys());
  }

  get unread() {
    return [...this.messages.values()].filter(({ message_id, outgoing }) => !outgoing && message_id > this.readUpTo)
      .length;
  }

  /** The reply keyboard or forced reply that is in force, with the message it came with, or null. */
  get markup() {
    const latest = this.ordered.findLast((message) => message.keyboard);
    if (!latest || latest.keyboard.remove_keyboard) return null;
    const answered = latest.keyboard.force_reply && this.last.outgoing;
    return answered ? null : { ...latest.keyboard, message: latest };
  }
}

export class State {
  constructor() {
    this.bots = [];
    this.personas = [];
    this.chats = new Map();
    this.trace = new Map();
    this.lanes = new Map();
    this.unsupported = new Map();
    this.networkDown = false;
    this.rateLimits = "off";
    this.clock = { offset: 0, server: Date.now(), received: Date.now() };
  }

  /** The chat of a persona with a bot; an empty one where nothing was said yet. */
  chat(persona, bot) {
    return this.#chat(bot, persona, persona);
  }

  /** Groups and channels of all bots. */
  get rooms() {
    return [...this.chats.values()].filter(({ persona }) => persona === null);
  }

  persona(id) {
    return this.personas.find((persona) => persona.id === id);
  }

  bot(id) {
    return this.bots.find((bot) => bot.id === id);
  }

  /** Chats of a persona with all bots. */
  chatsOf(persona) {
    return [...this.chats.values()].filter((chat) => chat.persona === persona);
  }

  /** Unread messages of a persona in all chats. */
  unread(persona) {
    return this.chatsOf(persona).reduce((sum, chat) => sum + chat.unread, 0);
  }

  /** The blocked lanes that a chat waits for; lanes are named after a chat or a person. */
  lanesOf({ bot, id }) {
    return [...this.lanes.values()].filter((lane) => lane.bot === bot && lane.key.split(" ").at(-1) === String(id));
  }

  /** The playground's time now. */
  get now() {
    return new Date(this.clock.server + Date.now() - this.clock.received);
  }

  apply(event) {
    switch (event.type) {
      case "snapshot":
        this.#load(event);
        break;
      case "message":
      case "edited":
        this.#keepMessage(event);
        break;
      case "deleted":
        for (const id of event.message_ids) this.#chatOf(event).messages.delete(id);
        break;
      case "reaction":
        this.#react(event);
        break;
      case "commands":
        this.#chatOf(event).commands = event.commands;
        break;
      case "menu_button":
        this.#chatOf(event).menuButton = event.menu_button;
        break;
      case "blocked":
        this.#chatOf(event).blocked = event.blocked;
        break;
      case "room":
        Object.assign(this.#chatOf(event), { info: event.info, blocked: GONE.includes(event.bot_status) });
        break;
      case "bot":
        this.#keep(this.bots, event.bot);
        break;
      case "persona":
        this.#keep(this.personas, event.persona);
        break;
      case "clock":
        this.#setClock(event);
        break;
      case "network":
        this.networkDown = event.down;
        break;
      case "rate_limits":
        this.rateLimits = event.mode;
        break;
      case "lane":
        this.#setLane(event);
        break;
      case "trace":
        this.trace.set(event.entry.n, event.entry);
        break;
      case "unsupported":
        this.unsupported.set(event.method, event.count);
        break;
    }
  }

  #load({ bots, personas, chats, clock, trace, network, rate_limits: limits, lanes, unsupported }) {
    Object.assign(this, { bots, personas, networkDown: network.down, rateLimits: limits.mode });
    const known = this.chats;
    this.chats = new Map();
    for (const chat of chats) {
      const key = `${chat.bot} ${chat.chat}`;
      const kept = known.get(key) ?? new Chat(chat.bot, chat.chat, chat.persona);
      kept.load(chat);
      this.chats.set(key, kept);
    }
    this.trace = new Map(trace.map((entry) => [entry.n, entry]));
    this.unsupported = new Map(Object.entries(unsupported));
    this.#setClock(clock);
    this.lanes.clear();
    for (const lane of lanes) this.#setLane(lane);
  }

  #chatOf({ bot, chat, persona }) {
    return this.#chat(bot, chat ?? persona, persona);
  }

  #chat(bot, id, persona) {
    const key = `${bot} ${id}`;
    if (!this.chats.has(key)) this.chats.set(key, new Chat(bot, id, persona));
    return this.chats.get(key);
  }

  #keepMessage(event) {
    const chat = this.#chatOf(event);
    chat.messages.set(event.message.message_id, event.message);
    chat.info = event.message.chat;
  }

  #react(event) {
    const { messages } = this.#chatOf(event);
    const { message_id: id, persona_reactions, bot_reactions } = event;
    if (messages.has(id)) messages.set(id, { ...messages.get(id), persona_reactions, bot_reactions });
  }

  #setLane(lane) {
    const name = `${lane.bot} ${lane.key}`;
    if (lane.waiting === 0) this.lanes.delete(name);
    else this.lanes.set(name, { ...lane, due: this.now.getTime() + lane.next_try_in * 1000 });
  }

  #keep(list, item) {
    const at = list.findIndex(({ id }) => id === item.id);
    if (at < 0) list.push(item);
    else list[at] = item;
  }

  #setClock({ now, offset }) {
    this.clock = { offset, server: Date.parse(now), received: Date.now() };
  }
}
