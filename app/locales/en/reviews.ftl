# After the visit: stars, and a line

button-stars = { $stars } ⭐
button-stars-chosen = • { $stars } ⭐
button-say-words = ✍️ Add a few words
button-no-words = No comment

review-question = How was it? Give us 1 to 5 stars.
review-best = <b>Thank you! { $stars }</b>
    We are so glad you liked it. See you again!
review-fine = <b>Thank you for the stars! { $stars }</b>
    We are glad you came. Next time we will try for the fifth one.
review-sorry = <b>Thank you for being frank. { $stars }</b>
    We are sorry that it was not as good as you had hoped. If you want to talk about it, call us: { $phone }.
review-words = A few words? Just type them here.
review-words-sorry = What went wrong? Just type it here: it helps us do better.
review-unclear = Type a few words, or press “No comment”.
review-too-long = That is { $length } characters, and there is room for { $limit }. Please make it shorter.
review-written = Thank you, your words are noted.

error-not-to-be-rated = Only a visit that took place can be rated, within { $days ->
    [one] { $days } day
   *[other] { $days } days
    } after it.

notice-review = 😟 <b>A low mark: { $stars }</b>

    { $booking }
notice-review-words = 💬 <b>The guest explains the mark { $stars }</b>
    { $comment }

    { $booking }

admin-review = ⭐ The guest’s mark: { $stars }
admin-review-words = ⭐ The guest’s mark: { $stars }
    💬 { $comment }
marks-none = ⭐ No marks yet
marks-of-guests = ⭐ Marks of the last 30 days: { $recent }
    ⭐ Of all time: { $all }
marks = { NUMBER($average, minimumFractionDigits: 1, maximumFractionDigits: 1) } · { $count ->
    [one] { $count } mark
   *[other] { $count } marks
    }
