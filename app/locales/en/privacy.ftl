# Personal data: consent, “My data”, “Forget me”

button-privacy = 🔒 How we keep your data
confirmation-consent = 🔒 By pressing “All correct” you let us keep your name and your bookings.
privacy-unclear = All read? Press “Back” to return to your booking.

privacy-own = <b>How we keep your data</b>

    { $text }
privacy-standard = <b>How we keep your data</b>

    <b>What.</b> Your name, username and number from Telegram, your language, your bookings, waiting list entries and reviews. Your phone and wishes only if you have left them.

    <b>What for.</b> To keep a table for you, to know you at the door, and to write to you about your booking. After a visit we send a few messages, which you can switch off. The staff of { $venue } see your data; Telegram delivers the messages.

    <b>How long.</b> { $wishes } { $kept }

    <b>What you can do.</b> In “My data” you get a file with all that we know of you, or press “Forget me”.

    <b>Questions?</b> Call us: { $phone }.
privacy-kept = We keep the rest for { $time } after your last visit and then forget it by ourselves.
privacy-kept-for-good = We keep the rest until you ask us to forget it.
privacy-wishes = We keep wishes for { $time } after the visit.
privacy-wishes-for-good = We keep wishes as long as the booking.
privacy-version = Version { $version } of { $date }
days = { $count ->
    [one] { $count } day
   *[other] { $count } days
    }
years = { $count ->
    [one] { $count } year
   *[other] { $count } years
    }
