"""`make faults` in little: some of what is done to the deployment while guests book, once each, with short outages."""

import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio

from faults.catalogue import THEMES, faults_of
from faults.play import play
from faults.site import Site, open_site
from servers.guard import Guard

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SEED = 24
PACE = 0.05
OF_EACH_THEME = 2


@pytest.fixture(scope="module")
def folder(guard: Guard) -> Iterator[Path]:
    """One that PostgreSQL's own user may enter."""
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as name:
        guard.remove(Path(name))
        Path(name).chmod(0o755)
        yield Path(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(guard: Guard, folder: Path) -> AsyncIterator[Site]:
    async with open_site(guard, folder, pace=PACE) as site:
        yield site


@pytest.mark.timeout(240)
@pytest.mark.parametrize("theme", [pytest.param(theme, id=theme.__name__.rpartition(".")[2]) for theme in THEMES])
async def test_nothing_is_lost_told_wrongly_or_left_behind(site: Site, theme: ModuleType) -> None:
    known = faults_of(theme)
    sample = random.Random(SEED).sample(known, min(OF_EACH_THEME, len(known)))  # noqa: S311 - the same each time
    outcome = await play(site, sample, seed=SEED, moments=1, guests=5)
    assert outcome.findings == []
    assert outcome.booked
