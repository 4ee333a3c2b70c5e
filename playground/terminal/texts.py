"""What the terminal says itself; what the bot says stays as it is."""

from playground.words import CARRIED

TEXTS = CARRIED | {
    "hint": (
        'A number presses the button, "4" in quotes is sent as it is; :help lists the rest, Ctrl-D ends',
        "Число нажимает кнопку, «4» в кавычках отправляется как есть; :help покажет остальное, Ctrl-D — конец",
    ),
    "who": ("You are {persona} and talk to {bot}", "Вы — {persona}, собеседник — {bot}"),
    "bot api": ("Bot API:   {address}\nChat page: {page}", "Bot API:   {address}\nЧат:       {page}"),
    "no bot": ("No bot has come yet; waiting for one", "Бота ещё нет, ждём"),
    "pressed": ("{name} presses [{button}]", "{name} нажимает [{button}]"),
    "edited": ("edited", "изменено"),
    "deleted": ("{bot} has deleted «{text}»", "{bot} удаляет «{text}»"),
    "toast": ("Toast: {text}", "Подсказка: {text}"),
    "alert": ("Alert: {text}", "Окно: {text}"),
    "opens": ("Opens {url}", "Открывается {url}"),
    "copies": ("To copy: {text}", "Скопировать: {text}"),
    "web_app": ("Mini App: {url}", "Мини-приложение: {url}"),
    "typing": ("{bot} is typing …", "{bot} печатает …"),
    "sending": ("{bot} is sending a file …", "{bot} отправляет файл …"),
    "keyboard": ("Keyboard:", "Клавиатура:"),
    "no buttons": ("There are no buttons", "Кнопок нет"),
    "no button": (
        'There is no button {number}, the last one is {last}; to send the number itself write "{number}"',
        "Кнопки {number} нет, последняя — {last}; чтобы отправить само число, напишите «{number}»",
    ),
    "unusable": ("[{button}] does nothing here", "[{button}] здесь ничего не делает"),
    "blocked": ("{name} has blocked {bot}; :unblock ends that", "{name} блокирует {bot}; :unblock вернёт всё назад"),
    "unblocked": ("{name} has unblocked {bot}", "{name} снова принимает сообщения от {bot}"),
    "reaction": ("{bot} reacts with {emoji}", "{bot} ставит {emoji}"),
    "paid": ("Payment: {stage}", "Оплата: {stage}"),
    "clock": ("It is {now}", "Сейчас {now}"),
    "network down": ("The network is down", "Сеть пропала"),
    "network up": ("The network is back", "Сеть вернулась"),
    "rate limits": ("Rate limits: {mode}", "Ограничения частоты: {mode}"),
    "unsupported": (
        "The bot called {method}, which the playground does not know",
        "Бот вызвал {method}, этого здесь нет",
    ),
    "lane": (
        "The bot has refused an update {attempts} times: {last_error}",
        "Бот не принял обновление, попыток: {attempts}: {last_error}",
    ),
    "silent": (
        "The bot has not acknowledged this within {seconds} s",
        "За {seconds} с бот не подтвердил получение",
    ),
    "no command": (
        "There is no command :{name}; :help lists them, :say {line} sends it as text",
        "Команды :{name} нет; список — :help, отправить текстом — :say {line}",
    ),
    "usage": ("Write {usage}", "Напишите {usage}"),
    "no person": ("Nobody here is called {name}; there are {known}", "Такого человека нет: {name}; есть {known}"),
    "no such bot": ("There is no bot {name}; there are {known}", "Такого бота нет: {name}; есть {known}"),
    "nothing to edit": ("There is no text of yours to edit", "Здесь нет вашего текста"),
    "gone": ("The playground has stopped", "Площадка остановлена"),
    "expected": (
        "«{text}» was expected within {seconds} s, and this came:",
        "За {seconds} с ждали «{text}», а пришло:",
    ),
    "not expected": ("«{text}» was not expected, but it came:", "«{text}» не ждали, а пришло:"),
    "script line": ("Line {number}: {line}", "Строка {number}: {line}"),
}

HELP = (
    ("TEXT", ("is sent as it is", "ТЕКСТ отправляется как есть")),
    ("4", ("presses button 4", "нажимает кнопку 4")),
    ('"4"', ("sends the number itself", "отправляет само число")),
    (":help", ("shows this", "эта справка")),
    (":buttons", ("the buttons and their numbers", "кнопки и их номера")),
    (":press WORDS", ("any button by its words, an older one too", "любая кнопка по словам на ней, и старая тоже")),
    (
        ":say TEXT",
        ("sends a text that would be read as something else", "отправляет текст, который иначе понят не так"),
    ),
    (":edit TEXT", ("changes your last text", "меняет ваш последний текст")),
    (":start PAYLOAD", ("what a deep link does", "как переход по ссылке с параметром")),
    (
        ":photo PATH CAPTION",
        ("sends a picture; without a path a tiny one", "отправляет картинку; без пути — крошечную"),
    ),
    (
        ":file PATH CAPTION",
        ("sends a file; a path with spaces in quotes", "отправляет файл; путь с пробелами в кавычках"),
    ),
    (":save PATH", ("keeps the newest file or picture of the bot", "сохраняет последний файл или картинку бота")),
    (":contact PHONE", ("your contact", "ваш контакт")),
    (":location LAT LON", ("a place", "место")),
    (":sticker", ("sends a sticker", "отправляет стикер")),
    (
        ":react EMOJI",
        ("reacts to the newest message; without emoji no more", "реакция на последнее сообщение или её отмена"),
    ),
    (":pay", ("pays the newest invoice", "оплачивает последний счёт")),
    (":menu", ("the menu button: commands, or a Mini App", "кнопка меню: команды или мини-приложение")),
    (":block, :unblock", ("blocks the bot, and takes it back", "блокирует бота и снимает блокировку")),
    (":again", ("delivers the last update once more", "доставляет последнее обновление ещё раз")),
    (":as PERSON", ("be somebody else: a name, a role, an id", "стать другим: имя, роль или id")),
    (":join NAME", ("be somebody new", "стать кем-то новым")),
    (":bot BOT", ("talk to another bot", "говорить с другим ботом")),
    (":history", ("the end of the chat", "конец переписки")),
    (
        ":clock +1h",
        (
            "moves the time by s, m, h or d, or to 2026-11-28T19:00",
            "сдвигает время на s, m, h, d или к 2026-11-28T19:00",
        ),
    ),
    (":network down", ("takes the network away; up brings it back", "отключает сеть; up включает")),
    (
        ":fail 429",
        (
            "the bot's next call fails: 429, 500, hang, drop, garbage",
            "следующий вызов бота не удастся: 429, 500, hang, drop, garbage",
        ),
    ),
    (":limits enforce", ("rate limits: off, warn or enforce", "ограничения частоты: off, warn или enforce")),
    (":quit", ("ends, as Ctrl-D and Ctrl-C do", "конец, как Ctrl-D и Ctrl-C")),
    (
        "expect: TEXT",
        ("waits for it; a script fails where it does not come", "ждёт этих слов; без них сценарий не пройден"),
    ),
    ("expect not: TEXT", ("a script fails where it came", "сценарий не пройден, если эти слова пришли")),
)
