"""Entities that nobody marked, and those that a bot gives beside its text."""

from time import perf_counter
from typing import Any

import pytest

from playground.entities import parsed
from playground.errors import ApiError

Entity = tuple[str, str]


def seen(text: str, given: list[Any] | None = None) -> list[Entity]:
    plain, entities = parsed(text, "", given)
    units = plain.encode("utf-16-le")
    return [
        (entity["type"], units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le"))
        for entity in entities
    ]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start payload", [("bot_command", "/start")]),
        ("/start@some_bot", [("bot_command", "/start@some_bot")]),
        ("/start@ab /start@ 1/2 a/b //x <b>x</b>", []),
        ("👍 /help", [("bot_command", "/help")]),
        ("@anna, @gif", [("mention", "@anna"), ("mention", "@gif")]),
        ("@abc no@mention", []),
        ("#стол #1 #1a #a#b #tag@some_chat", [("hashtag", "#стол"), ("hashtag", "#1a"), ("hashtag", "#tag@some_chat")]),
        ("$USD $usd $1INCH", [("cashtag", "$USD"), ("cashtag", "$1INCH")]),
        ("a@b.ru, mailto:c@d.org", [("email", "a@b.ru"), ("email", "c@d.org")]),
        ("last+tag@mail.example.com", [("email", "last+tag@mail.example.com")]),
        ("https://x.org/a?b. x.org/(a) (x.org/a)", [("url", "https://x.org/a?b"), ("url", "x.org/(a)"),
                                                   ("url", "x.org/a")]),
        ("example.org:8000, пример.рф", [("url", "example.org:8000"), ("url", "пример.рф")]),
        ("http://user:secret@x.org/", [("url", "http://user:secret@x.org/")]),
        ("127.0.0.1:80 http://1.2.3.4/ 1.2.3.256 12.05.2026", [("url", "127.0.0.1:80"), ("url", "http://1.2.3.4/")]),
        ("notes.txt конец.Ru конец.RU x.org... localhost:80 http://localhost", [("url", "конец.RU"), ("url", "x.org")]),
        ("http://x.unknown x.unknown smb://x.org a_b.c_d.org", [("url", "http://x.unknown")]),
        ("tg://resolve?domain=x, tg://?", [("url", "tg://resolve?domain=x")]),
        ("+7 (912) 345-67-89, +1-212-555-0123", [("phone_number", "+7 (912) 345-67-89"),
                                                 ("phone_number", "+1-212-555-0123")]),
        ("1+1 +5 a+79123456789", []),
    ],
)  # fmt: skip
def test_what_is_found_in_a_plain_text(text: str, entities: list[Entity]) -> None:
    assert seen(text) == entities


def test_code_and_links_hold_nothing_else() -> None:
    plain, entities = parsed("<code>/start</code> <a href='x.org'>@anna</a> <b>a /help</b>", "HTML")
    kinds = [(entity["type"], plain[entity["offset"] :][: entity["length"]]) for entity in entities]
    assert kinds == [("code", "/start"), ("text_link", "@anna"), ("bold", "a "), ("bot_command", "/help"),
                     ("bold", "/help")]  # fmt: skip


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("text", "given", "entities"),
    [
        ("\n\nабв", [bold(2, 3)], [("bold", "абв")]),
        ("абв  ", [bold(0, 5)], [("bold", "абв")]),
        ("абв", [bold(0, 0)], []),
        ("/start", [{"type": "mention", "offset": 0, "length": 6}], [("bot_command", "/start")]),
        ("абв", [bold(0, 2), bold(1, 2)], [("bold", "абв")]),
        ("👍б", [bold(0, 2)], [("bold", "👍")]),
        ("абв", [{"type": "pre", "offset": 0, "length": 2}, {"type": "code", "offset": 1, "length": 2}],
         [("pre", "аб")]),
        ("абв", [{"type": "blockquote", "offset": 0, "length": 2}, {"type": "code", "offset": 1, "length": 2}],
         [("blockquote", "аб")]),
        ("аб", [{"type": "text_link", "offset": 0, "length": 1, "url": "tg://user?id=5"}], [("text_mention", "а")]),
        ("аб", [{"type": "pre", "offset": 0, "length": 1, "language": "py"},
                {"type": "custom_emoji", "offset": 1, "length": 1, "custom_emoji_id": "5"}],
         [("pre", "а"), ("custom_emoji", "б")]),
    ],
)  # fmt: skip
def test_given_entities_are_cut_to_fit(text: str, given: list[Any], entities: list[Entity]) -> None:
    assert seen(text, given) == entities


@pytest.mark.parametrize(
    ("text", "entity", "complaint"),
    [
        ("абв", 5, "can't parse MessageEntity: expected an Object"),
        ("абв", {"type": "bold"}, 'can\'t parse MessageEntity: Can\'t find field "offset"'),
        ("абв", {"offset": "x", "length": 1}, 'can\'t parse MessageEntity: Field "offset" must be a valid Number'),
        ("абв", {"offset": [], "length": 1}, 'can\'t parse MessageEntity: Field "offset" must be a Number'),
        ("абв", {"offset": 0, "length": 1, "type": ""}, "can't parse MessageEntity: Type is not specified"),
        ("абв", {"offset": 0, "length": 1, "type": "loud"}, "can't parse MessageEntity: Unsupported type specified"),
        ("абв", {"offset": 0, "length": 1, "type": "text_link", "url": "http://localhost"},
         "entity URL 'http://localhost' is invalid: Wrong HTTP URL"),
        ("абв", {"offset": 0, "length": 1, "type": "custom_emoji", "custom_emoji_id": 0},
         "invalid custom emoji identifier specified"),
        ("абв", {"offset": 0, "length": 1, "type": "date_time", "unix_time": 1, "date_time_format": "?"},
         "can't parse MessageEntity: Invalid date-time format specified"),
        ("абв", {"offset": 0, "length": 1, "type": "date_time", "unix_time": 0}, "invalid date specified"),
        ("абв", bold(-1, 2), "receive an entity with incorrect offset -1"),
        ("абв", bold(1, 3), "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 4"),
        ("абв", bold(4, 1), "entity begins after the end of the text at UTF-16 offset 4"),
        ("👍б", bold(1, 2), "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        ("б👍", bold(0, 2),
         "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 6"),
    ],
)  # fmt: skip
def test_given_entities_that_cannot_be_are_refused(text: str, entity: Any, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        parsed(text, "", [entity])
    assert refused.value.description == f"Bad Request: {complaint}"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("Example.ORG", "http://example.org/"),
        ("https://Example.org:0443?q=ы #я", "https://example.org:443/?q=ы%20#я"),
        ("http://user:x@example.org/a b", "http://user:x@example.org/a%20b"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("tg:resolve?domain=x", "tg://resolve?domain=x"),
        ("TON://transfer/x", "ton://transfer/x"),
        ("tonsite://a.ton", "tonsite://a.ton/"),
    ],
)
def test_an_address_is_kept_as_the_official_server_writes_it(url: str, kept: str) -> None:
    _, [entity] = parsed("x", "", [{"type": "text_link", "offset": 0, "length": 1, "url": url}])
    assert entity["url"] == kept


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("ftp://example.org", "Unsupported URL protocol"),
        ("http://example.org:99999", "Wrong port number specified in the URL"),
        ("http://[::x]", "Wrong IPv6 address specified in the URL"),
        ("http://", "URL host is empty"),
        ("http://.", "Host is invalid"),
        ("http://a b.org", "Disallowed character in URL host"),
        ("http://a%b.org", "Wrong percent-encoded symbol in URL host"),
        ("http://a b@b.org", "Disallowed character in URL userinfo"),
        ("tg://user@x", "Wrong tg URL"),
        ("ton:http://x", "Wrong ton URL"),
        ("tg://a.b", "Unallowed characters in URL host"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, wrong: str) -> None:
    with pytest.raises(ApiError) as refused:
        parsed("x", "", [{"type": "text_link", "offset": 0, "length": 1, "url": url}])
    assert refused.value.description == f"Bad Request: entity URL '{url}' is invalid: {wrong}"


def test_a_line_of_dots_holds_up_nobody() -> None:
    begun = perf_counter()
    assert seen("." * 32_000 + " example.org") == [("url", "example.org")]
    assert perf_counter() - begun < 1
