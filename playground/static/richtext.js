/** Bot API text with entities as DOM nodes. Offsets are UTF-16 units, just as in JavaScript strings. */

import { element } from "./dom.js";
import { text as word } from "./texts.js";

const LINK_PROTOCOLS = new Set(["http:", "https:", "tg:"]);
const SIMPLE_TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  hashtag: "span",
  cashtag: "span",
  phone_number: "span",
  email: "span",
  custom_emoji: "span",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/**
 * Content as a fragment; `actions` are `openInside(url)` (true when the page itself went there), `sendCommand(text)`, `copy(text)`.
 * Entities that overlap without nesting are clipped to the outer one.
 */
export function richText(content, entities, actions) {
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, content, 0, content.length, ordered, actions);
  return fragment;
}

function fill(parent, content, from, to, entities, actions) {
  let at = from;
  let rest = entities;
  while (rest.length > 0) {
    const [entity, ...later] = rest;
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    const inside = later.filter((other) => other.offset < end);
    rest = later.filter((other) => other.offset >= end);
    if (end <= start) continue;
    parent.append(content.slice(at, start));
    const { outer, inner } = wrapper(entity, content.slice(start, end), actions);
    fill(inner, content, start, end, inside, actions);
    parent.append(outer);
    at = end;
    if (BLOCKS.has(entity.type) && content[at] === "\n") at += 1; // a block ends its line itself
  }
  parent.append(content.slice(at, to));
}

function wrapper(entity, covered, actions) {
  const make = WRAPPERS[entity.type] ?? (() => element(SIMPLE_TAGS[entity.type] ?? "span", { class: entity.type }));
  const made = make(entity, covered, actions);
  return made instanceof Node ? { outer: made, inner: made } : made;
}

const WRAPPERS = {
  url: (_, covered, actions) => link(/^[a-z][a-z\d+.-]*:/i.test(covered) ? covered : `https://${covered}`, actions),
  text_link: ({ url }, _, actions) => link(url, actions),
  text_mention: ({ user }, _, actions) => link(`tg://user?id=${user.id}`, actions),
  mention: (_, covered, actions) => link(`https://t.me/${covered.slice(1)}`, actions),
  bot_command: (_, covered, actions) =>
    element("button", { type: "button", class: "link", onclick: () => actions.sendCommand(covered) }),
  code: (_, covered, actions) => element("code", { title: word("copyText"), onclick: () => actions.copy(covered) }),
  pre: ({ language }) => {
    const inner = element("code", { "data-language": language || null });
    return { outer: element("pre", { tabindex: "0" }, inner), inner };
  },
  blockquote: () => element("blockquote"),
  expandable_blockquote: () => {
    const inner = element("span", { class: "clamped" });
    const toggle = element("button", { type: "button", class: "expand", "aria-label": word("expand"), onclick: open });
    const outer = element("blockquote", { class: "expandable" }, inner, toggle);
    function open() {
      inner.classList.remove("clamped");
      toggle.remove();
    }
    return { outer, inner };
  },
  spoiler: () => {
    const inner = element("span", { class: "spoiler-text", "aria-hidden": "true" });
    const outer = element(
      "span",
      {
        class: "spoiler",
        role: "button",
        tabindex: "0",
        "aria-label": word("spoiler"),
        onclick: reveal,
        onkeydown: key,
      },
      inner,
    );
    function reveal() {
      for (const name of ["role", "tabindex", "aria-label"]) outer.removeAttribute(name);
      inner.removeAttribute("aria-hidden");
      outer.classList.add("revealed");
    }
    function key(event) {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      reveal();
    }
    return { outer, inner };
  },
};

/** The address if it is one a message may lead to, else null. */
export function safeUrl(url) {
  const parsed = URL.parse(url);
  return parsed && LINK_PROTOCOLS.has(parsed.protocol) ? parsed.href : null;
}

function link(url, actions) {
  const href = safeUrl(url);
  if (!href) return element("span", { title: url });
  return element("a", {
    href,
    title: href,
    target: "_blank",
    rel: "noopener noreferrer",
    onclick: (event) => {
      if (actions.openInside(href)) event.preventDefault();
    },
  });
}
