# «Как в прошлый раз»

button-repeat = 🔁 Как в прошлый раз
button-place = { $time } · { $tables }
button-other-place = { $day } · { $time } · { $tables }

repeat-question = <b>Как в прошлый раз</b>
    { $guests } · { $tables } · { $time }

    Нажмите на день, и стол ваш.
repeat-asks-first = <b>Как в прошлый раз</b>
    { $guests } · { $tables } · { $time }

    Нажмите на день, и я передам запрос ресторану.
repeat-legend = ✖ — на это время стол занят; нажмите, и я подскажу, что есть рядом.
repeat-taken = <b>{ $day }</b>
    { $guests } · { $tables } · { $time } — в этот день не получится.

    Вот что ближе всего:
repeat-nothing = <b>{ $day }</b>
    { $guests } · { $tables } · { $time } — в этот день не получится, и поблизости тоже всё занято. Попробуйте другой день.
repeat-tables-gone = { $tables } — так мы больше не сажаем. Подберу другой столик: выберите день.

error-nothing-to-repeat = Повторить можно визит, который состоялся.
