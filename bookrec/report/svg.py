"""matplotlib figures as inline SVG that takes its colours and its font from the page.

A plot is drawn in stand-in colours, each of which becomes a CSS variable: one drawing serves the
light page and the dark one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, MUTED, GRID, OURS, OTHERS, PAPER = (f"#0101{i:02x}" for i in range(1, 7))
GENRES = tuple(f"#0102{i:02x}" for i in range(1, 9))
_WIDTH = 5.0  # inches: 360 units, a phone's width, so that 11 units are 11 pixels there
_VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--grid",
    OURS: "--ours",
    OTHERS: "--others",
    PAPER: "--paper",
    **{colour: f"--genre-{i}" for i, colour in enumerate(GENRES, 1)},
}
_STYLE: Any = {  # matplotlib types its keys one by one
    "svg.fonttype": "none",
    "svg.hashsalt": "bookrec",
    "font.size": 11.0,
    "axes.titlesize": 11.0,
    "axes.labelsize": 11.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2.0,
}


def drawn(name: str, alt: str, height: float, draw: Callable[[Figure], None]) -> str:
    """What `draw` puts on a figure `height` inches high, as an `<svg>` element.

    `name` makes its ids unique on the page; `alt` says in words what is to be seen.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        draw(figure)
        file = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=nothing)
    return inline(file.getvalue(), name, alt)


def inline(svg: str, name: str, alt: str) -> str:
    """A stand-alone SVG document as an element of the page, without prologue, metadata, own styles,
    or fixed size."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    box = re.search(r'viewBox="[^"]*"', body)
    head = f'<svg role="img" aria-label="{escape(alt)}" {box[0] if box else ""}>'
    body = head + body[body.index(">") + 1 :]
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r'(?:xlink:)?href="#([^"]+)"', rf'href="#{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r"<[^>]*>", _shortened, body)
    for colour, variable in _VARIABLES.items():
        body = body.replace(colour, f"var({variable})")
    return re.sub(r"\n\s*", "\n", body)


def _shortened(tag: re.Match[str]) -> str:
    """A tag with its coordinates to two decimals: a hundredth of a pixel."""
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.2f}", tag[0])
