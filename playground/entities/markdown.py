"""MarkdownV2 style: marks in, entities out."""

from dataclasses import dataclass, field

from playground.entities.text import EMOJI_LINK, MarkupError, byte_offset, in_order, link_entity, utf16_length
from playground.types import Json

RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
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
        if self.quoting and self.marks[-1].kind == "blockquote":
            self._finish(self.marks.pop(), {"type": "blockquote"})
        if self.marks:
            raise self._endless()
        return "".join(self.pieces), in_order(self.entities)

    def _add(self, plain: str) -> None:
        self.pieces.append(plain)
        self.length += utf16_length(plain)

    def _is_escape(self) -> bool:
        after = self.source[self.place + 1 : self.place + 2]
        return self.source[self.place] == "\\" and bool(after) and "\0" < after <= LAST_ESCAPABLE

    def _reserved(self) -> frozenset[str]:
        in_code = self.marks and self.marks[-1].kind in ("code", "pre")
        return frozenset("`") if in_code else RESERVED

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
            self._break_line()
        elif char == ">" and self.place == 0:
            self.place = 1
            self._start_quote(0)
        else:
            sign = next((sign for sign in OPENING if self.source.startswith(sign, self.place)), None)
            if sign is None:
                raise MarkupError(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
            mark = OpenMark(OPENING[sign], self.place, self.length, len(self.pieces))
            self.marks.append(mark)
            self.place += len(sign)
            if mark.kind == "pre":
                self._read_language(mark)

    def _break_line(self) -> None:
        self._add("\n")
        self.place += 1
        if self.source.startswith(">", self.place):
            self.place += 1
            if not self.quoting:
                self._start_quote(self.place - 1)

    def _start_quote(self, place: int) -> None:
        self.quoting = True
        self.marks.append(OpenMark("blockquote", place, self.length, len(self.pieces)))

    def _read_language(self, mark: OpenMark) -> None:
        end = self.place
        while end < len(self.source) and not self.source[end].isspace() and self.source[end] != "`":
            end += 1
        if self.place < end < len(self.source) and self.source[end] != "`":
            mark.language = self.source[self.place : end]
            self.place = end
        breaks = self.source[self.place : self.place + 2]
        if breaks in ("\r\n", "\n\r"):
            self.place += 2
        elif breaks[:1] in ("\n", "\r"):
            self.place += 1

    def _close(self) -> None:
        mark = self.marks[-1]
        if self.source[self.place] == "\n":
            if mark.kind != "blockquote":
                raise self._endless()
            self.quoting = False
            self._add("\n")
            self.place += 1
            self._finish(self.marks.pop(), {"type": "blockquote"})
            return
        self.place += len(CLOSING[mark.kind])
        entity: Json | None = {"type": mark.kind}
        if mark.kind == "text_link":
            plain = "".join(self.pieces[mark.begin :])
            entity = link_entity(self._read_url("URL") if self.source.startswith("(", self.place) else plain)
        elif mark.kind == "custom_emoji":
            entity = self._read_emoji()
        elif mark.language:
            entity = {"type": "pre", "language": mark.language}
        self._finish(self.marks.pop(), entity)

    def _finish(self, mark: OpenMark, entity: Json | None) -> None:
        if entity and self.length > mark.offset:
            self.entities.append({**entity, "offset": mark.offset, "length": self.length - mark.offset})

    def _read_url(self, what: str) -> str:
        self.place += 1
        begin, url = self.place, []
        while self.place < len(self.source) and self.source[self.place] != ")":
            if self._is_escape():
                self.place += 1
            url.append(self.source[self.place])
            self.place += 1
        if self.place == len(self.source):
            raise MarkupError(f"Can't find end of a {what} at byte offset {byte_offset(self.source, begin)}")
        self.place += 1
        return "".join(url)

    def _read_emoji(self) -> Json:
        if not self.source.startswith("(", self.place):
            raise MarkupError("Custom emoji entity must contain a tg://emoji URL")
        emoji = EMOJI_LINK.fullmatch(self._read_url("custom emoji URL"))
        if emoji is None:
            raise MarkupError("Custom emoji URL must have an emoji identifier")
        return {"type": "custom_emoji", "custom_emoji_id": emoji[1]}

    def _endless(self) -> MarkupError:
        mark = self.marks[-1]
        spoken = "PreCode" if mark.language else SPOKEN[mark.kind]
        return MarkupError(f"Can't find end of {spoken} entity at byte offset {byte_offset(self.source, mark.place)}")


def parse_markdown(text: str) -> tuple[str, list[Json]]:
    return MarkdownReader(text).read()
