"""HTML style: tags in, entities out."""

import re
from dataclasses import dataclass, field

from playground.entities.text import MarkupError, byte_offset, in_order, link_entity, utf16_length
from playground.types import Json

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
TAGS = {*STYLES, "a", "pre", "code", "blockquote", "tg-emoji"}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MARKUP = re.compile(r"[<&]")
HIGHEST_CODE = 0x10FFFF


@dataclass(slots=True)
class OpenTag:
    name: str
    argument: str
    offset: int  # in UTF-16 code units of the plain text
    begin: int  # in the list of plain pieces


@dataclass(slots=True)
class HtmlReader:
    source: str
    place: int = 0
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[OpenTag] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def read(self) -> tuple[str, list[Json]]:
        while self.place < len(self.source):
            match = MARKUP.search(self.source, self.place)
            stop = match.start() if match else len(self.source)
            self._add(self.source[self.place : stop])
            self.place = stop
            if match is None:
                break
            if match[0] == "&":
                self._read_reference()
            elif self.source.startswith("</", stop):
                self._read_end_tag()
            else:
                self._read_start_tag()
        if self.open_tags:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        return "".join(self.pieces), in_order([_without_language(entity) for entity in self.entities])

    def _add(self, plain: str) -> None:
        self.pieces.append(plain)
        self.length += utf16_length(plain)

    def _read_reference(self) -> None:
        text, self.place = decoded(self.source, self.place)
        self._add(text)

    def _read_start_tag(self) -> None:
        start = self.place
        at = f"at byte offset {byte_offset(self.source, start)}"
        head = re.compile(r"<([^\s>]*)(?=[\s>])").match(self.source, start)
        if head is None:
            raise MarkupError(f"Unclosed start tag {at}")
        name = head[1].lower()
        if name not in TAGS:
            raise MarkupError(f'Unsupported start tag "{name}" {at}')
        self.place = head.end()
        attributes = self._read_attributes(name, start)
        argument = _argument(name, attributes)
        if name == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" {at}')
        self.open_tags.append(OpenTag(name, argument, self.length, len(self.pieces)))

    def _read_attributes(self, tag: str, start: int) -> dict[str, str]:
        at = f"at byte offset {byte_offset(self.source, start)}"
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self.source.startswith(">", self.place):
                self.place += 1
                return attributes
            name = re.compile(r"[^\s=>]*").match(self.source, self.place)
            assert name is not None  # noqa: S101 - the expression fits anything
            self.place = name.end()
            self._skip_space()
            if self.place == len(self.source):
                raise MarkupError(f"Unclosed start tag {at}")
            if not name[0]:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" {at}')
            if not self.source.startswith("=", self.place):
                attributes[name[0].lower()] = ""
                continue
            self.place += 1
            self._skip_space()
            if self.place == len(self.source):
                raise MarkupError(f'Unclosed start tag "{tag}" {at}')
            attributes[name[0].lower()] = self._read_value(at)

    def _read_value(self, at: str) -> str:
        quote = self.source[self.place]
        if quote in "\"'":
            end = self.source.find(quote, self.place + 1)
            if end < 0 or end + 1 == len(self.source):
                raise MarkupError(f"Unclosed start tag {at}")
            value = self.source[self.place + 1 : end]
            self.place = end + 1
            return unescaped(value)
        token = re.compile(r"[A-Za-z0-9.-]*").match(self.source, self.place)
        assert token is not None  # noqa: S101 - the expression fits anything
        if token.end() == len(self.source):
            raise MarkupError(f"Unclosed start tag {at}")
        if self.source[token.end()] not in "> \t\r\n":
            raise MarkupError(f"Unexpected end of name token at byte offset {byte_offset(self.source, self.place)}")
        self.place = token.end()
        return token[0].lower()

    def _skip_space(self) -> None:
        while self.place < len(self.source) and self.source[self.place].isspace():
            self.place += 1

    def _read_end_tag(self) -> None:
        at = f"at byte offset {byte_offset(self.source, self.place)}"
        if not self.open_tags:
            raise MarkupError(f"Unexpected end tag {at}")
        tail = re.compile(r"</([^\s>]*)\s*>").match(self.source, self.place)
        if tail is None:
            raise MarkupError(f"Unclosed end tag {at}")
        tag = self.open_tags.pop()
        name = tail[1].lower()
        if name and name != tag.name:
            raise MarkupError(f'Unmatched end tag {at}, expected "</{tag.name}>", found "</{name}>"')
        self.place = tail.end()
        if self.length > tag.offset:
            self._close(tag)

    def _close(self, tag: OpenTag) -> None:
        span = {"offset": tag.offset, "length": self.length - tag.offset}
        last = self.entities[-1] if self.entities else None
        same_place = last is not None and last["offset"] == span["offset"] and last["length"] == span["length"]
        if tag.name == "a":
            if link := link_entity(tag.argument or "".join(self.pieces[tag.begin :])):
                self.entities.append({**link, **span})
        elif tag.name == "tg-emoji":
            if not tag.argument.isdecimal():
                raise MarkupError("Invalid custom emoji identifier specified")
            self.entities.append({"type": "custom_emoji", "custom_emoji_id": tag.argument, **span})
        elif tag.name == "blockquote":
            self.entities.append({"type": tag.argument, **span})
        elif tag.name == "pre" and last and same_place and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
        elif tag.name == "code" and last and same_place and last["type"] == "pre" and tag.argument:
            last["language"] = tag.argument
        else:
            language = {"language": tag.argument} if tag.name == "code" and tag.argument else {}
            self.entities.append({"type": STYLES.get(tag.name, tag.name), **span, **language})


def _argument(tag: str, attributes: dict[str, str]) -> str:
    if tag == "blockquote":
        return "expandable_blockquote" if "expandable" in attributes else "blockquote"
    if tag == "code":
        return (
            attributes.get("class", "").removeprefix("language-") if "language-" in attributes.get("class", "") else ""
        )
    if tag == "span":
        return attributes.get("class", "").removeprefix("tg-")
    return attributes.get({"a": "href", "tg-emoji": "emoji-id"}.get(tag, ""), "")


def _without_language(entity: Json) -> Json:
    """Only a block of code has a language, a piece of code in a line has none."""
    return {key: value for key, value in entity.items() if key != "language" or entity["type"] == "pre"}


def decoded(source: str, place: int) -> tuple[str, int]:
    """The character that is written as a reference at `place`, and where the text goes on; else the ampersand."""
    match = REFERENCE.match(source, place)
    if match is None:
        return "&", place + 1
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED[name], match.end()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < HIGHEST_CODE:
        return "&", place + 1
    return chr(code), match.end()


def unescaped(value: str) -> str:
    pieces, place = [], 0
    while (found := value.find("&", place)) >= 0:
        pieces.append(value[place:found])
        text, place = decoded(value, found)
        pieces.append(text)
    return "".join([*pieces, value[place:]])


def parse_html(text: str) -> tuple[str, list[Json]]:
    plain, entities = HtmlReader(text).read()
    if any("\ud800" <= char <= "\udfff" for char in plain):
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return plain, entities
