# Waiting for a place to be freed

offer = 🎉 <b>A place is free!</b>

    { $booking }

    It is held for you for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }, until { $until }. Shall I book it?
offer-over = ⌛ <b>Time is up</b>
    This offer is no longer good.

    { $booking }
told-offer-passed = ⌛ <b>Time is up: the place goes to the next in the queue</b>

    { $booking }

    If it is still free, you can book it. Or wait again, and I will tell you when something is free.
button-take-offer = ✅ Book it
button-decline-offer = No, thank you
button-time-left = ⏱ How much time is left?
button-take-offer-late = 🍽 Book it if it is free
button-wait-again = ⏳ Wait again
offer-time-left = The place is held for you for { $minutes ->
        [one] { $minutes } more minute
       *[other] { $minutes } more minutes
    }, until { $until }.
offer-time-over = Time is up. If the place is still free, you can book it.
offer-taken = 🎉 <b>Done, the table is yours!</b>
offer-declined = <b>All right, the place goes to the next in the queue</b>

    { $booking }

    If your plans change, you are welcome to wait again.
offer-lost = <b>Sorry, this place has been taken</b>

    { $booking }

    Wait again, and I will tell you when something is free.
offer-begun = <b>It is too late to book this time: it is about to begin, or has begun</b>

    { $booking }

offer-consent = 🔒 How we keep data has changed. By pressing “Book it” you let us keep your name and bookings.
button-wait = 🔔 Tell me if a place is freed
button-wait-day = The whole day: { $times }
button-wait-morning = Morning: { $times }
button-wait-lunch = Lunch: { $times }
button-wait-afternoon = Afternoon: { $times }
button-wait-evening = Evening: { $times }
button-leave-queue = ✖️ Leave the queue
button-leave-entry = ✖️ Stop waiting: { $day }, { $times }
button-take-entry = ✅ Book { $day }, { $time } — until { $until }

waiting-question = <b>What time would suit you?</b>
    { $day } · { $guests }

    As soon as a place is freed I will send it to you and hold it for a few minutes.
waiting-consent = 🔒 By pressing a time you let us keep your name and your place in the queue.
waiting-unclear = Please choose with a button below what time to wait for.
waiting-joined = <b>You are in the queue</b>

    { $entry }

    As soon as a place is freed I will send it here and hold it for a few minutes; then it goes to the next.
waiting-entry = ⏳ { $day }, { $times } · { $guests }
    { $place }
waiting-between = from { $first } to { $last }
waiting-ahead = { $ahead ->
        [0] You are the first in the queue.
        [one] { $ahead } party is before you.
       *[other] { $ahead } parties are before you.
    }
waiting-offered = The place at { $time } is held for you until { $until }.
waiting-left = You have left the queue.
waiting-list = <b>You wait for a place</b>
    { $entries }
day-waiting = ⏳ Waiting for a place: { $count }

error-place-is-free = No need to wait: there is a place. Please choose a time.
error-too-many-waiting = You are waiting in { $limit ->
        [one] { $limit } queue
       *[other] { $limit } queues
    } already, that is the most one can. You can leave a queue in “My bookings”.
error-waiting-not-found = You are not in this queue.
