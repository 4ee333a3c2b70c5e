# После визита: оценка и пара слов

button-stars = { $stars } ⭐
button-stars-chosen = • { $stars } ⭐
button-say-words = ✍️ Добавить пару слов
button-no-words = Без комментария

review-question = Как вам у нас? Поставьте оценку от 1 до 5.
review-best = <b>Спасибо! { $stars }</b>
    Очень рады, что вам понравилось. До новой встречи!
review-fine = <b>Спасибо за оценку! { $stars }</b>
    Рады, что вы были у нас. В следующий раз постараемся на пятёрку.
review-sorry = <b>Спасибо, что сказали прямо. { $stars }</b>
    Простите, что вам было у нас не так хорошо, как хотелось. Захотите обсудить — позвоните: { $phone }.
review-words = Пара слов? Напишите прямо сюда.
review-words-sorry = Что было не так? Напишите прямо сюда: это поможет нам исправиться.
review-unclear = Напишите пару слов текстом или нажмите «Без комментария».
review-too-long = Здесь { $length } { $length ->
        [one] знак
        [few] знака
       *[many] знаков
    }, а помещается { $limit }. Напишите короче, пожалуйста.
review-written = Спасибо, записал ваши слова.

error-not-to-be-rated = Оценить можно визит, который состоялся, в течение { $days ->
    [one] { $days } дня
   *[other] { $days } дней
    } после него.

notice-review = 😟 <b>Низкая оценка: { $stars }</b>

    { $booking }
notice-review-words = 💬 <b>Гость пояснил оценку { $stars }</b>
    { $comment }

    { $booking }

admin-review = ⭐ Оценка гостя: { $stars }
admin-review-words = ⭐ Оценка гостя: { $stars }
    💬 { $comment }
marks-none = ⭐ Оценок пока нет
marks-of-guests = ⭐ Оценки за 30 дней: { $recent }
    ⭐ За всё время: { $all }
marks = { NUMBER($average, minimumFractionDigits: 1, maximumFractionDigits: 1) } · { $count ->
    [one] { $count } оценка
    [few] { $count } оценки
   *[many] { $count } оценок
    }
