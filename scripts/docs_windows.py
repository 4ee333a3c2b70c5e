"""Draws every window and screen of the bot, in Russian and English, into docs/windows.html: `make docs-windows`.

The pictures that the bot sends go into docs/images/.
"""

import asyncio
from html import escape
from pathlib import Path

from app.bot.previews import Drawing, drawings
from app.domain.people import Language
from app.texts import Texts

TARGET = Path(__file__).parents[1] / "docs" / "windows.html"

_PAGE = """<!doctype html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Binary Bites: the windows</title>
<style>
  body {{ font: 15px/1.4 system-ui, sans-serif; background: #dfe8ee }}
  body {{ margin: 2em auto; max-width: 62em; padding: 0 1em }}
  section {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1em; align-items: start; margin-bottom: 2em }}
  h2 {{ grid-column: 1 / -1; font-size: 1em; margin: 0 }}
  .text {{ background: #fff; border-radius: 12px; padding: .6em .9em; white-space: pre-wrap }}
  img {{ max-width: 100%; border-radius: 12px; margin-bottom: 4px }}
  .row {{ display: flex; gap: 4px; margin-top: 4px }}
  .row span {{ flex: 1; background: #7195ab; color: #fff; border-radius: 8px; padding: .35em .2em; text-align: center;
    min-height: 1.4em; font-size: .9em }}
</style>
<h1>Binary Bites: the windows</h1>
<p>Drawn by <code>make docs-windows</code> from the code and the texts of the bot.</p>
{windows}
"""


def _html(drawing: Drawing, language: Language) -> str:
    picture = f'<img src="images/{_file(drawing, language)}" alt="{escape(drawing.name)}">' if drawing.picture else ""
    rows = "".join(
        f'<div class="row">{"".join(f"<span>{escape(button.text)}</span>" for button in row)}</div>'
        for row in drawing.rows
        if row
    )
    return f'<div>{picture}<div class="text">{drawing.text}</div>{rows}</div>'


def _file(drawing: Drawing, language: Language) -> str:
    """The booking's card, pending: ticket-pending-ru.png"""
    return f"ticket-{drawing.name.rpartition(' ')[2]}-{language}.png"


async def pages() -> tuple[str, dict[str, bytes]]:
    """The page, and its pictures by the names of their files."""
    texts = Texts.load()
    drawn = {language: [one async for one in drawings(texts.in_language(language))] for language in Language}
    sections = (
        f"<section><h2>{escape(russian.name)}</h2>{_html(russian, Language.RU)}{_html(english, Language.EN)}</section>"
        for russian, english in zip(drawn[Language.RU], drawn[Language.EN], strict=True)
    )
    pictures = {_file(one, language): one.picture for language in drawn for one in drawn[language] if one.picture}
    return _PAGE.format(windows="\n".join(sections)), pictures


def main() -> None:
    page, pictures = asyncio.run(pages())
    images = TARGET.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(page, encoding="utf-8")
    for name, picture in pictures.items():
        (images / name).write_bytes(picture)
    print(f"Drawn: {TARGET.relative_to(TARGET.parents[1])}, and {len(pictures)} pictures")


if __name__ == "__main__":
    main()
