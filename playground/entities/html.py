"""HTML style: tags in, entities out."""

import re
from dataclasses import dataclass, field

from playground.entities.links import HIGHEST_TIME, TIME_FORMATS, link_entity, time_entity
from playground.entities.text import MarkupError, byte_offset, end_of, in_order, utf16_length
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
CLASSES = {"span": "tg-", "code": "language-"}  # others are as if they were not there
TAGS = {*STYLES, "a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
REFERENCE = re.compile(
    r"&(?:#x([0-9a-fA-F]{1,6})(?![0-9a-fA-F])|#([0-9]{1,7})(?![0-9])|(lt|gt|amp|quot)(?![a-zA-Z]));?"
)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
HIGHEST_CODE = 0x10FFFF
END = "\0"  # stands behind the text, and ends a tag wherever it stands
MARKUP = re.compile(r"[<&]")
SPACE = re.compile(r"[ \t\r\n\v]*")
TAG_NAME = re.compile(r"[^ \t\r\n\0\v>]*")
ATTRIBUTE_NAME = re.compile(r"[^ \t\r\n\0\v=>/\"']*")
NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
SURROGATE = re.compile(r"[\ud800-\udfff]")
EMOJI_ID = re.compile(r"-?[1-9][0-9]{0,18}")


@dataclass(slots=True)
class OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int  # in UTF-16 code units of the plain text
    begin: int  # in the list of plain pieces


@dataclass(slots=True)
class HtmlReader:
    source: str  # with END behind it
    place: int = 0
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[OpenTag] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def read(self) -> tuple[str, list[Json]]:
        size = len(self.source) - 1
        while match := MARKUP.search(self.source, self.place, size):
            self._add(self.source[self.place : match.start()])
            self.place = match.start()
            if match[0] == "&":
                text, self.place = decoded(self.source, self.place)
                self._add(text)
            elif self.source[self.place + 1] == "/":
                self._read_end_tag()
            else:
                self._read_start_tag()
        self._add(self.source[self.place : size])
        if self.open_tags:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        return "".join(self.pieces), in_order([_without_language(entity) for entity in self.entities])

    def _add(self, plain: str) -> None:
        if plain:
            self.pieces.append(plain)
            self.length += utf16_length(plain)

    def _at(self, place: int) -> str:
        return f"at byte offset {byte_offset(self.source, place)}"

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.place)
        assert match is not None  # noqa: S101 - each of the patterns fits nothing as well
        self.place = match.end()
        return match[0]

    def _read_start_tag(self) -> None:
        start = self.place
        self.place += 1
        name = self._take(TAG_NAME).lower()
        if self.source[self.place] == END:
            raise MarkupError(f"Unclosed start tag {self._at(start)}")
        if name not in TAGS:
            raise MarkupError(f'Unsupported start tag "{name}" {self._at(start)}')
        attributes = self._read_attributes(name, start)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" {self._at(start)}')
        self.place += 1
        self.open_tags.append(OpenTag(name, attributes, self.length, len(self.pieces)))

    def _read_attributes(self, tag: str, start: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while self._take(SPACE) or self.source[self.place] != ">":
            if self.source[self.place] == ">":
                break
            name = self._take(ATTRIBUTE_NAME)
            if not name:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" {self._at(start)}')
            self._take(SPACE)
            if has_value := self.source[self.place] == "=":
                self.place += 1
                self._take(SPACE)
            if self.source[self.place] == END:
                raise MarkupError(f'Unclosed start tag "{tag}" {self._at(start)}')
            value = self._read_value(start) if has_value else ""
            if name != "class" or value.startswith(CLASSES.get(tag, "")):
                attributes[name] = value
        return attributes

    def _read_value(self, start: int) -> str:
        begin, quote = self.place, self.source[self.place]
        if quote in "\"'":
            end = self.source.find(quote, begin + 1)
            stop = self.source.index(END, begin)
            self.place = end + 1 if 0 <= end < stop else stop
            value = unescaped(self.source[begin + 1 : end])
        else:
            value = self._take(NAME_TOKEN).lower()
            if self.source[self.place] not in f"> \t\r\n\v{END}":
                raise MarkupError(f"Unexpected end of name token {self._at(begin)}")
        if self.source[self.place] == END:
            raise MarkupError(f"Unclosed start tag {self._at(start)}")
        return value

    def _read_end_tag(self) -> None:
        start = self.place
        if not self.open_tags:
            raise MarkupError(f"Unexpected end tag {self._at(start)}")
        self.place += 2
        name = self._take(TAG_NAME).lower()
        self._take(SPACE)
        if self.source[self.place] != ">":
            raise MarkupError(f"Unclosed end tag {self._at(start)}")
        tag = self.open_tags.pop()
        if name and name != tag.name:
            raise MarkupError(f'Unmatched end tag {self._at(start)}, expected "</{tag.name}>", found "</{name}>"')
        self.place += 1
        if self.length > tag.offset:
            self._close(tag)

    def _close(self, tag: OpenTag) -> None:
        span = {"offset": tag.offset, "length": self.length - tag.offset}
        last = self.entities[-1] if self.entities else None
        inner = last["type"] if last and last["offset"] == tag.offset and end_of(last) == self.length else ""
        language = tag.attributes.get("class", "").removeprefix("language-") if tag.name == "code" else ""
        if last and tag.name == "pre" and inner == "code" and last.get("language"):
            last["type"] = "pre"
        elif last and tag.name == "code" and inner == "pre" and language:
            last["language"] = language
        elif entity := self._entity(tag, language):
            self.entities.append({**entity, **span})

    def _entity(self, tag: OpenTag, language: str) -> Json | None:
        given = tag.attributes
        match tag.name:
            case "a":
                return link_entity(given.get("href") or "".join(self.pieces[tag.begin :]))
            case "tg-emoji":
                if not EMOJI_ID.fullmatch(given.get("emoji-id", "")):
                    raise MarkupError("Invalid custom emoji identifier specified")
                return {"type": "custom_emoji", "custom_emoji_id": given["emoji-id"]}
            case "tg-time":
                if not TIME_FORMATS.fullmatch(given.get("format", "")):
                    raise MarkupError("Invalid date format used")
                written = re.match(r"[0-9]*", given.get("unix", ""))
                unix_time = int(written[0]) if written and written[0] else 0
                return time_entity(unix_time, given.get("format", "")) if unix_time <= HIGHEST_TIME else None
            case "blockquote":
                return {"type": "expandable_blockquote" if "expandable" in given else "blockquote"}
            case "code":
                return {"type": "code", "language": language}
        return {"type": STYLES.get(tag.name, tag.name)}


def _without_language(entity: Json) -> Json:
    """Only a block of code has a language, a piece of code in a line has none."""
    return {name: value for name, value in entity.items() if name != "language" or entity["type"] == "pre"}


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
    plain, entities = HtmlReader(text + END).read()
    if SURROGATE.search(plain):
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return plain, entities
