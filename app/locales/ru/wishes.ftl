# Пожелания к визиту и телефон гостя

button-wishes = 📝 Пожелания
button-wish-occasion = 🎉 Повод
button-wish-high-chairs = 👶 Стульчики
button-wish-allergies = ⚠️ Аллергии
button-wish-comment = 💬 Комментарий
button-wish-phone = 📞 Телефон
button-wish-remove = 🧹 Убрать
button-wishes-done = ✅ Готово
button-chosen = • { $what }
button-send-phone = 📞 Отправить мой номер
button-not-now = Не сейчас
button-other-phone = 📞 Отправить другой

wishes-question = <b>Пожелания к визиту</b>
    { $when } · { $guests }

    { $wishes }
wishes-none = Есть повод, аллергии, нужен детский стульчик? Отметьте — и мы подготовимся.
wishes-unclear = Выберите кнопкой, о чём рассказать, или нажмите «Готово».
wishes-kept = Записали. Ресторан увидит ваши пожелания.
wishes-same = Хорошо, так и оставим.
cancel-wishes = Хорошо, закончили. Что вы успели записать, ресторан увидит.

occasion-question = <b>Какой у вас повод?</b>
occasion-birthday = день рождения
occasion-anniversary = годовщина
occasion-date = свидание
occasion-business = деловая встреча
occasion-children = детский праздник
occasion-other = другой повод
occasion-unclear = Выберите повод кнопкой — а подробности можно написать в комментарии.

high-chairs-question = <b>Сколько детских стульчиков поставить?</b>
high-chairs-unclear = Выберите число кнопкой.

allergies-question = <b>Чего нельзя?</b>
    Напишите одним сообщением, например: «орехи и морепродукты».
allergies-unclear = Про аллергии — словами, пожалуйста: одним текстовым сообщением.
comment-question = <b>Что ещё нам знать?</b>
    Напишите одним сообщением, например: «столик потише, придём с тортом».
comment-unclear = Комментарий — словами, пожалуйста: одним текстовым сообщением.
wish-now = Сейчас записано:
    { $what }

phone-question = <b>Ваш номер:</b> { $phone }
    Его видит только ресторан — на случай, если понадобится позвонить.
phone-unclear = Выберите, что сделать с номером, кнопкой ниже.
phone-removed = Номер удалён.
contact-question = <b>Оставите номер?</b>
    Нажмите «Отправить мой номер» под полем ввода. Его увидит только ресторан — на случай, если понадобится позвонить.
contact-expected = Жду номер: нажмите «Отправить мой номер» внизу — или «Не сейчас».
contact-kept = Спасибо, номер записан.
contact-not-now = Хорошо, без номера.
contact-not-asked = Сейчас номер не нужен. Оставить его можно в пожеланиях к брони.

wish-occasion = 🎉 Повод: { $what }
wish-high-chairs = 👶 { $count ->
    [one] { $count } детский стульчик
    [few] { $count } детских стульчика
   *[many] { $count } детских стульчиков
    }
wish-allergies = ⚠️ Аллергии: { $what }
wish-comment = 💬 { $what }
guest-phone = 📞 { $phone }

wish-name-occasion = повод
wish-name-high-chairs = детские стульчики
wish-name-allergies = аллергии
wish-name-comment = комментарий
wishes-new = Новое: { $what }.
wishes-gone = Больше не нужно: { $what }.
notice-wishes-changed = 📝 <b>Пожелания гостя</b>

    { $booking }

    { $changes }

error-visit-over = Этот визит уже закончился: пожелания к нему не изменить.
error-wish-too-long = Слишком длинно: помещается { $limit ->
    [one] { $limit } знак
    [few] { $limit } знака
   *[many] { $limit } знаков
    }, а у вас { $length }. Напишите короче, пожалуйста.
error-wish-unreadable = Здесь нечего прочитать. Напишите словами, пожалуйста.
error-phone-not-yours = Это чужой контакт, его я не запишу. Нажмите «Отправить мой номер» внизу — или «Не сейчас».
error-phone-unclear = По такому номеру не позвонить. Нажмите «Не сейчас», если другого нет.
