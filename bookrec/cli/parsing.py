"""Values typed on the command line: seeds, ratings, ranges, lists and files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bookrec.config import Span
from bookrec.errors import UsageError
from bookrec.histories.formats import is_rating, parse_stars

Seed = tuple[str, float | None]  # title and stars
_MIN_TYPED_STARS = 0.5
_RANGE_EXAMPLES = {"--year": "1950-2020, 1950- or -1950", "--pages": "100-400, 100- or -400"}


def parse_seed(text: str) -> Seed:
    """Parse "Dune=4" into a title and stars. A title may contain "=" itself.

    Raises:
        UsageError: the stars are off the scale.
    """
    title, _, stars = text.rpartition("=")
    if not title.strip() or not is_rating(stars):
        return text, None
    return title.strip(), typed_stars(stars, title.strip())


def parse_line(line: str) -> Seed:
    """Parse a line of `--titles`: TITLE, TITLE=STARS, or tab-separated TITLE, AUTHOR and STARS.

    Raises:
        UsageError: the stars are not a rating or off the scale.
    """
    cells = [cell.strip() for cell in line.split("\t")]
    title, author, stars = (*cells, "", "")[:3]
    if len(cells) == 1:
        return parse_seed(title)
    by = f"{title} by {author}" if author else title
    return by, typed_stars(stars, title) if stars else None


def typed_stars(text: str, title: str) -> float:
    """Parse a rating from 0.5 to 5 stars: "4.5", "4,5", "4½" or "★★★★".

    0 is refused: in a file it means "not rated", but a person who types it means a rating.

    Raises:
        UsageError: the text is not a rating or off the scale.
    """
    try:
        stars = parse_stars(text)
    except ValueError:
        stars = None
    if stars is None or stars < _MIN_TYPED_STARS:
        raise UsageError(
            f"{text.strip()!r} is not a rating for {title!r}: stars go from 0.5 to 5.",
            f'For example: "{title}=4".',
        )
    return stars


def read_input(name: str | None, what: str) -> bytes | None:
    """Return the content of a file, or of stdin for "-"; None without a name.

    Raises:
        UsageError: the file cannot be read.
    """
    if name is None:
        return None
    if name == "-":
        if sys.stdin.isatty():
            print("Reading from the keyboard; end with Ctrl-D.", file=sys.stderr)
        return sys.stdin.buffer.read()
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as error:
        raise UsageError(
            f"The {what} {name!r} cannot be read: {error.strerror or error}.",
            "Give a file, or - for stdin.",
        ) from error


def read_lines(name: str) -> Iterator[str]:
    """Yield the non-blank lines of a file, or of stdin for "-" as they arrive.

    Raises:
        UsageError: the file cannot be read.
    """
    if name == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
        lines: Iterator[str] = iter(sys.stdin)
    else:
        data = read_input(name, "list of titles") or b""
        lines = iter(data.decode("utf-8-sig", "replace").splitlines())
    return (line.strip("\r\n") for line in lines if line.strip())


def parse_range(text: str | None, option: str) -> Span:
    """Parse "1950-2020", "1950-", "-1950" or "1984" into (low, high).

    Raises:
        UsageError: the text is not a range, or its ends are in the wrong order.
    """
    if text is None:
        return None, None
    match = re.fullmatch(r"\s*(\d{1,4})?\s*(?:(-|–)\s*(\d{1,4})?)?\s*", text)
    if not match or not (match[1] or match[3]):
        raise UsageError(
            f"{option} {text!r} is not a range.", f"For example: {_RANGE_EXAMPLES[option]}."
        )
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else None
    if not match[2]:
        high = low
    if low is not None and high is not None and low > high:
        raise UsageError(
            f"{option} {text!r} ends before it begins.", f"Type {option} {high}-{low}."
        )
    if high == 0:
        raise UsageError(
            f"{option} {text!r} ends at 0.", f"For example: {_RANGE_EXAMPLES[option]}."
        )
    return low, high


def split(text: str | None) -> tuple[str, ...]:
    """Return the comma-separated parts of a text, without blanks."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def one_of(value: str, option: str, choices: tuple[str, ...]) -> str:
    """Return the value if it is one of the choices.

    Raises:
        UsageError: it is not.
    """
    if value not in choices:
        raise UsageError(f"{option} cannot be {value!r}.", f"Choose from: {', '.join(choices)}.")
    return value
