# Карточка брони и запись в календаре

button-ticket = 🎟 Карточка и календарь
button-calendar = 📆 Обновить в календаре

ticket-caption = 🎟 <b>{ $venue }</b>
    { $day }, { $time }
    Покажите код на входе: по нему вас сразу найдут.
ticket-calendar = 📆 Откройте файл — бронь попадёт в ваш календарь и напомнит о себе за 2 часа.
ticket-calendar-moved = 📆 Откройте файл — запись в вашем календаре обновится.
ticket-calendar-canceled = 📆 Откройте файл — запись исчезнет из вашего календаря. Если нет, удалите её там.
ticket-sent-already = Уже прислал — карточка чуть ниже 👇
ticket-calendar-sent-already = Уже прислал — файл чуть ниже 👇

ticket-title = Бронь № { $number }
ticket-guests = Гости
ticket-table = { $count ->
    [one] Стол
   *[other] Столы
    }
ticket-address = Адрес
ticket-scan = Покажите код на входе

calendar-summary = Столик в { $venue }
calendar-canceled = Отменено: столик в { $venue }
calendar-description = { $day }, { $time }
    { $guests } · { $table }
    Телефон ресторана: { $phone }
    Посмотреть, перенести или отменить бронь: { $link }

link-not-yours = По этой ссылке открывается бронь — но только тому, кто её сделал, и ресторану.
