# Moving a booking

error-move-too-late = It is too late to move it alone: the restaurant decides. Please call { $phone }. The booking stands.
error-party-moves-by-phone = The restaurant moves bookings for more than { $largest ->
    [one] { $largest } guest
   *[other] { $largest } guests
    } itself: please call { $phone }.
    Or choose a smaller number.

notice-booking-moved = 🔁 <b>Booking moved</b>

    👤 { $guest }

    It was:
    { $before }

    It is now:
    { $visit }
