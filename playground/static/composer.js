/** Where a persona writes: text, commands, attachments, replies, edits of an own message, and the reply keyboard. */

import { fileAction, SAMPLES } from "./attachments.js";
import { element, icon, iconButton } from "./dom.js";
import { replyKeyboard } from "./keyboard.js";
import { openMenu } from "./menu.js";
import { summary } from "./summary.js";
import { text } from "./texts.js";

const LONGEST_MESSAGE = 4096;

export class Composer {
  #chat;
  #actions;
  #editing = null;
  #replying = null;
  #picked = 0;
  #markupShown = null; // a keyboard that was put away stays away until the bot sends another
  #putAway = false;

  /**
   * `actions`: persona(), send(text, reply), edit(message, text), attach(action), replyPressed(button), openMenuApp(),
   * unblock(), editLast(). `lead` stands before the place to write; `away` and `letIn` are said while the bot cannot hear.
   */
  constructor(actions, { lead = null, away = text("blocked"), letIn = text("unblock") } = {}) {
    this.#actions = actions;
    this.input = element("textarea", {
      rows: "1",
      maxlength: LONGEST_MESSAGE,
      placeholder: text("message"),
      "aria-label": text("message"),
      dir: "auto",
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
      onblur: () => this.#hideCommands(),
    });
    this.suggestions = element("div", {
      class: "commands",
      role: "listbox",
      id: `commands-${crypto.randomUUID()}`,
      "aria-label": text("commands"),
      hidden: true,
      onmousedown: (event) => event.preventDefault(),
    });
    this.input.setAttribute("aria-controls", this.suggestions.id);
    this.commandButton = iconButton("commands", text("commands"), () => this.#toggleCommands(), {
      "aria-expanded": "false",
      onmousedown: (event) => event.preventDefault(),
    });
    this.appButton = element("button", { type: "button", class: "menu-app", onclick: () => actions.openMenuApp() });
    this.keyboardButton = iconButton("keyboard", text("keyboard"), () => this.#toggleKeyboard(), { hidden: true });
    this.sendButton = iconButton("send", text("send"), () => this.#submit(), { class: "icon-button send" });
    this.bar = element("div", { class: "edit-bar", hidden: true });
    this.keyboard = element("div", {
      class: "keyboard reply-keyboard",
      role: "group",
      "aria-label": text("keyboard"),
      hidden: true,
    });
    this.line = element(
      "div",
      { class: "composer-line" },
      lead,
      this.commandButton,
      this.appButton,
      iconButton("attach", text("attach"), (event) => this.#attachMenu(event.currentTarget), {
        "aria-haspopup": "menu",
      }),
      this.input,
      this.keyboardButton,
      this.sendButton,
    );
    this.blockedLine = element(
      "div",
      { class: "blocked-line", hidden: true },
      element("span", {}, away),
      element("button", { type: "button", class: "primary", onclick: () => actions.unblock() }, letIn),
    );
    this.file = element("input", { type: "file", hidden: true, onchange: () => this.#sendFile() });
    this.node = element(
      "div",
      { class: "composer" },
      this.suggestions,
      this.bar,
      this.line,
      this.keyboard,
      this.blockedLine,
      this.file,
    );
  }

  /** Shows the state of `chat`: its draft, its keyboard, its menu button, whether the bot is blocked. */
  show(chat) {
    if (this.#chat !== chat) {
      this.#chat = chat;
      this.#leaveBar();
      this.input.value = chat.draft;
      this.#fit();
    }
    this.line.hidden = chat.blocked;
    this.blockedLine.hidden = !chat.blocked;
    this.showMenuButton();
    this.showMarkup();
  }

  /** Commands, or the Mini App that the bot has put in their place. */
  showMenuButton() {
    const { type, text: label } = this.#chat.menuButton;
    this.commandButton.hidden = type === "web_app";
    this.appButton.hidden = type !== "web_app";
    this.appButton.replaceChildren(icon("window"), element("span", {}, label ?? ""));
  }

  /** The reply keyboard, or the reply that the bot asks for. */
  showMarkup() {
    const markup = this.#chat.markup;
    const rows = markup?.keyboard;
    const signature = markup && `${markup.message.message_id} ${JSON.stringify(rows)}`;
    this.keyboardButton.hidden = !rows;
    if (signature === this.#markupShown) return;
    this.#markupShown = signature;
    this.#putAway = false;
    this.keyboard.replaceChildren(...(rows ? replyKeyboard(rows, (button) => this.#replyPressed(button)) : []));
    this.input.placeholder = markup?.input_field_placeholder || text("message");
    this.#showKeyboard();
    if (markup?.force_reply) this.startReplying(markup.message);
  }

  startEditing(message) {
    this.#editing = message;
    this.#replying = null;
    this.#showBar("edit", text("editing"), message.text);
    this.sendButton.setAttribute("aria-label", text("save"));
    this.#write(message.text);
  }

  startReplying(message) {
    if (this.#editing) this.#leaveBar();
    this.#replying = message;
    this.#showBar("reply", message.from?.first_name ?? text("reply"), summary(message));
  }

  /** Puts back what could not be sent, unless something new is being written. */
  giveBack(content) {
    if (this.input.value === "") this.#write(content);
  }

  #write(content) {
    this.input.value = content;
    this.#typed();
    this.input.focus({ preventScroll: true });
  }

  #showBar(sign, title, content) {
    this.bar.hidden = false;
    this.bar.replaceChildren(
      icon(sign),
      element("span", { class: "edit-text" }, element("b", {}, title), element("span", {}, content)),
      iconButton("close", text("cancel"), () => this.#leaveBar()),
    );
  }

  /** Neither edits nor replies any longer. */
  #leaveBar() {
    this.bar.hidden = true;
    this.#replying = null;
    if (!this.#editing) return;
    this.#editing = null;
    this.sendButton.setAttribute("aria-label", text("send"));
    this.#write(this.#chat.draft);
  }

  #typed() {
    if (!this.#editing) this.#chat.draft = this.input.value;
    this.#fit();
    if (/^\/\w*$/.test(this.input.value) && !this.#editing) this.#showCommands(this.input.value.slice(1));
    else this.#hideCommands();
  }

  #fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`; // its borders
  }

  #key(event) {
    if (event.isComposing) return;
    if (!this.suggestions.hidden && this.#commandKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#leaveBar();
    } else if (event.key === "ArrowUp" && this.input.value === "") {
      event.preventDefault();
      this.#actions.editLast();
    }
  }

  #submit() {
    const content = this.input.value;
    if (!content.trim()) return;
    const sent = this.#editing
      ? this.#actions.edit(this.#editing, content)
      : this.#actions.send(content, this.#replying);
    if (!sent) return;
    this.#hideCommands();
    if (!this.#editing) this.#write("");
    this.#leaveBar();
  }

  #attachMenu(button) {
    const items = Object.keys(SAMPLES).map((kind) => ({
      icon: kind,
      label: text(kind),
      action: () => this.#attach(kind),
    }));
    items.splice(1, 0, { icon: "file", label: text("file"), action: () => this.file.click() });
    openMenu(button, items, { label: text("attach") });
  }

  #attach(kind) {
    this.#actions.attach(SAMPLES[kind](this.#actions.persona()));
  }

  async #sendFile() {
    const [file] = this.file.files;
    this.file.value = "";
    if (file) this.#actions.attach(await fileAction(file));
  }

  #replyPressed(button) {
    this.#actions.replyPressed(button);
    if (this.#chat.markup?.one_time_keyboard) this.#toggleKeyboard();
  }

  #toggleKeyboard() {
    this.#putAway = !this.#putAway;
    this.#showKeyboard();
  }

  #showKeyboard() {
    this.keyboard.hidden = this.#putAway || !this.#chat.markup?.keyboard;
    this.keyboardButton.setAttribute("aria-expanded", String(!this.keyboard.hidden));
  }

  // The list of commands

  #toggleCommands() {
    if (this.suggestions.hidden) this.#showCommands("");
    else this.#hideCommands();
    this.input.focus({ preventScroll: true });
  }

  #showCommands(beginning) {
    const found = this.#chat.commands.filter(({ command }) => command.startsWith(beginning.toLowerCase()));
    if (found.length === 0 && beginning) {
      this.#hideCommands();
      return;
    }
    this.suggestions.replaceChildren(
      ...(found.length === 0 ? [element("p", { class: "hint" }, text("noCommands"))] : []),
      ...found.map(({ command, description }, index) =>
        element(
          "div",
          {
            class: "command",
            role: "option",
            id: `${this.suggestions.id}-${index}`,
            onclick: () => this.#choose(command),
          },
          element("b", {}, `/${command}`),
          element("span", {}, description),
        ),
      ),
    );
    this.suggestions.hidden = false;
    this.commandButton.setAttribute("aria-expanded", "true");
    this.#pick(
      Math.max(
        0,
        found.findIndex(({ command }) => command === beginning),
      ),
    );
  }

  #hideCommands() {
    this.suggestions.hidden = true;
    this.commandButton.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #pick(index) {
    const options = [...this.suggestions.querySelectorAll("[role=option]")];
    if (options.length === 0) return;
    this.#picked = (index + options.length) % options.length;
    for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === this.#picked));
    this.input.setAttribute("aria-activedescendant", options[this.#picked].id);
    options[this.#picked].scrollIntoView({ block: "nearest" });
  }

  /** True when the key was for the list. */
  #commandKey(event) {
    const option = this.suggestions.querySelector('[aria-selected="true"]');
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#pick(this.#picked + step);
    else if (event.key === "Escape") this.#hideCommands();
    else if (event.key === "Enter" && option) option.click();
    else if (event.key === "Tab" && option) this.#write(`${option.querySelector("b").textContent} `);
    else return false;
    event.preventDefault();
    return true;
  }

  #choose(command) {
    this.#hideCommands();
    if (this.#actions.send(`/${command}`)) this.#write("");
  }
}
