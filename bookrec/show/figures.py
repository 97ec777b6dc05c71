"""Figures of `metrics.json` as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Figure = Mapping[str, float | None]


def what_was_predicted(m: Mapping[str, Any]) -> str:
    """The held-out ratings of these metrics, in words."""
    return {
        None: "held-out ratings",
        "dated": "ratings, each predicted from what was dated earlier",
        "in-order": "later ratings, predicted from the earliest 70 %",
    }[m["histories"]]


def value(figure: Figure) -> str:
    """The value with three decimals; a dash where it is undefined."""
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"


def interval(figure: Figure) -> str:
    """The value with its interval, where it has one."""
    if figure["value"] is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


def difference(figure: Figure) -> str:
    """A difference with its sign and its interval, where it has one."""
    if figure["difference"] is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{figure['difference']:+.3f}"
    return f"{figure['difference']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f})"
