# The booking's card and the entry in a calendar

button-ticket = 🎟 Card and calendar
button-calendar = 📆 Update my calendar

ticket-caption = 🎟 <b>{ $venue }</b>
    { $day }, { $time }
    Show the code at the door, and they will find you at once.
ticket-calendar = 📆 Open the file to put the booking into your calendar, with a reminder 2 hours before.
ticket-calendar-moved = 📆 Open the file to update the entry in your calendar.
ticket-calendar-canceled = 📆 Open the file to take the entry out of your calendar. If it stays, delete it there.
ticket-sent-already = Sent already: the card is just below 👇
ticket-calendar-sent-already = Sent already: the file is just below 👇

ticket-title = Booking No. { $number }
ticket-guests = Guests
ticket-table = { $count ->
    [one] Table
   *[other] Tables
    }
ticket-address = Address
ticket-scan = Show this code at the door

calendar-summary = Table at { $venue }
calendar-canceled = Cancelled: table at { $venue }
calendar-description = { $day }, { $time }
    { $guests } · { $table }
    The restaurant’s phone: { $phone }
    See, move or cancel the booking: { $link }

link-not-yours = This link opens a booking, but only for the guest who made it and for the restaurant.
