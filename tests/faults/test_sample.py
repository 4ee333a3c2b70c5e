"""`make faults` in little: some of what is done to the deployment while guests book, once each, with short outages."""

import random
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio

from faults.catalogue import THEMES, faults_of
from faults.fault import Fault
from faults.play import play
from faults.site import Site, open_site
from servers.guard import Guard

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SEED = 4
PACE = 0.05


@pytest.fixture(scope="module")
def folder(guard: Guard) -> Path:
    return guard.folder("faults")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(guard: Guard, folder: Path) -> AsyncIterator[Site]:
    async with open_site(guard, folder, pace=PACE) as site:
        yield site


def one_of(theme: ModuleType) -> Fault:
    """Whatever other themes there are."""
    return random.Random(f"{SEED} {theme.__name__}").choice(faults_of(theme))  # noqa: S311 - the same each time


@pytest.mark.timeout(400)
async def test_nothing_is_lost_told_wrongly_or_left_behind(site: Site) -> None:
    """One test: another process of pytest would need a deployment of its own."""
    sample = [one_of(theme) for theme in THEMES]
    outcome = await play(site, sample, seed=SEED, moments=1, guests=5)
    assert (outcome.name, outcome.findings) == (outcome.name, [])
    assert outcome.booked
