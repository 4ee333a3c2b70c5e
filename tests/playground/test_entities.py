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
        ("<b>a</b><strong>b</strong>", "ab", [("bold", "a"), ("bold", "b")]),
        ("<i>a</i><em>b</em>", "ab", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", "a"), ("underline", "b")]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [("strikethrough", "a"), ("strikethrough", "b"), ("strikethrough", "c")],
        ),
        ("<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>", "ab", [("spoiler", "a"), ("spoiler", "b")]),
        ("<B>жи<i>р</i>ный</B>", "жирный", [("bold", "жирный"), ("italic", "р")]),
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
        ("<pre><code>x</code></pre>"[0:5] + "x</pre>", {}),
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
        ("<b ", "Unclosed start tag at byte offset 0"),
        ("<a href", "Unclosed start tag at byte offset 0"),
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
        ("*жи_р_ный*", "жирный", [("bold", "жирный"), ("italic", "р")]),
        ("__a _b_ c__", "a b c", [("underline", "a b c"), ("italic", "b")]),
        ("`a.b` ```x```", "a.b x", [("code", "a.b"), ("pre", "x")]),
        ("```\r\nx```", "x", [("pre", "x")]),
        ("**", "", []),
        (">цитата\n>дальше\nконец", "цитата\nдальше\nконец", [("blockquote", "цитата\nдальше\n")]),
        ("до\n>после", "до\nпосле", [("blockquote", "после")]),
        (">a\n", "a", [("blockquote", "a")]),
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
        ("![x]", "Custom emoji entity must contain a tg://emoji URL"),
        ("![x](y)", "Custom emoji URL must have an emoji identifier"),
    ],
)
def test_broken_markdown(text: str, description: str) -> None:
    assert complaint(text, "MarkdownV2") == description


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start payload", [("bot_command", "/start")]),
        ("/start@some_bot", [("bot_command", "/start@some_bot")]),
        ("1/2 a/b", []),
        ("@anna, #стол https://x.org/a?b. a@b.ru", [
            ("mention", "@anna"), ("hashtag", "#стол"), ("url", "https://x.org/a?b"), ("email", "a@b.ru"),
        ]),
        ("👍 /help", [("bot_command", "/help")]),
    ],
)  # fmt: skip
def test_entities_without_markup(text: str, entities: list[Entity]) -> None:
    assert marked(text, "") == (text, entities)


def test_code_and_links_hold_nothing_else() -> None:
    assert marked("<code>/start</code> /help", "HTML")[1] == [("code", "/start"), ("bot_command", "/help")]


def test_given_entities_are_kept_where_there_is_no_markup() -> None:
    bold = {"type": "bold", "offset": 2, "length": 3}
    assert parsed("\n\nабв", "none", [bold]) == ("абв", [{"type": "bold", "offset": 0, "length": 3}])


async def test_a_mention_by_id_knows_the_person_and_only_people_who_exist(api: Api, guest: Person) -> None:
    await guest.send("/start", wait=False)
    text = "<a href='tg://user?id=1002'>он</a> <a href='tg://user?id=77'>никто</a>"
    sent = await api.result("sendMessage", chat_id=guest.id, text=text, parse_mode="HTML")
    [entity] = sent["entities"]
    assert (entity["type"], entity["user"]["first_name"]) == ("text_mention", "Борис")
