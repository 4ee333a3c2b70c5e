"""MarkdownV2 style: marks in, entities out."""

from dataclasses import dataclass, field

from playground.entities.links import image_entity, link_entity
from playground.entities.text import MarkupError, byte_offset, in_order, utf16_length
from playground.types import Json

RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
IN_CODE = frozenset("`")
CLOSING = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
OPENING = {
    "```": "pre",
    "__": "underline",
    "||": "spoiler",
    "![": "custom_emoji",
    "_": "italic",
    "*": "bold",
    "~": "strikethrough",
    "`": "code",
    "[": "text_link",
}
SPOKEN = {
    "pre": "Pre",
    "underline": "Underline",
    "spoiler": "Spoiler",
    "custom_emoji": "CustomEmoji",
    "italic": "Italic",
    "bold": "Bold",
    "strikethrough": "Strikethrough",
    "code": "Code",
    "text_link": "TextUrl",
    "blockquote": "BlockQuote",
}
LAST_ESCAPABLE = "\x7e"
SPACES = frozenset(" \t\r\n\0\v")


@dataclass(slots=True)
class OpenMark:
    kind: str
    place: int  # in the source
    offset: int  # in UTF-16 code units of the plain text
    begin: int  # in the list of plain pieces
    language: str = ""


@dataclass(slots=True)
class MarkdownReader:
    source: str
    place: int = 0
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[OpenMark] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)
    quoting: bool = False
    fresh_line: bool = True  # nothing but marks since the line began: a quote may start

    def read(self) -> tuple[str, list[Json]]:
        while self.place < len(self.source):
            char = self.source[self.place]
            if self._is_escape():
                self._add(self.source[self.place + 1])
                self.place += 2
            elif char not in self._reserved():
                self._add(char)
                self.place += 1
            elif self._is_end():
                self._close()
            else:
                self._open(char)
        if self.quoting:
            self._close_last_quote()
        if self.marks:
            raise self._endless()
        return "".join(self.pieces), in_order(self.entities)

    def _add(self, plain: str) -> None:
        self.pieces.append(plain)
        self.length += utf16_length(plain)
        if plain != "\r":
            self.fresh_line = plain == "\n"

    def _is_escape(self) -> bool:
        after = self.source[self.place + 1 : self.place + 2]
        return self.source[self.place] == "\\" and bool(after) and "\0" < after <= LAST_ESCAPABLE

    def _reserved(self) -> frozenset[str]:
        return IN_CODE if self.marks and self.marks[-1].kind in ("code", "pre") else RESERVED

    def _is_end(self) -> bool:
        if not self.marks:
            return False
        if self.quoting and self.source[self.place] == "\n" and not self.source.startswith("\n>", self.place):
            return True
        closing = CLOSING.get(self.marks[-1].kind)
        if closing is None or not self.source.startswith(closing, self.place):
            return False
        return closing != "_" or not self.source.startswith("__", self.place)

    def _open(self, char: str) -> None:
        if char == "\n":
            self._add("\n")
            self.place += 1
        elif char == ">" and self.fresh_line:
            if not self.quoting:
                self.quoting = True
                self.marks.append(OpenMark("blockquote", self.place, self.length, len(self.pieces)))
            self.place += 1
        else:
            self._open_mark(char)

    def _open_mark(self, char: str) -> None:
        sign = next((sign for sign in OPENING if self.source.startswith(sign, self.place)), None)
        if sign is None:
            raise MarkupError(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        mark = OpenMark(OPENING[sign], self.place, self.length, len(self.pieces))
        self.marks.append(mark)
        self.place += len(sign)
        if mark.kind == "pre":
            mark.language, self.place = language_of_code(self.source, self.place)

    def _close(self) -> None:
        if self.source[self.place] == "\n":
            self._close_quote()
            return
        mark = self.marks.pop()
        self.place += len(CLOSING[mark.kind])
        entity: Json | None = {"type": mark.kind}
        if mark.kind == "text_link":
            plain = "".join(self.pieces[mark.begin :])
            entity = link_entity(self._read_url() if self.source.startswith("(", self.place) else plain)
        elif mark.kind == "custom_emoji":
            entity = self._read_image()
        elif mark.language:
            entity = {"type": "pre", "language": mark.language}
        self._finish(mark, entity)

    def _close_quote(self) -> None:
        """At the break before a line that is no longer quoted."""
        kind = "blockquote"
        if self._is_lone_spoiler():
            self.marks.pop()
            kind = "expandable_blockquote"
        if self.marks[-1].kind != "blockquote":
            raise self._endless()
        self.quoting = False
        self._add("\n")
        self.place += 1
        self._finish(self.marks.pop(), {"type": kind})

    def _close_last_quote(self) -> None:
        kind = "blockquote"
        if self.marks[-1].kind == "spoiler" and self.marks[-1].place == len(self.source) - 2:
            self.marks.pop()
            kind = "expandable_blockquote"
        if self.marks[-1].kind == "blockquote":
            self._finish(self.marks.pop(), {"type": kind})

    def _is_lone_spoiler(self) -> bool:
        """`||` at the very end of a quote makes it one that can be folded."""
        mark = self.marks[-1]
        behind = self.source[mark.place + 2 : self.place]
        return mark.kind == "spoiler" and behind in ("", "\r")

    def _finish(self, mark: OpenMark, entity: Json | None) -> None:
        if entity and self.length > mark.offset:
            self.entities.append({**entity, "offset": mark.offset, "length": self.length - mark.offset})

    def _read_url(self) -> str:
        self.place += 1
        begin, url = self.place, []
        while self.place < len(self.source) and self.source[self.place] != ")":
            if self._is_escape():
                self.place += 1
            url.append(self.source[self.place])
            self.place += 1
        if self.place == len(self.source):
            raise MarkupError(f"Can't find end of a URL at byte offset {byte_offset(self.source, begin)}")
        self.place += 1
        return "".join(url)

    def _read_image(self) -> Json:
        if not self.source.startswith("(", self.place):
            raise MarkupError("The entity must contain a tg://emoji or tg://time URL")
        entity = image_entity(self._read_url())
        if entity is None:
            raise MarkupError("Invalid tg://emoji or tg://time URL specified")
        return entity

    def _endless(self) -> MarkupError:
        mark = self.marks[-1]
        spoken = "PreCode" if mark.language else SPOKEN[mark.kind]
        return MarkupError(f"Can't find end of {spoken} entity at byte offset {byte_offset(self.source, mark.place)}")


def language_of_code(source: str, place: int) -> tuple[str, int]:
    """What stands right behind the three marks, and where the code itself begins: one line break is skipped."""
    end, language = place, ""
    while end < len(source) and source[end] not in SPACES and source[end] != "`":
        end += 1
    if place < end < len(source) and source[end] != "`":
        language, place = source[place:end], end
    if source[place : place + 2] in ("\r\n", "\n\r"):
        return language, place + 2
    return language, place + (source[place : place + 1] in ("\r", "\n") and place < len(source))


def parse_markdown(text: str) -> tuple[str, list[Json]]:
    return MarkdownReader(text).read()
