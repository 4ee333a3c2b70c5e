/**
 * A Mini App over its chat: a sandboxed frame, Telegram's buttons around it, and Telegram's messages between both.
 * An app says `{eventType: "web_app_…", eventData}` as JSON to its parent, and is answered in the same way.
 */

import { element, iconButton } from "./dom.js";
import { openMenu } from "./menu.js";
import { safeUrl } from "./richtext.js";
import { confirmOver, layOver, question } from "./sheet.js";
import { text } from "./texts.js";

const COLOUR = /^#[\da-f]{6}$/i;
const SANDBOX = "allow-scripts allow-forms allow-popups allow-modals allow-downloads";

export class WebApp {
  #column;
  #button;
  #theme;
  #asksBeforeClosing = false;
  #slug = null; // of the invoice that is being paid
  #takeAway;
  #listen = (event) => this.#heard(event);

  /** `button` is the reply keyboard's button that opened it, whose app may send data to the bot. */
  constructor(column, { url }, button = null) {
    this.#column = column;
    this.#button = button;
    this.#theme = themeOf(url);
    const { origin } = new URL(url);
    this.frame = element("iframe", {
      class: "webapp-frame",
      title: text("miniApp"),
      // An app from the page's own address could otherwise leave its sandbox.
      sandbox: origin === location.origin ? SANDBOX : `${SANDBOX} allow-same-origin`,
      allow: "clipboard-read; clipboard-write; geolocation",
      referrerpolicy: "no-referrer",
      src: url,
      onload: () => this.frame.classList.add("ready"),
    });
    this.back = iconButton("back", text("back"), () => this.#tell("back_button_pressed"), { hidden: true });
    this.settings = false;
    this.main = this.#appButton("main_button_pressed");
    this.secondary = this.#appButton("secondary_button_pressed");
    this.buttons = element("div", { class: "webapp-buttons", hidden: true }, this.secondary, this.main);
    this.panel = element(
      "div",
      { class: "webapp", role: "dialog", "aria-label": text("miniAppOf", { bot: column.botName }) },
      element(
        "header",
        { class: "webapp-top" },
        this.back,
        element(
          "div",
          { class: "webapp-title" },
          element("b", {}, column.botName),
          element("span", { class: "muted" }, text("miniApp")),
        ),
        iconButton("more", text("chatMenu"), (event) => this.#menu(event.currentTarget), { "aria-haspopup": "menu" }),
        iconButton("close", text("close"), () => this.#leave(), { "data-first": true }),
      ),
      this.frame,
      this.buttons,
    );
    this.#takeAway = layOver(column.node, this.panel, () => this.#leave());
    addEventListener("message", this.#listen);
    new ResizeObserver(() => this.#tellViewport()).observe(this.frame);
  }

  #close() {
    removeEventListener("message", this.#listen);
    this.#takeAway();
  }

  /** As the person closes it: the app may have asked for a question first. */
  async #leave() {
    const ask = this.#asksBeforeClosing;
    if (!ask || (await confirmOver(this.panel, this.#column.botName, text("unsaved"), text("close")))) this.#close();
  }

  #appButton(pressed) {
    const onclick = () => this.#tell(pressed);
    return element("button", { type: "button", class: "webapp-button", hidden: true, onclick });
  }

  #menu(at) {
    const items = [{ icon: "repeat", label: text("reload"), action: () => this.#reload() }];
    const settings = { icon: "tools", label: text("settings"), action: () => this.#tell("settings_button_pressed") };
    if (this.settings) items.unshift(settings);
    openMenu(at, items, { label: text("chatMenu") });
  }

  #reload() {
    this.frame.src = String(this.frame.src);
  }

  // What the app says, and what it is told

  #heard({ source, data }) {
    if (source !== this.frame.contentWindow) return;
    const { eventType, eventData } = parsed(data);
    this.#answers[eventType]?.(eventData ?? {});
  }

  #tell(eventType, eventData = {}) {
    this.frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), "*");
  }

  #answers = {
    web_app_ready: () => this.frame.classList.add("ready"),
    web_app_close: () => this.#close(),
    web_app_data_send: ({ data }) => this.#sendData(data),
    web_app_setup_main_button: (state) => this.#setUp(this.main, state),
    web_app_setup_secondary_button: (state) => this.#setUp(this.secondary, state),
    web_app_setup_back_button: ({ is_visible: shown }) => (this.back.hidden = !shown),
    web_app_setup_settings_button: ({ is_visible: shown }) => (this.settings = Boolean(shown)),
    web_app_setup_closing_behavior: ({ need_confirmation: ask }) => (this.#asksBeforeClosing = Boolean(ask)),
    web_app_open_link: ({ url }) => this.#follow(url),
    web_app_open_tg_link: ({ path_full: path }) => this.#follow(`https://t.me${path}`),
    web_app_request_theme: () => this.#tell("theme_changed", { theme_params: this.#theme }),
    web_app_request_viewport: () => this.#tellViewport(),
    web_app_expand: () => this.#tellViewport(),
    web_app_request_safe_area: () => this.#tell("safe_area_changed", NO_MARGINS),
    web_app_request_content_safe_area: () => this.#tell("content_safe_area_changed", NO_MARGINS),
    web_app_open_popup: (popup) => this.#showPopup(popup),
    web_app_open_invoice: ({ slug }) => this.#payLink(slug),
    web_app_request_phone: () => this.#sharePhone(),
    web_app_request_write_access: () => this.#tell("write_access_requested", { status: "allowed" }),
    web_app_set_header_color: ({ color }) => colour(this.panel.firstElementChild, "backgroundColor", color),
    web_app_set_background_color: ({ color }) => colour(this.frame, "backgroundColor", color),
    web_app_set_bottom_bar_color: ({ color }) => colour(this.buttons, "backgroundColor", color),
  };

  #tellViewport() {
    const { clientHeight: height, clientWidth: width } = this.frame;
    this.#tell("viewport_changed", { height, width, is_expanded: true, is_state_stable: true });
  }

  async #sendData(data) {
    if (this.#button === null) return;
    const sent = { do: "web_app_data", button_text: this.#button, data: String(data) };
    if (await this.#column.ask(sent)) this.#close();
  }

  #setUp(button, { is_visible: shown, is_active: active, text: label, is_progress_visible: busy, ...look }) {
    button.hidden = !shown || !label;
    button.disabled = !active;
    button.setAttribute("aria-busy", String(Boolean(busy)));
    button.replaceChildren(label ?? "");
    colour(button, "backgroundColor", look.color);
    colour(button, "color", look.text_color);
    if (look.position) this.buttons.dataset.position = look.position;
    this.buttons.hidden = this.main.hidden && this.secondary.hidden;
  }

  #follow(address) {
    const url = safeUrl(address);
    if (url) this.#column.follow(url);
  }

  async #showPopup({ title, message, buttons = [] }) {
    const labels = { ok: text("ok"), close: text("close"), cancel: text("cancel") };
    const shown = buttons.map(({ id, type, text: label }, at) => ({
      id,
      label: label || labels[type],
      primary: at === 0 && type !== "destructive",
      danger: type === "destructive",
    }));
    const pressed = await question(this.panel, title ?? "", message, shown);
    this.#tell("popup_closed", pressed === undefined ? {} : { button_id: pressed });
  }

  async #payLink(slug) {
    const may = await confirmOver(this.panel, this.#column.botName, text("payAsked"), text("pay"));
    this.#slug = slug;
    const started = may && (await this.#column.ask({ do: "pay", link: `https://t.me/$${slug}` }));
    if (!started) this.#tell("invoice_closed", { slug, status: "cancelled" });
  }

  /** Follows what the playground says of the invoice that the app has opened. */
  paymentWent({ stage, error }) {
    if (error) this.#column.tell(error, { danger: true });
    const ended = stage === "paid" || stage === "failed";
    if (ended) this.#tell("invoice_closed", { slug: this.#slug, status: stage });
  }

  async #sharePhone() {
    const may = await confirmOver(this.panel, this.#column.botName, text("shareContact"), text("share"));
    const sent = may && this.#column.do({ do: "contact" });
    this.#tell("phone_requested", { status: sent ? "sent" : "cancelled" });
  }
}

const NO_MARGINS = { top: 0, bottom: 0, left: 0, right: 0 };

function themeOf(url) {
  const theme = new URLSearchParams(new URL(url).hash.slice(1)).get("tgWebAppThemeParams");
  return theme ? JSON.parse(theme) : {};
}

/** What an app says may be anything. */
function parsed(data) {
  try {
    return JSON.parse(data) ?? {};
  } catch {
    return {};
  }
}

function colour(node, property, value) {
  if (COLOUR.test(value)) node.style[property] = value;
}
