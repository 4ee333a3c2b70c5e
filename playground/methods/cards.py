"""Places and contacts in a message."""

from playground.errors import bad_request
from playground.methods.call import Call
from playground.types import Json

PLACE_NAMES = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
HIGHEST_LATITUDE = 90
HIGHEST_LONGITUDE = 180
LEAST_ACCURATE = 1500
SHORTEST_LIVE = 60
LONGEST_LIVE = 86_400
FOR_EVER = 0x7FFFFFFF
LIVE_DETAILS = (("heading", "heading", 360), ("proximity_alert_radius", "proximity alert radius", 100_000))


def location_content(call: Call) -> Json:
    return {"location": _location(call, "Invalid location specified") | _live(call)}


def venue_content(call: Call) -> Json:
    """The place itself stands beside the venue as well, as with the official server."""
    location = _location(call, "Wrong venue location specified")
    venue = {"location": location, "title": call.arguments.text("title"), "address": call.arguments.text("address")}
    names = {name: text for name in PLACE_NAMES if (text := call.arguments.text(name))}
    return {"location": location, "venue": venue | names}


def contact_content(call: Call) -> Json:
    contact = {name: call.arguments.needed_text(name) for name in ("phone_number", "first_name")}
    more = {name: text for name in ("last_name", "vcard") if (text := call.arguments.text(name))}
    return {"contact": contact | more}


def _location(call: Call, complaint: str) -> Json:
    for name in ("latitude", "longitude"):
        if not call.arguments.text(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = call.arguments.decimal("latitude"), call.arguments.decimal("longitude")
    if abs(latitude) > HIGHEST_LATITUDE or abs(longitude) > HIGHEST_LONGITUDE:
        raise bad_request(complaint)
    location: Json = {"latitude": latitude, "longitude": longitude}
    accuracy = call.arguments.decimal("horizontal_accuracy")
    return location | {"horizontal_accuracy": min(accuracy, LEAST_ACCURATE)} if accuracy > 0 else location


def _live(call: Call) -> Json:
    """What a place says that moves for some time."""
    period = call.arguments.number("live_period")
    if period == 0:
        return {}
    if period != FOR_EVER and not SHORTEST_LIVE <= period <= LONGEST_LIVE:
        raise bad_request("Wrong live location period specified")
    live = {"live_period": period}
    for name, spoken, highest in LIVE_DETAILS:
        number = call.arguments.number(name)
        if not 0 <= number <= highest:
            raise bad_request(f"Wrong live location {spoken} specified")
        if number:
            live[name] = number
    return live
