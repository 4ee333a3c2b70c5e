# Moving a booking

button-move = 🔁 Move

moving = 🔁 <b>Moving your booking:</b> { $booking }
    It stands until you confirm the new one.
booking-line = { $day }, { $time } · { $guests } · { $table }
move-question = <b>Shall I move it?</b>

    It was: { $before }

    { $details }

    { $promise }
move-done = <b>Done, your booking is moved!</b>

    { $details }

    We are expecting you: { $address }. If plans change, it is in “My bookings”.
move-unchanged = <b>Nothing has changed:</b> it is the same time and the same table.

    { $details }

    The booking stands. We are expecting you: { $address }.
move-given-up = All right, nothing is moved: the booking stays as it was.

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
