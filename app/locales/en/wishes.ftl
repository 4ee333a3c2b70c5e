# Wishes for a visit and a guest's phone

button-wishes = 📝 Wishes
button-wish-occasion = 🎉 Occasion
button-wish-high-chairs = 👶 High chairs
button-wish-allergies = ⚠️ Allergies
button-wish-comment = 💬 Comment
button-wish-phone = 📞 Phone
button-wish-remove = 🧹 Remove
button-wishes-done = ✅ Done
button-chosen = • { $what }
button-send-phone = 📞 Send my number
button-not-now = Not now
button-other-phone = 📞 Send another one

wishes-question = <b>Wishes for your visit</b>
    { $when } · { $guests }

    { $wishes }
wishes-none = An occasion, allergies, a high chair? Tell us, and we will be prepared.
wishes-unclear = Choose by a button what to tell us about, or press “Done”.
wishes-kept = Noted. The restaurant will see your wishes.
wishes-same = Fine, we leave it like this.
cancel-wishes = Fine, that is it. The restaurant will see what you have noted so far.

occasion-question = <b>What is the occasion?</b>
occasion-birthday = birthday
occasion-anniversary = anniversary
occasion-date = date
occasion-business = business meeting
occasion-children = children’s party
occasion-other = another occasion
occasion-unclear = Choose the occasion by a button; details can go into the comment.

high-chairs-question = <b>How many high chairs?</b>
high-chairs-unclear = Choose the number by a button.

allergies-question = <b>What must not be on the plate?</b>
    Write it in one message, for example: “nuts and seafood”.
allergies-unclear = Allergies in words, please: one text message.
comment-question = <b>What else should we know?</b>
    Write it in one message, for example: “a quiet table, we bring a cake”.
comment-unclear = A comment in words, please: one text message.
wish-now = Noted now:
    { $what }

phone-question = <b>Your number:</b> { $phone }
    Only the restaurant sees it, in case it has to call.
phone-unclear = Choose by a button below what to do with the number.
phone-removed = The number is removed.
contact-question = <b>Would you leave a number?</b>
    Press “Send my number” below the input field. Only the restaurant will see it, in case it has to call.
contact-expected = Waiting for the number: press “Send my number” below, or “Not now”.
contact-kept = Thank you, the number is noted.
contact-not-now = Fine, no number.
contact-not-asked = No number is needed now. You can leave it with the wishes for a booking.

wish-occasion = 🎉 Occasion: { $what }
wish-high-chairs = 👶 { $count ->
    [one] { $count } high chair
   *[other] { $count } high chairs
    }
wish-allergies = ⚠️ Allergies: { $what }
wish-comment = 💬 { $what }
guest-phone = 📞 { $phone }

wish-name-occasion = occasion
wish-name-high-chairs = high chairs
wish-name-allergies = allergies
wish-name-comment = comment
wishes-new = New: { $what }.
wishes-gone = No longer needed: { $what }.
notice-wishes-changed = 📝 <b>A guest’s wishes</b>

    { $booking }

    { $changes }

error-visit-over = This visit is over: its wishes can no longer be changed.
error-wish-too-long = Too long: { $limit ->
    [one] { $limit } character fits
   *[other] { $limit } characters fit
    }, and yours has { $length }. Make it shorter, please.
error-wish-unreadable = There is nothing to read in it. Write it in words, please.
error-phone-not-yours = This is somebody else’s contact, I will not note it. Press “Send my number” below, or “Not now”.
error-phone-unclear = Such a number cannot be called. Press “Not now” if there is no other one.
