"""Russian and English say the same, of the same things, and nothing that nobody asks for."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, VariableReference
from fluent.syntax.visitor import Visitor

from app.domain.booking import BookingStatus
from app.domain.errors import DomainError
from app.domain.people import Language
from app.texts import LOCALES, Html, TextMissing, Texts, name_of

APP = LOCALES.parent
SATURDAY = date(2026, 11, 21)


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - the parser's name
        self.names.add(node.id.name)


def variables_of(message: Message) -> set[str]:
    visitor = _Variables()
    visitor.visit(message)
    return visitor.names


def messages(language: Language) -> dict[str, Message]:
    parsed = [FluentParser().parse(file.read_text()) for file in sorted((LOCALES / language).glob("*.ftl"))]
    return {entry.id.name: entry for resource in parsed for entry in resource.body if isinstance(entry, Message)}


def constants() -> Iterator[str]:
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def said() -> Iterator[str]:
    """The keys that are asked for in so many words."""
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                first = node.args[0]
                if name in {"say", "html", "Say"} and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def test_both_languages_have_the_same_messages_with_the_same_variables() -> None:
    russian, english = messages(Language.RU), messages(Language.EN)
    assert russian.keys() == english.keys()
    for key, message in russian.items():
        assert variables_of(message) == variables_of(english[key]), key


def test_both_languages_have_the_same_files() -> None:
    assert {file.name for file in (LOCALES / "ru").iterdir()} == {file.name for file in (LOCALES / "en").iterdir()}


def test_nothing_is_translated_in_vain_and_nothing_is_missing() -> None:
    keys = messages(Language.RU).keys()
    assert not keys - set(constants()), "no code says these"
    assert not set(said()) - keys, "code says these, and there is no text"


def test_every_refusal_has_a_text() -> None:
    keys = messages(Language.RU).keys()
    for refusal in DomainError.__subclasses__():
        assert refusal.text_key in keys, refusal


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("number", [1, 2, 5, 21])
def test_every_message_can_be_said(texts: Texts, language: Language, number: int) -> None:
    for key, message in messages(language).items():
        text = texts.say(language, key, **dict.fromkeys(variables_of(message), number))
        assert text.strip() == text
        assert "{" not in text


@pytest.mark.parametrize(
    ("language", "party", "words"),
    [
        *((Language.RU, 1, "1 гость"), (Language.RU, 3, "3 гостя"), (Language.RU, 11, "11 гостей")),
        *((Language.RU, 22, "22 гостя"), (Language.EN, 1, "1 guest"), (Language.EN, 2, "2 guests")),
    ],
)
def test_plurals_are_right(texts: Texts, language: Language, party: int, words: str) -> None:
    assert texts.say(language, "guests", party=party) == words


def test_dates_and_times_are_said_as_people_say_them(texts: Texts) -> None:
    evening = datetime(2026, 11, 21, 18, tzinfo=UTC)
    assert texts.day(Language.RU, SATURDAY) == "Суббота, 21 ноября"
    assert texts.day(Language.EN, SATURDAY) == "Saturday, 21 November"
    assert texts.time(Language.RU, evening) == "18:00"
    assert texts.span(Language.RU, evening, evening.replace(hour=20)) == "18:00 – 20:00"
    assert texts.moment(Language.RU, evening) == "21 ноября, 18:00"
    russian = texts.in_language(Language.RU)
    assert russian.month(SATURDAY) == "Ноябрь 2026"
    assert [russian.weekday(date(2026, 11, day)) for day in (2, 8)] == ["Пн", "Вс"]


def test_what_people_write_is_shown_and_never_read_as_html(texts: Texts) -> None:
    assert "&lt;b&gt; &amp;" in texts.html(Language.RU, "table-line", number="1", seats=2, description="<b> &")
    assert "<i>" in texts.html(Language.RU, "table-line", number="1", seats=2, description=Html("<i>х</i>"))


def test_a_right_to_left_name_turns_nothing_else_around() -> None:
    assert name_of("Анна <Ли>") == "Анна <Ли>"
    assert name_of("משה") == "\u2068משה\u2069"
    assert name_of("Evil\u202e\u2069 name") == "\u2068Evil\u202e name\u2069"


def test_a_text_that_is_missing_or_lacks_something_is_a_mistake(texts: Texts) -> None:
    with pytest.raises(TextMissing, match="no message nonsense"):
        texts.say(Language.RU, "nonsense")
    with pytest.raises(TextMissing, match="guests"):
        texts.say(Language.RU, "guests")


def test_a_mistake_in_a_file_is_named(tmp_path: Path) -> None:
    for language in Language:
        (tmp_path / language).mkdir()
    (tmp_path / "ru" / "menu.ftl").write_text("broken = { $\n")
    with pytest.raises(TextMissing, match="ru"):
        Texts.load(tmp_path)


def test_every_status_has_a_word(texts: Texts) -> None:
    words = {texts.say(Language.RU, f"status-{status.value.replace('_', '-')}") for status in BookingStatus}
    assert len(words) == len(BookingStatus)
