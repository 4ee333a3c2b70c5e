# Main menu and commands

button-book = 🍽 Book a table
button-bookings = 📖 My bookings
button-about = ℹ️ About us
button-admin = 🔑 Admin panel
button-home = 🏠 Main menu
button-back = ↩️ Back
button-private = ✉️ Message me
button-previous-page = ◀️ { $number } of { $total }
button-next-page = { $number } of { $total } ▶️

command-start = Main menu
command-help = What I can do
command-cancel = Stop booking
command-language = Language · Язык

menu = <b>{ $venue }</b>
    How can I help?
menu-greeting = { $greeting }

    Where shall we start?

help = <b>What I can do</b>

    🍽 Book a table: guests, table, day, time — done in under a minute.
    📖 Show your bookings, move or cancel one if your plans change.
    ℹ️ Tell you about the restaurant: address and phone.

    /start — main menu
    /cancel — stop booking
    /privacy — your data
    /language — language

about = <b>{ $venue }</b>

    { $about }

    📍 { $address }
    📞 { $phone }

language-question = Which language do you prefer?
language-chosen = Done, we speak English now.

cancel-done = Booking stopped, the table is free again.
cancel-nothing = There is nothing to stop: you are not booking anything.

finish-first = Finish what you have begun first, or stop it: /cancel. This button will wait.
unexpected-idle = Nothing is being booked right now. Choose what to do:
outdated = This window is already closed. Here is the main menu.
outdated-elsewhere = This window is already closed. Main menu: /start
private-only = Hello! I book tables in private messages: write to me there.
follow-ups-stopped = All right, no more messages after your visits. Notices about your bookings are not affected.
