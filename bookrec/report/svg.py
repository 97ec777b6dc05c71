"""matplotlib figures as inline SVG with the page's colours and font.

A plot is drawn in placeholder colours, which are then replaced by CSS variables. So the same
drawing works in the light and the dark theme.
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

_WIDTH = 5.0  # inches, 360 points: a phone's width in pixels, so 11 pt text is readable there
_VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--grid",
    OURS: "--ours",
    OTHERS: "--others",
    PAPER: "--paper",
    **{colour: f"--genre-{i}" for i, colour in enumerate(GENRES, 1)},
}
_STYLE: Any = {  # matplotlib types the keys as literals
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


def draw_svg(name: str, alt: str, height: float, draw: Callable[[Figure], None]) -> str:
    """Return an `<svg>` element with what `draw` adds to a figure `height` inches high.

    `name` makes its ids unique on the page; `alt` is the text alternative.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        draw(figure)
        file = io.StringIO()
        no_metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=no_metadata)
    return inline(file.getvalue(), name, alt)


def inline(svg: str, name: str, alt: str) -> str:
    """Turn an SVG document into an `<svg>` element of the page.

    The prologue, metadata, styles and fixed size are removed.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    box = re.search(r'viewBox="[^"]*"', body)
    head = f'<svg role="img" aria-label="{escape(alt)}" {box[0] if box else ""}>'
    body = head + body[body.index(">") + 1 :]
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r'(?:xlink:)?href="#([^"]+)"', rf'href="#{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r"<[^>]*>", _shorten, body)
    for colour, variable in _VARIABLES.items():
        body = body.replace(colour, f"var({variable})")
    return re.sub(r"\n\s*", "\n", body)


def _shorten(tag: re.Match[str]) -> str:
    """Round a tag's coordinates to two decimals (0.01 px), to keep the page small."""
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.2f}", tag[0])
