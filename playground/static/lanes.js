/** Updates the bot refuses, and what waits behind them. */

import { element, icon } from "./dom.js";
import { durationName, text } from "./texts.js";

/** The notices of one chat, or of all; `find(words)` shows the deliveries in the trace. */
export class LaneNotice {
  #find;
  #shown = [];

  constructor(find) {
    this.#find = find;
    this.node = element("div", { class: "lanes", role: "status", hidden: true });
  }

  show(state, chat = null) {
    const lanes = chat ? state.lanesOf(chat) : [...state.lanes.values()];
    this.node.hidden = lanes.length === 0;
    this.#shown = lanes.map((lane) => this.#draw(lane));
    this.node.replaceChildren(...this.#shown.map(({ node }) => node));
    this.tick(state.now);
  }

  /** Counts down to the next attempt. */
  tick(now) {
    for (const { lane, next } of this.#shown) {
      const seconds = Math.max(0, Math.ceil((lane.due - now) / 1000));
      next.textContent = seconds > 0 ? text("nextTry", { time: durationName(seconds) }) : text("tryingNow");
    }
  }

  #draw(lane) {
    const next = element("span", { class: "next-try", "aria-live": "off" });
    const behind = lane.waiting - 1;
    const node = element(
      "div",
      { class: "lane" },
      icon("warning"),
      element(
        "div",
        { class: "lane-lines" },
        element("b", {}, text("laneBlocked", { kind: lane.update, id: lane.update_id })),
        element(
          "span",
          {},
          `${text("attempts", { n: lane.attempts })} · `,
          next,
          behind > 0 && ` · ${text("behind", { n: behind })}`,
        ),
        element("span", { class: "lane-error" }, lane.last_error),
        element(
          "button",
          { type: "button", class: "link", onclick: () => this.#find(`${lane.update_id}`) },
          text("inTrace"),
        ),
      ),
    );
    return { lane, next, node };
  }
}
