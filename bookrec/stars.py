"""The rating scale: 1 to 5 stars, and the phrases that Goodreads uses for them."""

from __future__ import annotations

# The phrases in the ratings files.
STARS_OF_PHRASE = {
    "it was amazing": 5.0,
    "really liked it": 4.0,
    "liked it": 3.0,
    "it was ok": 2.0,
    "did not like it": 1.0,
}
NO_RATING = "this user doesn't have any rating"
MIN_STARS, MAX_STARS = 1.0, 5.0
LOVED = 5.0  # stars of a title that the reader names without stars


def stars_in_range(value: float | None) -> float | None:
    """Return a mean rating, or None when it is off the scale (0 stands for no ratings)."""
    return value if value is not None and MIN_STARS <= value <= MAX_STARS else None
