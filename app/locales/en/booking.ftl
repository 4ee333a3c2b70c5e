# Booking a table

button-more = More
button-any-table = ✨ Any suitable table
button-table = Table { $number } · { $seats ->
    [one] { $seats } seat
   *[other] { $seats } seats
    }
button-other-day = { $day } · { $time }
button-confirm = ✅ All correct
button-cancel = ✖️ Cancel

guests = { $party ->
    [one] { $party } guest
   *[other] { $party } guests
    }
table = Table { $number }
tables = Tables { $numbers }

count-question = <b>How many of you?</b>
    Press a button or type a number.
count-unclear = How many of you? Type a number, for example 2, or press a button.
count-typed = A large party? Type how many you are: there is room for { $largest }.
count-too-small = There has to be at least one guest. How many of you?

table-question = <b>Which table?</b>
    { $guests }
table-line = <b>Table { $number }</b> · { $seats ->
    [one] { $seats } seat
   *[other] { $seats } seats
    } — { $description }
table-unclear = Please choose a table with a button below.

date-question = <b>Which day shall we expect you?</b>
    { $guests } · { $table }
date-legend = ✖ — fully booked; press it and I will suggest the nearest free times.
date-unclear = Please choose a day in the calendar.
table-any = any suitable table
table-chosen = table { $number }

time-wish = <b>{ $day }</b>
    { $guests } · { $table }
time-note = 📌 { $note }
time-question = What time shall we expect you?
time-full = This day is fully booked.
time-closed = We are closed on this day.
day-closed = closed
time-nearest = The nearest free times:
time-nearest-too = Below are times on the days around.
time-nothing = Nothing is free nearby. Please try another day.
time-nothing-any = This table is taken nearby. Try another day or any suitable table.
time-unclear = Please choose a time with a button below.

confirmation-question = <b>Is everything correct?</b>

    { $details }

    { $promise }
confirmation-held = The table is held for you until { $until }.
confirmation-not-held = Time is up and the table is no longer held — but if it is still free, it can be yours.
confirmation-unclear = One step left: press “All correct” — or “Back” to change something.

details = 📅 { $day }
    🕕 { $time }
    👥 { $guests }
    🪑 { $table }

success = <b>Done, the table is yours!</b>

    { $details }

    We are expecting you: { $address }. If plans change, please move or cancel it in “My bookings”.
success-unclear = The table is already booked. Please go on with the buttons below.

table-together = We put tables together for such a party:
combination-line = <b>{ $tables }</b> · { $seats ->
    [one] { $seats } seat
   *[other] { $seats } seats
    }
date-note = 📌 { $day } — { $note }
confirmation-asks-first = The restaurant confirms large parties: I will send its answer here.
success-pending = <b>Your request is sent. Waiting for the restaurant’s word</b>

    { $details }

    Your seats are held for you; the answer will come here by { $until }. If you change your mind, cancel it in “My bookings”.
