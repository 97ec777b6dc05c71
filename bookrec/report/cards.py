"""The page's building blocks: sections, cards, legends, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape


def section(name: str, title: str, content: str) -> str:
    """A part of the page under its heading; `content` is HTML, `title` is text."""
    return f'<section id="{name}">\n<h2>{escape(title)}</h2>\n{content}\n</section>'


def figure(title: str, content: str, caption: str, kind: str = "") -> str:
    """A card; `content` and `caption` are HTML, `title` is text."""
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="{kind}">\n<h3>{escape(title)}</h3>\n{content}\n{below}</figure>\n'


def legend(entries: Sequence[tuple[str, str, str]]) -> str:
    """Entries of (CSS colour, sign, text)."""
    items = "".join(
        f'<li><span style="color:{colour}" aria-hidden="true">{sign}</span> {escape(text)}</li>'
        for colour, sign, text in entries
    )
    return f'<ul class="legend">{items}</ul>'


def table(label: str, corner: str, heads: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """A wide table; `rows` are HTML, head cell to cells, the rest is text."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in (corner, *heads))
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for name, cells in rows.items()
    )
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(label)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
