# “As last time”

button-repeat = 🔁 As last time
button-place = { $time } · { $tables }
button-other-place = { $day } · { $time } · { $tables }

repeat-question = <b>As last time</b>
    { $guests } · { $tables } · { $time }

    Press a day, and the table is yours.
repeat-asks-first = <b>As last time</b>
    { $guests } · { $tables } · { $time }

    Press a day, and I will ask the restaurant.
repeat-legend = ✖ — the table is taken at that time; press it and I will tell you what is near.
repeat-taken = <b>{ $day }</b>
    { $guests } · { $tables } · { $time } — not possible that day.

    This is what comes nearest:
repeat-nothing = <b>{ $day }</b>
    { $guests } · { $tables } · { $time } — not possible that day, and everything near is taken, too. Please try another day.
repeat-tables-gone = { $tables } — we no longer seat guests there. I will find you another table: choose a day.

error-nothing-to-repeat = Only a visit that took place can be had again.
