"""Whatever is written: an answer or the official refusal, entities within the text, and a way back to markup."""

from typing import Any

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import TextDecoration, html_decoration, markdown_decoration
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.entities import parsed
from playground.entities.text import end_of, utf16_length
from playground.errors import ApiError

PIECES = (
    "a",
    "Ы",
    "👍",
    " ",
    "\n",
    "\r",
    "\t",
    ".",
    "/go",
    "@anna",
    "#tag",
    "x.org",
    "a@b.org",
    "+79123456789",
    "\u200f",
)
MARKS = (
    *"_*[]()~`>#+-=|{}.!\\<&/\"':",
    "__",
    "||",
    "```",
    "![",
    "](",
    "tg://user?id=5",
    "tg://emoji?id=5",
    "**>",
    "\n>",
)
TAGS = (
    "<b>", "</b>", "<i>", "</i>", "<a href='x.org'>", "</a>", "<pre>", "</pre>", "<code class='language-py'>",
    "</code>", "<blockquote expandable>", "</blockquote>", "<tg-emoji emoji-id=5>", "</tg-emoji>",
    "<span class='tg-spoiler'>", "</>", "&lt", "&#128077;", "&#xd83d;", "\0",
)  # fmt: skip
KINDS = ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "text_link", "text_mention")
TEXTS = st.lists(st.sampled_from(PIECES + MARKS + TAGS), max_size=14).map("".join) | st.text(max_size=30)
MODES = st.sampled_from(["", "HTML", "Markdown", "MarkdownV2"])
DETAILS: dict[str, dict[str, Any]] = {
    "text_link": {"url": "https://x.org/?a=b&c"},
    "text_mention": {"user": {"id": 5}},
    "custom_emoji": {"custom_emoji_id": "5"},
}


@settings(max_examples=150, deadline=None)
@given(TEXTS, MODES)
def test_any_text_is_parsed_or_refused(text: str, mode: str) -> None:
    if (answer := outcome(text, mode)) is not None:
        check(*answer)


PLACES = st.tuples(st.integers(-1, 9), st.integers(-1, 9))


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.lists(st.tuples(st.sampled_from([*KINDS, "pre", "blockquote", "custom_emoji"]), PLACES), max_size=5))
def test_any_given_entities_are_cut_to_fit_or_refused(text: str, spans: list[tuple[str, tuple[int, int]]]) -> None:
    if (answer := outcome(text, "", as_given(spans))) is not None:
        check(*answer)
        assert parsed(answer[0], "", answer[1]) == answer


@pytest.mark.parametrize(
    ("mode", "decoration", "kinds"),
    [
        ("HTML", html_decoration, (*KINDS, "blockquote", "expandable_blockquote", "pre", "custom_emoji")),
        ("MarkdownV2", markdown_decoration, KINDS),  # aiogram 3.31 writes quotes, blocks and custom emoji otherwise
    ],
)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_markup_that_aiogram_writes_is_read_as_it_was_meant(
    mode: str, decoration: TextDecoration, kinds: tuple[str, ...], data: st.DataObject
) -> None:
    source = "".join(data.draw(st.lists(st.sampled_from(PIECES + MARKS), min_size=3, max_size=12)))
    spans = data.draw(st.lists(st.tuples(st.sampled_from(kinds), PLACES), max_size=4))
    size = utf16_length(source)
    fitting = [(kind, (place, min(length, size - place))) for kind, (place, length) in spans if 0 <= place < size]
    if (answer := outcome(source, "", as_given([span for span in fitting if span[1][1] > 0]))) is not None:
        plain, entities = answer
        written = decoration.unparse(plain, [MessageEntity.model_validate(with_name(entity)) for entity in entities])
        assert parsed(written, mode) == (plain, entities)


def outcome(text: str, mode: str, entities: list[dict[str, Any]] | None = None) -> tuple[str, list[Any]] | None:
    """None for what is refused as markup or entities that cannot be; anything else is a fault."""
    try:
        return parsed(text, mode, entities)
    except ApiError as refused:
        if not refused.description.startswith(("Bad Request: can't parse entities: ", "Bad Request: entity ",
                                               "Bad Request: receive an entity ")):  # fmt: skip
            raise
        return None


def as_given(spans: list[tuple[str, tuple[int, int]]]) -> list[dict[str, Any]]:
    return [
        {"type": kind, "offset": place, "length": length, **DETAILS.get(kind, {})} for kind, (place, length) in spans
    ]


def with_name(entity: dict[str, Any]) -> dict[str, Any]:
    return {**entity, "user": {**entity["user"], "is_bot": False, "first_name": "Anna"}} if "user" in entity else entity


def check(plain: str, entities: list[dict[str, Any]]) -> None:
    """As a client needs them: within the text, in order, none empty, each wholly within or outside another."""
    assert plain == plain.strip(" ").rstrip("\n") or entities
    size, units = utf16_length(plain), plain.encode("utf-16-le")
    for entity in entities:
        assert 0 <= entity["offset"] < end_of(entity) <= size
        units[entity["offset"] * 2 : end_of(entity) * 2].decode("utf-16-le")
    assert entities == sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    for place, one in enumerate(entities):
        for other in entities[place + 1 :]:
            assert other["offset"] >= end_of(one) or end_of(other) <= end_of(one)
