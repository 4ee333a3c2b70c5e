/** Paying an invoice: what the order asks for, the bot's shipping options, and how it ended. */

import { element, fullName, icon, iconButton } from "./dom.js";
import { layOver } from "./sheet.js";
import { minorUnits, priceName, text, words } from "./texts.js";

const FIELDS = {
  name: { label: "fullName", autocomplete: "name" },
  phone_number: { label: "phone", type: "tel", autocomplete: "tel" },
  email: { label: "email", type: "email", autocomplete: "email" },
};
const ADDRESS = ["country_code", "city", "street_line1", "street_line2", "state", "post_code"];
const OPTIONAL = new Set(["street_line2", "state"]);

export class Payment {
  #column;
  #message;
  #option = null;
  #takeAway;
  #done;

  /** Opens the form over the chat of `message`; `done()` is called when it is closed. */
  constructor(column, message, done) {
    this.#column = column;
    this.#message = message;
    this.#done = done;
    this.error = element("p", { class: "form-error", role: "alert", hidden: true });
    this.options = element("fieldset", { class: "options", hidden: true });
    this.total = element("dl", { class: "bill" });
    this.button = element("button", { class: "primary" });
    this.form = element(
      "form",
      { class: "payment-form", onsubmit: (event) => this.#submit(event), oninput: () => this.#showTotal() },
      ...this.#fields(),
      this.options,
      this.total,
      this.error,
      this.button,
    );
    this.body = element("div", { class: "payment-body" }, this.form);
    const panel = element(
      "div",
      { class: "payment", role: "dialog", "aria-modal": "true", "aria-label": this.#details.title },
      element(
        "header",
        { class: "webapp-top" },
        element(
          "div",
          { class: "webapp-title" },
          element("b", {}, this.#details.title),
          element("span", { class: "muted" }, column.botName),
        ),
        iconButton("close", text("close"), () => this.#close()),
      ),
      this.body,
    );
    this.#showTotal();
    this.#takeAway = layOver(column.node, panel, () => this.#close());
  }

  /** Follows what the playground says of this payment. */
  went({ message_id: id, stage, shipping_options: options, error }, message) {
    if (id !== this.#message.message_id) return;
    this.#message = message ?? this.#message;
    if (stage === "shipping") this.#offer(options);
    if (stage === "failed") this.#complain(error);
    if (stage === "paid") this.#thank();
  }

  get #details() {
    return this.#message.invoice_details;
  }

  #close() {
    this.#takeAway();
    this.#done();
  }

  // The form

  #fields() {
    const details = this.#details;
    const { persona } = this.#column;
    const known = {
      name: fullName(persona),
      phone_number: `+7900${String(persona.id).slice(-7).padStart(7, "0")}`,
      email: `${persona.username ?? persona.id}@example.org`,
    };
    const wanted = Object.keys(FIELDS).filter((name) => details[`need_${name}`]);
    const fields = wanted.map((name) => {
      const { label, ...look } = FIELDS[name];
      return labelled(text(label), { name, value: known[name], required: true, ...look });
    });
    if (details.need_shipping_address || details.is_flexible) fields.push(addressFields());
    if (details.max_tip_amount > 0) fields.push(this.#tipFields());
    return fields;
  }

  #tipFields() {
    const { currency, max_tip_amount: most, suggested_tip_amounts: suggested = [] } = this.#details;
    const unit = 10 ** minorUnits(currency);
    const range = { min: 0, max: most / unit, step: 1 / unit, value: 0 };
    const input = element("input", { name: "tip", type: "number", "aria-label": text("tipLine"), ...range });
    const choose = (amount) => {
      input.value = amount / unit;
      this.#showTotal();
    };
    return element(
      "fieldset",
      { class: "tips" },
      element("legend", {}, text("tip", { most: priceName(most, currency) })),
      input,
      ...suggested.map((amount) =>
        element(
          "button",
          { type: "button", class: "chip", onclick: () => choose(amount) },
          priceName(amount, currency),
        ),
      ),
    );
  }

  #offer(options) {
    this.#busy(false);
    const { currency } = this.#details;
    this.options.hidden = false;
    this.options.replaceChildren(
      element("legend", {}, text("shippingOption")),
      ...options.map((option, at) =>
        element(
          "label",
          { class: "option" },
          element("input", {
            type: "radio",
            name: "shipping_option",
            value: option.id,
            checked: at === 0,
            onchange: () => this.#choose(option),
          }),
          element("span", {}, option.title),
          element("b", {}, priceName(sum(option.prices), currency)),
        ),
      ),
    );
    this.#choose(options[0]);
    this.options.querySelector("input").focus();
  }

  #choose(option) {
    this.#option = option;
    this.#showTotal();
  }

  get #tip() {
    const tip = Number(this.form.elements.tip?.value ?? 0);
    return Math.round(tip * 10 ** minorUnits(this.#details.currency));
  }

  #showTotal() {
    const { prices, currency } = this.#details;
    const lines = [...prices, ...(this.#option?.prices ?? [])];
    if (this.#tip > 0) lines.push({ label: text("tipLine"), amount: this.#tip });
    const total = { label: text("total"), amount: sum(lines) };
    this.total.replaceChildren(
      ...[...lines, total].flatMap(({ label, amount }) => [
        element("dt", {}, label),
        element("dd", {}, priceName(amount, currency)),
      ]),
    );
    const undecided = this.#details.is_flexible && !this.#option;
    this.button.replaceChildren(
      undecided ? text("toShipping") : text("payAmount", { price: priceName(total.amount, currency) }),
    );
  }

  // What happens

  async #submit(event) {
    event.preventDefault();
    this.error.hidden = true;
    this.#busy(true);
    const { message_id } = this.#message;
    const asked = await this.#column.ask({ do: "pay", message_id, ...this.#filled() });
    if (!asked) this.#busy(false);
  }

  #filled() {
    const values = Object.fromEntries(new FormData(this.form));
    const filled = Object.fromEntries(
      Object.keys(FIELDS).flatMap((name) => (values[name] ? [[name, values[name]]] : [])),
    );
    if ("city" in values)
      filled.shipping_address = Object.fromEntries(ADDRESS.map((name) => [name, values[name] ?? ""]));
    if (this.#option) filled.shipping_option = this.#option.id;
    if (this.#tip > 0) filled.tip_amount = this.#tip;
    return filled;
  }

  #busy(busy) {
    this.button.disabled = busy;
    this.button.setAttribute("aria-busy", String(busy));
  }

  #complain(reason) {
    this.#busy(false);
    this.error.textContent = reason;
    this.error.hidden = false;
  }

  #thank() {
    const close = element("button", { type: "button", class: "primary", onclick: () => this.#close() }, text("done"));
    this.body.replaceChildren(
      element("div", { class: "thanks", role: "status" }, icon("done"), element("h3", {}, text("paid"))),
      this.total,
      close,
    );
    close.focus();
  }
}

const sum = (prices) => prices.reduce((total, { amount }) => total + amount, 0);

const labelled = (label, attributes) => element("label", {}, label, element("input", attributes));

function addressFields() {
  const known = { country_code: "RU", ...words("sampleAddress") };
  return element(
    "fieldset",
    { class: "address-fields" },
    element("legend", {}, text("address")),
    ...ADDRESS.map((name) =>
      labelled(words("addressLines")[name], { name, value: known[name] ?? "", required: !OPTIONAL.has(name) }),
    ),
  );
}
