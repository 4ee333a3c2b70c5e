"""Markup in, plain text and entities out, with the complaints of the official server."""

from typing import Any

import pytest

from playground.client import Person
from playground.entities import parsed
from playground.errors import ApiError
from tests.playground.bot_side import Api

Entity = tuple[str, str]


def marked(text: str, mode: str) -> tuple[str, list[Entity]]:
    """The plain text, and each entity's type with the text it covers."""
    plain, entities = parsed(text, mode)
    units = plain.encode("utf-16-le")
    return plain, [
        (entity["type"], units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le"))
        for entity in entities
    ]


def extra(text: str, mode: str) -> Any:
    """What the only entity says besides its type and place."""
    _, [entity] = parsed(text, mode)
    return {name: value for name, value in entity.items() if name not in ("type", "offset", "length")}


def complaint(text: str, mode: str) -> str:
    with pytest.raises(ApiError) as refused:
        parsed(text, mode)
    return refused.value.description.removeprefix("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("просто", "просто", []),
        ("<b>a</b><strong>b</strong>", "ab", [("bold", "ab")]),
        ("<i>a</i> <em>b</em>", "a b", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u> <ins>b</ins>", "a b", [("underline", "a"), ("underline", "b")]),
        (
            "<s>a</s> <strike>b</strike> <del>c</del>",
            "a b c",
            [("strikethrough", "a"), ("strikethrough", "b"), ("strikethrough", "c")],
        ),
        ("<tg-spoiler>a</tg-spoiler> <span class='tg-spoiler'>b</span>", "a b", [("spoiler", "a"), ("spoiler", "b")]),
        ("<B>жи<i>р</i>ный</B>", "жирный", [("bold", "жи"), ("bold", "рный"), ("italic", "р")]),
        ("<i><b>вместе</b></i>", "вместе", [("bold", "вместе"), ("italic", "вместе")]),
        ("👍<b>👍</b>", "👍👍", [("bold", "👍")]),
        ("<b></b>пусто", "пусто", []),
        ("<b>a</>b", "ab", [("bold", "a")]),
        ("<code>x</code><pre>y</pre>", "xy", [("code", "x"), ("pre", "y")]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", "a")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
        ("<a>не ссылка</a>", "не ссылка", []),
        ("<a>example.org</a>", "example.org", [("text_link", "example.org")]),
        ("&lt;b&gt; &amp; &quot;&#33;&#x21 &unknown; &", '<b> & "!! &unknown; &', []),
        ("&#0;&#1114111;", "&#0;&#1114111;", []),
        ("\n\n<b> края </b>\n ", " края", [("bold", " края")]),
        ("a<b> </b>", "a", []),
        ("<b>a\rb\tc</b>", "ab c", [("bold", "ab c")]),
        ("<b>a <a href='x.org'>b</a></b>", "a b", [("bold", "a "), ("text_link", "b"), ("bold", "b")]),
        ("<code>a <b>b</b></code>", "a b", [("code", "a b")]),
        ("<blockquote><blockquote>a</blockquote></blockquote>", "a", [("blockquote", "a")]),
    ],
)
def test_html(text: str, plain: str, entities: list[Entity]) -> None:
    assert marked(text, "HTML") == (plain, entities)


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("<a href='https://Example.org'>x</a>", {"url": "https://example.org/"}),
        ('<a href="example.org/A?b=1&amp;c=2" >x</a>', {"url": "http://example.org/A?b=1&c=2"}),
        ("<a href = example.org>x</a>", {"url": "http://example.org/"}),
        ("<a href='tg://resolve?domain=x'>x</a>", {"url": "tg://resolve?domain=x"}),
        ("<a href='tg://user?id=1001'>x</a>", {"user": {"id": 1001}}),
        ("<tg-emoji emoji-id='5368324170671202286'>👍</tg-emoji>", {"custom_emoji_id": "5368324170671202286"}),
        ("<pre><code class='language-python'>x</code></pre>", {"language": "python"}),
        ("<code class='language-python'><pre>x</pre></code>", {"language": "python"}),
        ("<code class='language-python'>x</code>", {}),
        ("<code class='other'>x</code>", {}),
        ("<pre>x</pre>", {}),
        ("<tg-time unix='1700000000' format='tD'>x</tg-time>", {"unix_time": 1700000000, "date_time_format": "Dt"}),
    ],
)
def test_html_with_details(text: str, details: dict[str, Any]) -> None:
    assert extra(text, "HTML") == details


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("я <x>", 'Unsupported start tag "x" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b ", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href= ", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("<a href=x", "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<tg-emoji emoji-id='x'>👍</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xd800;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_broken_html(text: str, description: str) -> None:
    assert complaint(text, "html") == description


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        (r"точка\. \\ \_", r"точка. \ _", []),
        ("*a* _b_ __c__ ~d~ ||e||", "a b c d e",
         [("bold", "a"), ("italic", "b"), ("underline", "c"), ("strikethrough", "d"), ("spoiler", "e")]),
        ("*жи_р_ный*", "жирный", [("bold", "жи"), ("bold", "рный"), ("italic", "р")]),
        ("__a _b_ c__", "a b c", [("underline", "a "), ("underline", "b c"), ("italic", "b")]),
        ("`a.b` ```x```", "a.b x", [("code", "a.b"), ("pre", "x")]),
        ("```\r\nx```", "x", [("pre", "x")]),
        ("**", "", []),
        (">цитата\n>дальше\nконец", "цитата\nдальше\nконец", [("blockquote", "цитата\nдальше\n")]),
        ("до\n>после", "до\nпосле", [("blockquote", "после")]),
        (">a\n", "a", [("blockquote", "a")]),
        (">a\n>b||", "a\nb", [("expandable_blockquote", "a\nb")]),
        (">a||\nb", "a\nb", [("expandable_blockquote", "a\n")]),
        ("**>a\n>b", "a\nb", [("blockquote", "a\nb")]),
        (">a\n**>b", "a\nb", [("blockquote", "a\n"), ("blockquote", "b")]),
        ("[не ссылка]", "не ссылка", []),
        ("[example\\.org]", "example.org", [("text_link", "example.org")]),
        ("[👍](http://x.org/\\))", "👍", [("text_link", "👍")]),
        ("a\\", "a\\", []),
        ("строка\nещё", "строка\nещё", []),
    ],
)  # fmt: skip
def test_markdown(text: str, plain: str, entities: list[Entity]) -> None:
    assert marked(text, "MarkdownV2") == (plain, entities)


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("[x](http://x.org/\\))", {"url": "http://x.org/)"}),
        ("[x](tg://user?id=1001)", {"user": {"id": 1001}}),
        ("![x](tg://time?unix=1700000000&format=R)", {"unix_time": 1700000000, "date_time_format": "r"}),
        ("![👍](tg://emoji?id=5368324170671202286)", {"custom_emoji_id": "5368324170671202286"}),
        ("```python\nx```", {"language": "python"}),
        ("```python```", {}),
    ],
)
def test_markdown_with_details(text: str, details: dict[str, Any]) -> None:
    assert extra(text, "markdownv2") == details


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("__a_b___", "Can't find end of Italic entity at byte offset 7"),
        ("|", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("я *жирный", "Can't find end of Bold entity at byte offset 3"),
        ("```py\nx", "Can't find end of PreCode entity at byte offset 0"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        ("[x](http://", "Can't find end of a URL at byte offset 4"),
        ("![x]", "The entity must contain a tg://emoji or tg://time URL"),
        ("![x](y)", "Invalid tg://emoji or tg://time URL specified"),
    ],
)
def test_broken_markdown(text: str, description: str) -> None:
    assert complaint(text, "MarkdownV2") == description


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("*a* _b_ `c` ```d```", "a b c d", [("bold", "a"), ("italic", "b"), ("code", "c"), ("pre", "d")]),
        (r"\*a\* \[b] 1.5!", "*a* [b] 1.5!", []),
        (r"*a\_* c", "a\\_ c", [("bold", "a\\_")]),
        ("*_a_*", "_a_", [("bold", "_a_")]),
        ("[👍](http://x.org) b", "👍 b", [("text_link", "👍")]),
        ("[example.org] b", "example.org b", [("text_link", "example.org")]),
        ("[a](http://x.org", "a", [("text_link", "a")]),
        ("[он](tg://user?id=1001)", "он", [("text_mention", "он")]),
        ("```py\na```", "a", [("pre", "a")]),
        ("**", "", []),
    ],
)
def test_old_markdown(text: str, plain: str, entities: list[Entity]) -> None:
    assert marked(text, "Markdown") == (plain, entities)


@pytest.mark.parametrize(("text", "place"), [("я_b", 2), ("[a", 0), ("a ```b``", 2)])
def test_broken_old_markdown(text: str, place: int) -> None:
    assert complaint(text, "markdown") == f"Can't find end of the entity starting at byte offset {place}"


async def test_a_mention_by_id_knows_the_person_and_only_people_who_exist(api: Api, guest: Person) -> None:
    await guest.send("/start", wait=False)
    text = "<a href='tg://user?id=1002'>он</a> <a href='tg://user?id=77'>никто</a>"
    sent = await api.result("sendMessage", chat_id=guest.id, text=text, parse_mode="HTML")
    [entity] = sent["entities"]
    assert (entity["type"], entity["user"]["first_name"]) == ("text_mention", "Борис")
