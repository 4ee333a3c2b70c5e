# Reminders before a visit, and the guest's answers to them

reminder = 🔔 <b>{ $days ->
        [0] We are expecting you today
        [1] We are expecting you tomorrow
       *[other] We are expecting you soon
    } at { $time }</b>

    { $visit }
    📍 { $address }

    { $state }
reminder-question = Are you coming?
reminder-confirmed = ✅ You are coming. Thank you for telling us!
reminder-late = ⏱ You told us that you will be { $minutes } minutes late. Your table waits until { $until }.

button-come = ✅ I’ll be there
button-late = ⏱ Running late
button-cancel-visit = 🚫 Cancel
button-no-reminders = 🔕 No reminders
button-reminders = 🔔 Remind me again

reminders-off = All right, no more reminders of your bookings.
reminders-on = All right, you will be reminded of your bookings.

visit-late-question = <b>How late will you be?</b>
    We will tell the restaurant, and your table will wait.

    { $details }
visit-late-told = ⏱ The restaurant knows that you will be { $minutes } minutes late. Your table waits until { $until }.
visit-on-time-told = 👍 The restaurant knows that you will be on time.
visit-late = ⏱ { $minutes } minutes late, the table waits until { $until }
button-late-minutes = { $minutes } minutes
button-on-time = 👍 On time after all

admin-grace = ⌛ The table waits until { $until }
day-booking-late = { $time } ⏱+{ $minutes }

notice-guest-late = { $minutes ->
        [0] 👍 <b>The guest will be on time after all</b>
       *[other] ⏱ <b>The guest will be { $minutes } minutes late</b>
    }

    { $booking }

    The table waits until { $until }.

error-grace-over = The table waits no longer: the visit began a while ago. Please call us and we will find a way: { $phone }
error-too-early-to-be-late = Your visit is still far away. If you run late, tell us on the day of the visit.
error-booking-moved-since = The booking has been moved since then. Please look at “My bookings”.
