"""The rating scale: 1 to 5 stars, and the phrases that Goodreads uses for them."""

from __future__ import annotations

# The five phrases of the ratings shards, in stars.
STARS_OF_PHRASE = {
    "it was amazing": 5.0,
    "really liked it": 4.0,
    "liked it": 3.0,
    "it was ok": 2.0,
    "did not like it": 1.0,
}
NO_RATING = "this user doesn't have any rating"
MIN_STARS, MAX_STARS = 1.0, 5.0
LOVED = 5.0  # of a title named without stars


def stars_in_range(value: float | None) -> float | None:
    """A mean of stars, or None when it cannot be one (0 means that nobody rated)."""
    return value if value is not None and MIN_STARS <= value <= MAX_STARS else None
