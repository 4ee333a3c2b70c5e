"""The page «Use it for your own bot»: what it says to copy works as it stands."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
FILE = re.compile(r"`(\w+\.py)`[^\n]*\n\n```python\n(.*?)```", re.DOTALL)
PAGE = (DOCS / "use-it-for-your-own-bot.md").read_text("utf-8")
RUSSIAN = (DOCS / "use-it-for-your-own-bot.ru.md").read_text("utf-8")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory with the page's files in it."""
    for name, content in FILE.findall(PAGE):
        (tmp_path / name).write_text(content, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name.removesuffix(".py"), raising=False)  # tests/bot may be there as `bot`
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name, _ in FILE.findall(PAGE):
        sys.modules.pop(name.removesuffix(".py"), None)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, _ in FILE.findall(PAGE) if name.startswith("test_")])
async def test_a_test_copied_from_the_page_passes(copied: Path, name: str) -> None:
    module = _loaded(copied / name)
    [test] = [value for word, value in vars(module).items() if word.startswith("test_")]
    await test()


def test_there_is_a_test_for_each_way() -> None:
    assert {name for name, _ in FILE.findall(PAGE)} == {
        "bot.py", "test_bot.py", "test_webhook.py", "ptb_bot.py", "test_ptb_bot.py",
    }  # fmt: skip


def test_both_languages_show_the_same_code() -> None:
    assert FENCE.findall(RUSSIAN) == FENCE.findall(PAGE)


def _loaded(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
