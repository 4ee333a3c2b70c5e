/** The line on top: who takes part, the playground's clock, and the page's own switches. */

import { askForPersona } from "./dialogs.js";
import { element, fullName, icon, iconButton, initial } from "./dom.js";
import { momentName, shiftName, switchLanguage, text } from "./texts.js";

const HOUR = 3600;
const DAY = 86_400;
const HUES = 6;

export class Header {
  #state;
  #page;
  #drawn = ""; // what the buttons show, so that they are drawn anew only when it changes

  /** `page`: send(action), showPersona(id), toggleTrace(), redraw(). */
  constructor(state, page) {
    this.#state = state;
    this.#page = page;
    this.people = element("nav", { class: "people", "aria-label": text("personas") });
    this.time = element("time", { class: "clock-time" });
    this.shift = element("span", { class: "clock-shift" });
    this.traceButton = element(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": text("traceLong"),
        "aria-expanded": "false",
        "aria-controls": "trace",
        onclick: () => page.toggleTrace(),
      },
      icon("trace"),
      text("trace"),
    );
    this.tools = element("div", { class: "tools", id: "tools" }, this.#clock(), this.#switches());
    this.more = iconButton("more", text("tools"), () => this.#toggleTools(), {
      class: "icon-button more-tools",
      "aria-expanded": "false",
      "aria-controls": "tools",
    });
    this.nodes = [
      element(
        "h1",
        {},
        element("img", { src: "static/icon.svg", alt: "", width: 28, height: 28 }),
        element("span", {}, text("title")),
      ),
      this.people,
      this.more,
      this.tools,
    ];
  }

  #clock() {
    const change = (label, action, title = label) =>
      element(
        "button",
        { type: "button", class: "tool", title, onclick: () => this.#page.send({ do: "clock", ...action }) },
        label,
      );
    this.reset = change(text("resetClock"), { offset: 0 }, text("resetClockLong"));
    this.picker = element("input", {
      type: "datetime-local",
      "aria-label": text("chooseTime"),
      title: text("chooseTime"),
      onchange: () => this.#jump(),
    });
    return element(
      "div",
      { class: "clock", role: "group", "aria-label": text("clock") },
      element(
        "label",
        { class: "clock-face", title: text("chooseTime") },
        icon("clock"),
        this.time,
        this.shift,
        this.picker,
      ),
      change(text("addHour"), { add: HOUR }),
      change(text("addDay"), { add: DAY }),
      this.reset,
    );
  }

  #switches() {
    return element(
      "div",
      { class: "switches" },
      element(
        "button",
        {
          type: "button",
          class: "tool",
          "aria-label": text("addPersona"),
          title: text("addPersona"),
          onclick: () => this.#addPersona(),
        },
        icon("person-add"),
      ),
      this.traceButton,
      element(
        "button",
        {
          type: "button",
          class: "tool",
          "aria-label": text("switchLanguage"),
          title: text("switchLanguage"),
          onclick: () => this.#switchLanguage(),
        },
        text("title") === "Песочница" ? "EN" : "RU",
      ),
      iconButton("theme", text("theme"), switchTheme, { class: "tool" }),
    );
  }

  tick() {
    const { now, clock } = this.#state;
    const shifted = Math.abs(clock.offset) >= 60;
    this.time.textContent = momentName(now);
    this.time.dateTime = now.toISOString();
    this.shift.textContent = shifted ? shiftName(clock.offset) : "";
    this.shift.title = shifted ? text("clockShifted", { shift: shiftName(clock.offset) }) : "";
    this.reset.disabled = !shifted;
  }

  /** The buttons that lead to each persona, with what waits there. */
  showPeople(active) {
    const people = this.#state.personas.map((persona) => ({ persona, unread: this.#state.unread(persona.id) }));
    const wanted = JSON.stringify([people, active]);
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    this.people.classList.toggle("many", people.length > 3);
    const focused = document.activeElement?.closest(".person")?.dataset.to;
    this.people.replaceChildren(
      ...people.map(({ persona, unread }, index) => {
        const name = fullName(persona);
        return element(
          "button",
          {
            type: "button",
            class: `person hue-${index % HUES}`,
            "data-to": persona.id,
            "aria-current": persona.id === active ? "true" : null,
            "aria-label": unread ? `${name}, ${text("newCount", { n: unread })}` : name,
            title: name,
            onclick: () => this.#page.showPersona(persona.id),
          },
          element("span", { class: "avatar", "aria-hidden": "true" }, initial(persona.first_name)),
          element("bdi", { class: "person-name" }, persona.first_name),
          unread > 0 &&
            element("span", { class: "badge", "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread)),
        );
      }),
    );
    if (focused) this.people.querySelector(`[data-to="${CSS.escape(focused)}"]`)?.focus();
  }

  #jump() {
    const moment = new Date(this.picker.value);
    if (!Number.isNaN(moment.getTime())) this.#page.send({ do: "clock", to: moment.toISOString() });
  }

  #addPersona() {
    askForPersona((fields) => this.#page.send({ do: "add_persona", ...fields }));
  }

  #switchLanguage() {
    switchLanguage();
    this.#page.redraw();
  }

  #toggleTools() {
    const open = this.tools.classList.toggle("open");
    this.more.setAttribute("aria-expanded", String(open));
  }
}

const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

/** The remembered choice, or what the system prefers. */
export function applyTheme() {
  const chosen = localStorage.getItem("playground.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}

function switchTheme() {
  const { dataset } = document.documentElement;
  const dark = dataset.theme ? dataset.theme === "dark" : isDark();
  dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("playground.theme", dataset.theme);
}
