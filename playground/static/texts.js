/** Every word of the page itself, in both languages; what the bot says is shown as it is. */

const TEXTS = {
  ru: {
    title: "Песочница",
    personas: "Собеседники",
    tools: "Инструменты",
    reconnecting: "Связь прервалась, подключаюсь снова…",
    gone: "Песочница не отвечает. Если её запустили заново, откройте адрес из терминала.",
    offline: "Нет связи, сообщение не отправлено",
    clock: "Часы песочницы",
    clockShifted: "сдвиг {shift}",
    addHour: "+1 час",
    addDay: "+1 день",
    resetClock: "Сброс",
    resetClockLong: "Вернуть настоящее время",
    chooseTime: "Перевести часы на",
    addPersona: "Добавить собеседника",
    firstName: "Имя",
    lastName: "Фамилия",
    username: "Имя пользователя",
    language: "Язык клиента",
    add: "Добавить",
    cancel: "Отмена",
    close: "Закрыть",
    theme: "Светлая или тёмная тема",
    switchLanguage: "Switch to English",
    trace: "Журнал",
    traceLong: "Журнал вызовов и обновлений",
    traceEmpty: "Здесь появится всё, о чём говорят бот и песочница.",
    everyone: "Все",
    filter: "Поиск по журналу",
    clear: "Очистить",
    request: "Запрос",
    response: "Ответ",
    unanswered: "нет ответа",
    handedOut: "выдано",
    attempt: "попытка {n}",
    call: "вызов бота",
    update: "обновление боту",
    ms: "мс",
    noBot: "Бот ещё не подключился",
    noBotHint: "Запустите бота с адресом этой песочницы, и чат откроется сам.",
    noPersona: "Загружаю чаты…",
    chatWith: "Чат: {name}",
    bot: "бот",
    chooseBot: "Бот",
    messages: "Сообщения",
    message: "Сообщение",
    emptyHint: "Нажмите кнопку, и бот расскажет, что он умеет.",
    start: "Начать",
    send: "Отправить",
    save: "Сохранить",
    editing: "Изменение сообщения",
    attach: "Прикрепить",
    photo: "Фотография",
    sticker: "Стикер",
    contact: "Контакт",
    location: "Место на карте",
    file: "Файл с компьютера",
    forward: "Пересланное сообщение",
    sampleForward: "Смотри, какое место я нашёл! Пойдём в пятницу?",
    sampleAuthor: "Старый друг",
    commands: "Команды бота",
    noCommands: "У бота нет списка команд",
    keyboard: "Клавиатура бота",
    buttons: "Кнопки сообщения",
    chatMenu: "Меню чата",
    messageMenu: "Действия с сообщением",
    edit: "Изменить",
    copyText: "Копировать текст",
    copied: "Скопировано",
    copyId: "Копировать ID {id}",
    restart: "Отправить /start",
    redeliver: "Доставить последнее ещё раз",
    deliverTwice: "Следующее доставить дважды",
    twiceNext: "Следующее обновление придёт боту дважды",
    block: "Заблокировать бота",
    unblock: "Разблокировать",
    blocked: "Бот заблокирован",
    edited: "изменено",
    today: "Сегодня",
    yesterday: "Вчера",
    unread: "Новые сообщения",
    toBottom: "К последним сообщениям",
    newCount: "новых: {n}",
    typing: "печатает",
    sending: "отправляет файл",
    forwarded: "Переслано: {name}",
    unknownPerson: "неизвестно",
    openPhoto: "Открыть фотографию",
    download: "Скачать",
    spoiler: "Показать скрытый текст",
    expand: "Развернуть цитату",
    unsupported: "Сообщение этого вида здесь не показывается",
    unsupportedButton: "Такая кнопка в песочнице не работает",
    video: "Видео",
    audio: "Аудио",
    voice: "Голосовое сообщение",
    animation: "Анимация",
    poll: "Опрос",
    invoice: "Счёт",
    document: "Файл",
    openLink: "Открыть ссылку?",
    openApp: "Открыть мини-приложение?",
    open: "Открыть",
    ok: "OK",
    alertFrom: "Сообщение бота",
    noAnswer: "Бот не ответил на нажатие",
    roles: { guest: "гость", admin: "админ", owner: "владелец", host: "хостес" },
    bytes: ["Б", "КБ", "МБ"],
    shiftUnits: { day: "д", hour: "ч", minute: "мин" },
  },
  en: {
    title: "Playground",
    personas: "People",
    tools: "Tools",
    reconnecting: "Connection lost, reconnecting…",
    gone: "The playground does not answer. If it was started anew, open the address printed in the terminal.",
    offline: "No connection, the message was not sent",
    clock: "Playground clock",
    clockShifted: "shifted by {shift}",
    addHour: "+1 hour",
    addDay: "+1 day",
    resetClock: "Reset",
    resetClockLong: "Back to the real time",
    chooseTime: "Set the clock to",
    addPersona: "Add a person",
    firstName: "First name",
    lastName: "Last name",
    username: "Username",
    language: "Client language",
    add: "Add",
    cancel: "Cancel",
    close: "Close",
    theme: "Light or dark theme",
    switchLanguage: "Переключить на русский",
    trace: "Trace",
    traceLong: "Trace of calls and updates",
    traceEmpty: "Everything the bot and the playground tell each other appears here.",
    everyone: "Everyone",
    filter: "Search the trace",
    clear: "Clear",
    request: "Request",
    response: "Response",
    unanswered: "no answer",
    handedOut: "handed out",
    attempt: "attempt {n}",
    call: "call by the bot",
    update: "update for the bot",
    ms: "ms",
    noBot: "No bot has connected yet",
    noBotHint: "Start a bot with the address of this playground and the chat opens by itself.",
    noPersona: "Loading the chats…",
    chatWith: "Chat: {name}",
    bot: "bot",
    chooseBot: "Bot",
    messages: "Messages",
    message: "Message",
    emptyHint: "Press the button and the bot will say what it can do.",
    start: "Start",
    send: "Send",
    save: "Save",
    editing: "Editing a message",
    attach: "Attach",
    photo: "Photo",
    sticker: "Sticker",
    contact: "Contact",
    location: "Location",
    file: "File from this computer",
    forward: "Forwarded message",
    sampleForward: "Look what a place I have found! Shall we go on Friday?",
    sampleAuthor: "An old friend",
    commands: "Bot commands",
    noCommands: "The bot has no list of commands",
    keyboard: "Bot keyboard",
    buttons: "Message buttons",
    chatMenu: "Chat menu",
    messageMenu: "Message actions",
    edit: "Edit",
    copyText: "Copy text",
    copied: "Copied",
    copyId: "Copy ID {id}",
    restart: "Send /start",
    redeliver: "Deliver the last one again",
    deliverTwice: "Deliver the next one twice",
    twiceNext: "The bot will get the next update twice",
    block: "Block the bot",
    unblock: "Unblock",
    blocked: "The bot is blocked",
    edited: "edited",
    today: "Today",
    yesterday: "Yesterday",
    unread: "New messages",
    toBottom: "To the latest messages",
    newCount: "{n} new",
    typing: "typing",
    sending: "sending a file",
    forwarded: "Forwarded from {name}",
    unknownPerson: "unknown",
    openPhoto: "Open the photo",
    download: "Download",
    spoiler: "Show the hidden text",
    expand: "Expand the quote",
    unsupported: "This kind of message is not shown here",
    unsupportedButton: "This kind of button does not work in the playground",
    video: "Video",
    audio: "Audio",
    voice: "Voice message",
    animation: "Animation",
    poll: "Poll",
    invoice: "Invoice",
    document: "File",
    openLink: "Open the link?",
    openApp: "Open the mini app?",
    open: "Open",
    ok: "OK",
    alertFrom: "Message from the bot",
    noAnswer: "The bot did not answer the press",
    roles: { guest: "guest", admin: "admin", owner: "owner", host: "host" },
    bytes: ["B", "KB", "MB"],
    shiftUnits: { day: "d", hour: "h", minute: "min" },
  },
};

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
