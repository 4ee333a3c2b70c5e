/** What the page knows: the server's events are applied here first, then the view draws what has changed. */

export class Chat {
  constructor(persona, bot) {
    this.persona = persona;
    this.bot = bot;
    this.messages = new Map();
    this.commands = [];
    this.blocked = false;
    this.draft = "";
    this.readUpTo = null;
    this.presses = []; // {message, key, timer}: buttons that wait for an answer, oldest first
  }

  load({ messages = [], commands = [], blocked = false }) {
    this.messages = new Map(messages.map((message) => [message.message_id, message]));
    this.commands = commands;
    this.blocked = blocked;
    this.readUpTo ??= this.lastId;
  }

  get ordered() {
    return [...this.messages.values()].sort((a, b) => a.message_id - b.message_id);
  }

  get lastId() {
    return Math.max(0, ...this.messages.keys());
  }

  get unread() {
    return [...this.messages.values()].filter(({ message_id, outgoing }) => !outgoing && message_id > this.readUpTo)
      .length;
  }

  /** Rows of the reply keyboard that is in force, or null. */
  get keyboard() {
    const latest = this.ordered.findLast((message) => message.keyboard);
    const rows = Array.isArray(latest?.keyboard) ? latest.keyboard : latest?.keyboard.keyboard;
    return rows?.length ? rows : null;
  }
}

export class State {
  constructor() {
    this.bots = [];
    this.personas = [];
    this.chats = new Map();
    this.trace = new Map();
    this.clock = { offset: 0, server: Date.now(), received: Date.now() };
    this.loaded = false;
  }

  /** The chat of a persona with a bot; an empty one where nothing was said yet. */
  chat(persona, bot) {
    const key = `${persona} ${bot}`;
    if (!this.chats.has(key)) this.chats.set(key, Object.assign(new Chat(persona, bot), { readUpTo: 0 }));
    return this.chats.get(key);
  }

  persona(id) {
    return this.personas.find((persona) => persona.id === id);
  }

  bot(id) {
    return this.bots.find((bot) => bot.id === id);
  }

  /** Unread messages of a persona in all chats. */
  unread(persona) {
    return [...this.chats.values()]
      .filter((chat) => chat.persona === persona)
      .reduce((sum, chat) => sum + chat.unread, 0);
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
        this.chat(event.persona, event.bot).messages.set(event.message.message_id, event.message);
        break;
      case "deleted":
        for (const id of event.message_ids) this.chat(event.persona, event.bot).messages.delete(id);
        break;
      case "commands":
        this.chat(event.persona, event.bot).commands = event.commands;
        break;
      case "blocked":
        this.chat(event.persona, event.bot).blocked = event.blocked;
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
      case "trace":
        this.trace.set(event.entry.n, event.entry);
        break;
    }
  }

  #load({ bots, personas, chats, clock, trace }) {
    Object.assign(this, { bots, personas, loaded: true });
    const known = this.chats;
    this.chats = new Map();
    for (const chat of chats) {
      const key = `${chat.persona} ${chat.bot}`;
      const kept = known.get(key) ?? new Chat(chat.persona, chat.bot);
      kept.load(chat);
      this.chats.set(key, kept);
    }
    this.trace = new Map((trace ?? []).map((entry) => [entry.n, entry]));
    if (clock) this.#setClock(clock);
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
