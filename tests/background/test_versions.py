"""Messages are read by other versions than the one that wrote them."""

import json
from typing import Any

import pytest

from app.background.inbox import read_message
from app.domain.events import ADMIN_MSG, NOTI_USER, USER_MSG

MOMENT = "2026-11-27T15:00:00Z"
BOOKING = {
    "booking_id": 1,
    "venue_id": 1,
    "user_id": 1,
    "tables": [1],
    "party_size": 2,
    "service_date": "2026-11-27",
    "starts_at": MOMENT,
    "ends_at": "2026-11-27T17:00:00Z",
}
GUEST = {"channel": "telegram", "external_id": 1001}


def event(kind: str) -> dict[str, Any]:
    return {"message_id": "1", "kind": kind, "occurred_at": MOMENT, "booking": BOOKING}


NOTICE = {"message_id": "1", "kind": "admin_notice", "recipient": GUEST, "event": event("booking_canceled")}
FOLLOW_UP = {"message_id": "1", "kind": "follow_up", "recipient": GUEST, "booking_id": 1, "number": 0}
MOVED = {**event("booking_moved"), "before": BOOKING}
AS_WRITTEN_BY_0_1 = [
    *((ADMIN_MSG, event(kind)) for kind in ("booking_created", "booking_canceled", "booking_hidden", "review_left")),
    (ADMIN_MSG, {"message_id": "1", "kind": "admin_text", "text": "Кухня закрыта"}),
    *(
        (ADMIN_MSG, {"message_id": "1", "kind": f"service_{what}", "occurred_at": MOMENT})
        for what in ("started", "stopped")
    ),
    (ADMIN_MSG, {**event("wishes_changed"), "changed": ["allergies"]}),
    *((NOTI_USER, event(kind)) for kind in ("booking_created", "booking_canceled", "booking_completed")),
    (NOTI_USER, {**event("offer_passed"), "waiting_id": 1, "silent": True}),
    (USER_MSG, NOTICE),
    *((queue, MOVED) for queue in (ADMIN_MSG, NOTI_USER)),
    (USER_MSG, {**NOTICE, "event": MOVED}),
    (USER_MSG, {"message_id": "1", "kind": "waiting_offer", "recipient": GUEST, "booking_id": 1, "waiting_id": 1}),
    (USER_MSG, {**FOLLOW_UP, "text": "Спасибо", "planned_at": MOMENT}),
]
LATE = {**event("guest_late"), "minutes": 20, "until": MOMENT}
AS_WRITTEN_BY_0_2 = [
    (ADMIN_MSG, LATE),
    (USER_MSG, {**NOTICE, "event": LATE}),
    (
        USER_MSG,
        {
            "message_id": "1",
            "kind": "reminder",
            "recipient": GUEST,
            "booking_id": 1,
            "sequence": 0,
            "which": "day_before",
            "starts_at": MOMENT,
            "planned_at": MOMENT,
        },
    ),
]


def with_more(value: Any) -> Any:
    """The same with a field that only a later version knows, at every place."""
    if isinstance(value, dict):
        return {**{name: with_more(field) for name, field in value.items()}, "of_a_later_version": True}
    return value


@pytest.mark.parametrize(
    ("queue", "written"),
    AS_WRITTEN_BY_0_1 + AS_WRITTEN_BY_0_2,
    ids=lambda value: value if isinstance(value, str) else value["kind"],
)
def test_a_message_of_an_earlier_and_of_a_later_version_says_the_same(queue: str, written: dict[str, Any]) -> None:
    message = read_message(queue, json.dumps(written).encode())
    assert json.loads(message.model_dump_json(exclude_unset=True)) == written
    assert read_message(queue, json.dumps(with_more(written)).encode()) == message
