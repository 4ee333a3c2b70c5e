"""The benchmark of the playground runs from beginning to end."""

from pathlib import Path

import pytest

from benchmarks.playground import run


@pytest.mark.slow
async def test_every_update_is_counted_and_an_open_page_hears_of_it(tmp_path: Path) -> None:
    (silent, alone), (open_page, watched) = await run(conversations=2, turns=2, rounds=1, home=tmp_path)
    assert (silent, alone.updates, alone.told) == ("no page", 4, 0)
    assert (open_page, watched.updates) == ("open page", 4)
    assert watched.told >= 4 * 2
