"""`python -m app.personal_data copy|forget NUMBER`: a guest's request, answered by hand.

NUMBER is the guest's in the messenger. Exit codes: 0 when it is done, 1 when nobody of that number is known or they
cannot be forgotten now, 2 when it cannot be looked.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import timedelta

from app.config import Settings, SettingsError, load_settings
from app.dao.database import Database
from app.domain.clock import SystemClock
from app.domain.errors import DomainError, SchemaError, StoreUnavailable
from app.domain.people import Actor, Person
from app.services import Policy, ServicesFactory
from app.services.personal_data import PersonalDataService


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    try:
        return asyncio.run(_run(load_settings(), options))
    except DomainError as refusal:
        print(f"Not now: {refusal} {refusal.params or ''}".rstrip(), file=sys.stderr)
        return 1
    except (SettingsError, SchemaError, StoreUnavailable) as refusal:
        print(refusal, file=sys.stderr)
        return 2


async def _run(settings: Settings, options: Namespace) -> int:
    db = Database(settings.db_url.get_secret_value())
    try:
        await db.ensure_current()
        policy = Policy(
            hold=timedelta(minutes=settings.hold_minutes),
            horizon_days=settings.booking_horizon_days,
            max_live_bookings=settings.max_live_bookings,
        )
        services = ServicesFactory(db, SystemClock(settings.clock_offset_file), policy)()
        owns = frozenset({policy.venue_id}) if options.number in settings.admin_ids else frozenset[int]()
        return await _do(options.what, services.personal_data, Actor(Person(options.number, ""), owns))
    finally:
        await db.close()


async def _do(what: str, personal_data: PersonalDataService, guest: Actor) -> int:
    if what == "forget":
        done = await personal_data.forget(guest)
    else:
        copy = await personal_data.export(guest.person)
        done = copy is not None
        sys.stdout.write((copy or b"").decode())
    if not done:
        print(f"Nobody of number {guest.person.external_id} is known.", file=sys.stderr)
    return 0 if done else 1


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(
        "python -m app.personal_data",
        description="What is kept of a guest. Settings are those of the service, which goes on meanwhile.",
        epilog=__doc__.rpartition("\n\n")[2],
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=("copy", "forget"), help="copy prints it as JSON; forget leaves no name")
    parser.add_argument("number", type=int)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
