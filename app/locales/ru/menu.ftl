# Главное меню и команды

button-book = 🍽 Забронировать столик
button-bookings = 📖 Мои брони
button-about = ℹ️ О нас
button-admin = 🔑 Админ-панель
button-home = 🏠 На главную
button-back = ↩️ Назад
button-private = ✉️ Написать мне
button-previous-page = ◀️ { $number } из { $total }
button-next-page = { $number } из { $total } ▶️

command-start = Главное меню
command-help = Что я умею
command-cancel = Прервать бронирование
command-language = Язык · Language

menu = <b>{ $venue }</b>
    Чем помочь?
menu-greeting = { $greeting }

    Выберите, с чего начнём.

help = <b>Что я умею</b>

    🍽 Забронировать столик: гости, стол, день, время — и готово, меньше минуты.
    📖 Показать ваши брони; перенести или отменить, если планы изменились.
    ℹ️ Рассказать о ресторане: адрес и телефон.

    /start — главное меню
    /cancel — прервать бронирование
    /privacy — ваши данные
    /language — язык

about = <b>{ $venue }</b>

    { $about }

    📍 { $address }
    📞 { $phone }

language-question = На каком языке вам удобнее?
language-chosen = Готово, говорим по-русски.

cancel-done = Бронирование прервано, столик свободен.
cancel-nothing = Сейчас прерывать нечего: вы ничего не бронируете.

finish-first = Сначала закончите начатое или прервите его: /cancel. Эта кнопка подождёт.
unexpected-idle = Сейчас мы ничего не оформляем. Выберите, что сделать:
outdated = Это окно уже закрыто. Вот главное меню.
outdated-elsewhere = Это окно уже закрыто. Главное меню: /start
private-only = Здравствуйте! Я бронирую столики в личных сообщениях: напишите мне туда.
follow-ups-stopped = Хорошо, больше не буду присылать сообщения после визита. Уведомления о бронях это не затронет.
