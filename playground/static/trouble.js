/** What can be made to go wrong between the bot and Telegram: the network, the pace, the next calls. */

import { element, icon } from "./dom.js";
import { placeBy } from "./menu.js";
import { text, words } from "./texts.js";

const MOST_CALLS = 100;

export class Trouble {
  #state;
  #page;

  /** `page`: send(action), tell(text). */
  constructor(state, page) {
    this.#state = state;
    this.#page = page;
    this.sign = element("span", {}, text("trouble"));
    this.button = element(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": text("troubleLong"),
        title: text("troubleLong"),
        popovertarget: "trouble",
      },
      icon("trouble"),
      this.sign,
    );
    this.panel = element(
      "div",
      { class: "menu trouble", id: "trouble", popover: "auto", role: "dialog", "aria-label": text("troubleLong") },
      this.#network(),
      this.#limits(),
      this.#calls(),
    );
    this.panel.addEventListener("toggle", ({ newState }) => {
      if (newState === "open") placeBy(this.panel, this.button.getBoundingClientRect());
    });
    this.nodes = [this.button, this.panel];
    this.show();
  }

  show() {
    const { networkDown, rateLimits } = this.#state;
    this.cut.checked = networkDown;
    for (const choice of this.limits.querySelectorAll("input")) choice.checked = choice.value === rateLimits;
    this.button.classList.toggle("alarmed", networkDown || rateLimits !== "off");
  }

  #network() {
    const onchange = () => this.#page.send({ do: "network", down: this.cut.checked });
    this.cut = element("input", { type: "checkbox", role: "switch", onchange });
    return element(
      "fieldset",
      {},
      element("legend", {}, text("network")),
      element("label", { class: "switch" }, element("span", {}, text("cutNetwork")), this.cut),
    );
  }

  #limits() {
    const choose = (mode) => this.#page.send({ do: "rate_limits", mode });
    this.limits = element(
      "fieldset",
      {},
      element("legend", {}, text("rateLimits")),
      element(
        "div",
        { class: "segments" },
        ...Object.entries(words("limits")).map(([mode, label]) =>
          element(
            "label",
            {},
            element("input", { type: "radio", name: "rate-limits", value: mode, onchange: () => choose(mode) }),
            element("span", {}, label),
          ),
        ),
      ),
    );
    return this.limits;
  }

  #calls() {
    this.count = element("input", { type: "number", min: 1, max: MOST_CALLS, value: 1 });
    this.wait = element("input", { type: "number", min: 1, max: 3600, value: 3 });
    return element(
      "fieldset",
      {},
      element("legend", {}, text("nextCalls")),
      element(
        "div",
        { class: "numbers" },
        element("label", {}, text("howMany"), this.count),
        element("label", {}, text("retryAfter"), this.wait),
      ),
      element(
        "div",
        { class: "chips" },
        ...Object.entries(words("failures")).map(([kind, label]) =>
          element("button", { type: "button", class: "chip", onclick: () => this.#fail(kind, label) }, label),
        ),
      ),
    );
  }

  #fail(kind, failure) {
    const number = (input) => Number(input.value) || 1;
    this.#page.send({ do: "fail", kind, count: number(this.count), retry_after: number(this.wait) });
    this.#page.tell(text("failed", { failure }));
  }
}
