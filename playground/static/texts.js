/** The page's own words in the chosen language, and dates, sizes and prices as it writes them. */

import { WORDS as en } from "./words-en.js";
import { WORDS as ru } from "./words-ru.js";

const TEXTS = { ru, en };

let language = localStorage.getItem("playground.language") === "en" ? "en" : "ru";

export const currentLanguage = () => language;

/** English with 24 hours and the day before the month, as the restaurant writes them. */
const locale = () => (language === "en" ? "en-GB" : "ru");

export function switchLanguage() {
  language = language === "ru" ? "en" : "ru";
  localStorage.setItem("playground.language", language);
}

/** The text named `key`; `{name}` in it is replaced by `values.name`. */
export function text(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Words that belong together, by name. */
export const words = (key) => TEXTS[language][key];

export const roleName = (role) => TEXTS[language].roles[role] ?? role;

export const timeOf = (date) => date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });

/** «Сегодня», «Вчера» or the date, seen from `now`. */
export function dayName(date, now) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return text("today");
  if (days === 1) return text("yesterday");
  const sameYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(locale(), { day: "numeric", month: "long", year: sameYear ? undefined : "numeric" });
}

export const momentName = (date) =>
  date.toLocaleString(locale(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });

export function sizeName(bytes) {
  const units = TEXTS[language].bytes;
  const power = Math.min(units.length - 1, bytes < 1024 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${(bytes / 1024 ** power).toLocaleString(locale(), { maximumFractionDigits: 1 })} ${units[power]}`;
}

export const roomKindName = (kind) => TEXTS[language].roomKinds[kind] ?? kind;

export const languageName = (code) => {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
  return name[0].toUpperCase() + name.slice(1);
};

const money = (currency) => new Intl.NumberFormat(locale(), { style: "currency", currency });

/** How many digits of an amount stand behind the comma. */
export const minorUnits = (currency) =>
  currency === "XTR" ? 0 : money(currency).resolvedOptions().maximumFractionDigits;

/** An amount in the smallest units of a currency; XTR are Telegram's stars. */
export function priceName(amount, currency) {
  return currency === "XTR" ? `⭐ ${amount}` : money(currency).format(amount / 10 ** minorUnits(currency));
}

/** «4 с» or «2 мин» for a number of seconds to wait. */
export function durationName(seconds) {
  const { minute, second } = TEXTS[language].shiftUnits;
  return seconds < 100 ? `${seconds} ${second}` : `${Math.round(seconds / 60)} ${minute}`;
}

/** The time of a message in the list of chats, or its day when that is not today. */
export const whenName = (date, now) =>
  date.toDateString() === now.toDateString()
    ? timeOf(date)
    : date.toLocaleDateString(locale(), { day: "numeric", month: "short" });

/** «+1 д 2 ч» for a number of seconds. */
export function shiftName(seconds) {
  const { day, hour, minute } = TEXTS[language].shiftUnits;
  const minutes = Math.round(Math.abs(seconds) / 60);
  const parts = [
    [Math.floor(minutes / 1440), day],
    [Math.floor((minutes % 1440) / 60), hour],
    [minutes % 60, minute],
  ].filter(([amount]) => amount > 0);
  return (seconds < 0 ? "−" : "+") + parts.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}
