"""Numbers as the report prints them."""

from __future__ import annotations


def number(value: float | None) -> str:
    """Return three decimals, or a dash for an undefined value."""
    return "–" if value is None else _minus(f"{value:.3f}")


def signed(value: float | None) -> str:
    """Return three decimals with a plus or minus sign, or a dash for an undefined value."""
    return "–" if value is None else _minus(f"{value:+.3f}")


def thousands(value: int) -> str:
    """Return an integer with commas between the thousands."""
    return f"{value:,}"


def _minus(text: str) -> str:
    return text.replace("-", "−")
