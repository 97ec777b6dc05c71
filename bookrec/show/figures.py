"""Figures of `metrics.json` as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Figure = Mapping[str, float | None]  # "value" or "difference", with "low" and "high"


def what_was_predicted(m: Mapping[str, Any]) -> str:
    """Return which ratings were predicted, and from what."""
    return {
        None: "held-out ratings",
        "dated": "ratings, each predicted from those of earlier days",
        "in-order": "later ratings, predicted from the earliest 70%",
    }[m["histories"]]


def value(figure: Figure) -> str:
    """Return the value with three decimals, or a dash if it is undefined."""
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"


def interval(figure: Figure) -> str:
    """Return the value with its interval, if it has one."""
    if figure["value"] is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


def difference(figure: Figure) -> str:
    """Return a difference with its sign and its interval, if it has one."""
    if figure["difference"] is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{figure['difference']:+.3f}"
    return f"{figure['difference']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f})"


def percent(share: float, decimals: int = 0) -> str:
    """Return a share of 1 as a percentage."""
    return f"{100 * share:.{decimals}f}%"
