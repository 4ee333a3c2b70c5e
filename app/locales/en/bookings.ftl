# “My bookings”

button-cancel-booking = 🚫 Cancel booking
button-hide = 🗑 Delete record
button-confirm-cancel = Yes, cancel it
button-confirm-hide = Yes, delete it
button-keep = No, keep it
button-booking = { $mark } { $day }, { $time } · { $guests }

bookings = <b>My bookings</b>
    Press a booking to see the details.
bookings-none = <b>My bookings</b>
    Nothing here yet. Shall we book a table?

booking-card = <b>Your booking</b>

    { $details }

    { $status }
booking-status = { $status }
booking-cancel-question = <b>Cancel this booking?</b>

    { $details }
booking-hide-question = <b>This booking still stands.</b> Deleting the record will cancel it.

    { $details }
booking-canceled = The booking is cancelled. We hope to see you another time!
booking-hidden = The record is deleted.

button-ask-to-cancel = 🙏 Ask to cancel
booking-late = You could move or cancel it yourself until { $until }; now the restaurant decides.
booking-cancel-requested = You have asked the restaurant to cancel. It has not answered yet.
booking-ask-question = <b>Ask the restaurant to cancel?</b>
    You could cancel until { $until }; now the restaurant decides. Until it answers, the booking stands.

    { $details }
button-confirm-ask = Yes, ask
booking-asked = Your request is sent. The answer will come here.
booking-pending = The answer will come by { $until }; until then your seats are held.

status-pending = waiting for the restaurant
status-declined = the restaurant declined
status-held = waiting for confirmation
status-expired = not confirmed in time
status-booked = booked
status-confirmed = confirmed
status-seated = at the table
status-canceled = cancelled
status-no-show = did not come
status-completed = visit completed
