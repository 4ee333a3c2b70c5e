"""Draws every window and screen of the bot, in Russian and English, into docs/windows.html: `make docs-windows`."""

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
  .row {{ display: flex; gap: 4px; margin-top: 4px }}
  .row span {{ flex: 1; background: #7195ab; color: #fff; border-radius: 8px; padding: .35em .2em; text-align: center;
    min-height: 1.4em; font-size: .9em }}
</style>
<h1>Binary Bites: the windows</h1>
<p>Drawn by <code>make docs-windows</code> from the code and the texts of the bot.</p>
{windows}
"""


def _html(drawing: Drawing) -> str:
    rows = "".join(
        f'<div class="row">{"".join(f"<span>{escape(button.text)}</span>" for button in row)}</div>'
        for row in drawing.rows
        if row
    )
    return f'<div><div class="text">{drawing.text}</div>{rows}</div>'


async def page() -> str:
    texts = Texts.load()
    russian = [drawing async for drawing in drawings(texts.in_language(Language.RU))]
    english = [drawing async for drawing in drawings(texts.in_language(Language.EN))]
    sections = (
        f"<section><h2>{escape(one.name)}</h2>{_html(one)}{_html(other)}</section>"
        for one, other in zip(russian, english, strict=True)
    )
    return _PAGE.format(windows="\n".join(sections))


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(asyncio.run(page()), encoding="utf-8")
    print(f"Drawn: {TARGET.relative_to(TARGET.parents[1])}")


if __name__ == "__main__":
    main()
