# Бронирование столика

button-more = Больше
button-any-table = ✨ Любой подходящий
button-table = Стол №{ $number } · { $seats ->
    [one] { $seats } место
    [few] { $seats } места
   *[many] { $seats } мест
    }
button-other-day = { $day } · { $time }
button-confirm = ✅ Всё верно
button-cancel = ✖️ Отмена

guests = { $party ->
    [one] { $party } гость
    [few] { $party } гостя
   *[many] { $party } гостей
    }
table = Стол №{ $number }
tables = Столы №{ $numbers }

count-question = <b>Сколько вас будет?</b>
    Нажмите кнопку или напишите число.
count-unclear = Сколько вас будет? Напишите число, например 2, или нажмите кнопку.
count-typed = Большая компания? Напишите, сколько вас будет: места есть на { $largest }.
count-too-small = Нужен хотя бы один гость. Сколько вас будет?

table-question = <b>Какой стол?</b>
    { $guests }
table-line = <b>№{ $number }</b> · { $seats ->
    [one] { $seats } место
    [few] { $seats } места
   *[many] { $seats } мест
    } — { $description }
table-unclear = Выберите стол кнопкой ниже.

date-question = <b>В какой день вас ждать?</b>
    { $guests } · { $table }
date-legend = ✖ — всё занято; нажмите, и я подскажу ближайшее свободное время.
date-unclear = Выберите день в календаре.
table-any = любой подходящий стол
table-chosen = стол №{ $number }

time-wish = <b>{ $day }</b>
    { $guests } · { $table }
time-note = 📌 { $note }
time-question = Во сколько вас ждать?
time-full = На этот день всё занято.
time-closed = В этот день мы не работаем.
day-closed = закрыто
time-nearest = Ближайшее свободное время:
time-nearest-too = Ниже — время в соседние дни.
time-nothing = Поблизости свободного времени нет. Попробуйте другой день.
time-nothing-any = Поблизости этот стол занят. Попробуйте другой день или любой подходящий стол.
time-unclear = Выберите время кнопкой ниже.

confirmation-question = <b>Всё верно?</b>

    { $details }

    { $promise }
confirmation-held = Держу столик за вами до { $until }.
confirmation-not-held = Время вышло, и столик уже не придержан — но если он ещё свободен, бронь получится.
confirmation-unclear = Осталось подтвердить: нажмите «Всё верно» — или «Назад», чтобы изменить.

details = 📅 { $day }
    🕕 { $time }
    👥 { $guests }
    🪑 { $table }

success = <b>Готово, столик ваш!</b>

    { $details }

    Ждём вас: { $address }. Изменятся планы — перенесите или отмените бронь в «Мои брони», пожалуйста.
success-unclear = Столик уже забронирован. Дальше — кнопками ниже.

table-together = Такой компании поставим столы вместе:
combination-line = <b>{ $tables }</b> · { $seats ->
    [one] { $seats } место
    [few] { $seats } места
   *[many] { $seats } мест
    }
date-note = 📌 { $day } — { $note }
confirmation-asks-first = Большой компании бронь подтверждает ресторан: пришлю ответ сюда.
success-pending = <b>Запрос отправлен. Ждём подтверждения ресторана</b>

    { $details }

    Места придержаны за вами, ответ придёт сюда до { $until }. Передумаете — отмените запрос в «Мои брони».
