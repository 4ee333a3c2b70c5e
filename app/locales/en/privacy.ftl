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

button-my-data = 👤 My data
command-privacy = My data
my-data = <b>My data</b>
    This is what we know of you:

    { $lines }
my-data-none = <b>My data</b>
    We do not know anything of you yet.
my-data-name = Name: { $name }
my-data-username = Username: @{ $username }
my-data-phone = Phone: { $phone }
my-data-language = Language: { $language ->
    [en] English
   *[ru] Russian
    }
my-data-counts = Bookings: { $bookings } · waiting list: { $waiting } · reviews: { $reviews }
my-data-consent = Consent: version { $version }, given on { $date }
my-data-no-consent = Consent: not given yet, we will ask with your first booking
button-reminders-on = 🔔 Reminders of bookings: on
button-reminders-off = 🔕 Reminders of bookings: off
button-follow-ups-on = 💌 Messages after a visit: on
button-follow-ups-off = 🔕 Messages after a visit: off
button-copy = 📄 Get it as a file
my-data-copy = Here is all that we know of you. Any text editor opens the file.

button-forget = 🗑 Forget me
button-forget-now = Yes, forget me
button-keep-me = No, leave it as it is
forget-question = <b>Forget you?</b>

    We delete your name, phone, wishes, the words of your reviews and your consent, take you off the waiting list, and send nothing of what was planned. { $coming }
    Figures without a name stay: how many guests, when, and which mark. This cannot be undone.
forget-upcoming = { $upcoming ->
    [one] <b>Your booking to come will be cancelled.</b>
   *[other] <b>Your { $upcoming } bookings to come will be cancelled.</b>
    }
forgotten = <b>Done, we do not remember you</b>
    You can delete the messages of this chat yourself: Telegram keeps them for you. If you come back, we will meet anew.
