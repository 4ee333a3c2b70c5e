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
booking-cancel-question = <b>Cancel this booking?</b>

    { $details }
booking-hide-question = <b>This booking still stands.</b> Deleting the record will cancel it.

    { $details }
booking-canceled = The booking is cancelled. We hope to see you another time!
booking-hidden = The record is deleted.

status-held = waiting for confirmation
status-expired = not confirmed in time
status-booked = booked
status-confirmed = confirmed
status-seated = at the table
status-canceled = cancelled
status-no-show = did not come
status-completed = visit completed
