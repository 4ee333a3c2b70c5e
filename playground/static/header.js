/** The line on top: the playground's clock, what can go wrong, the trace, and the page's own switches. */

import { element, icon, iconButton } from "./dom.js";
import { currentLanguage, momentName, shiftName, text } from "./texts.js";
import { switchTheme } from "./theme.js";
import { Trouble } from "./trouble.js";

const HOUR = 3600;
const DAY = 86_400;

export class Header {
  #state;
  #page;

  /** `page`: send(action), toggleTrace(), changeLanguage(). */
  constructor(state, page) {
    this.#state = state;
    this.#page = page;
    this.time = element("time", { class: "clock-time" });
    this.shift = element("span", { class: "clock-shift" });
    this.trouble = new Trouble(state, page);
    this.traceButton = element(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": text("traceLong"),
        title: text("traceLong"),
        "aria-expanded": "false",
        "aria-controls": "trace",
        onclick: () => page.toggleTrace(),
      },
      icon("trace"),
      text("trace"),
    );
    this.nodes = [
      element(
        "h1",
        {},
        element("img", { src: "static/icon.svg", alt: "", width: 28, height: 28 }),
        element("span", {}, text("title")),
      ),
      this.#clock(),
      this.#switches(),
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
    const otherLanguage = currentLanguage() === "ru" ? "EN" : "RU";
    return element(
      "div",
      { class: "switches" },
      ...this.trouble.nodes,
      this.traceButton,
      element(
        "button",
        {
          type: "button",
          class: "tool",
          "aria-label": `${otherLanguage}: ${text("switchLanguage")}`,
          title: text("switchLanguage"),
          onclick: () => this.#page.changeLanguage(),
        },
        otherLanguage,
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

  #jump() {
    const moment = new Date(this.picker.value);
    if (!Number.isNaN(moment.getTime())) this.#page.send({ do: "clock", to: moment.toISOString() });
  }
}
