"""What is typed on the command line → values; nothing is guessed in silence."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bookrec.config import Span
from bookrec.errors import UsageError
from bookrec.histories.formats import is_rating, parse_stars

Seed = tuple[str, float | None]
_LEAST_STARS = 0.5


def parse_seed(text: str) -> Seed:
    """ "Dune=4" is a title and its stars; a title may hold a `=` of its own.

    Raises:
        UsageError: stars off the scale.
    """
    title, _, stars = text.rpartition("=")
    if not title.strip() or not is_rating(stars):
        return text, None
    return title.strip(), typed_stars(stars, title.strip())


def parse_line(line: str) -> Seed:
    """A line of `--titles`: a title, TITLE=STARS, or TITLE, AUTHOR and STARS between tabs.

    Raises:
        UsageError: stars that are none, or off the scale.
    """
    cells = [cell.strip() for cell in line.split("\t")]
    title, author, stars = (*cells, "", "")[:3]
    if len(cells) == 1:
        return parse_seed(title)
    by = f"{title} by {author}" if author else title
    return by, typed_stars(stars, title) if stars else None


def typed_stars(text: str, title: str) -> float:
    """What a person gives a book: 0.5 to 5, "4.5", "4,5", "4½" or "★★★★".

    A file may say 0 for "not rated"; who types it means something else.

    Raises:
        UsageError: stars that are none, or off the scale.
    """
    try:
        stars = parse_stars(text)
    except ValueError:
        stars = None
    if stars is None or stars < _LEAST_STARS:
        raise UsageError(
            f"{text.strip()!r} for {title!r}: stars go from 0.5 to 5.", f'Type "{title}=4", say.'
        )
    return stars


def read_input(name: str | None, what: str) -> bytes | None:
    """A file's content, or standard input's for `-`.

    Raises:
        UsageError: it cannot be read.
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
            "Name a file, or - for stdin.",
        ) from error


def read_lines(name: str) -> Iterator[str]:
    """Lines with text of a file or, for `-`, of standard input, as they come.

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


_SPANS = {"--year": "1950-2020, 1950- or -1950", "--pages": "100-400, 100- or -400"}


def parse_span(text: str | None, option: str) -> Span:
    """ "1950-2020", "1950-", "-1950" or "1984" as (low, high)."""
    if text is None:
        return None, None
    match = re.fullmatch(r"\s*(\d{1,4})?\s*(?:(-|–)\s*(\d{1,4})?)?\s*", text)
    if not match or not (match[1] or match[3]):
        raise UsageError(f"{option} {text!r} is no span.", f"Type {_SPANS[option]}, say.")
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else None
    if not match[2]:
        return low, low
    if low is not None and high is not None and low > high:
        raise UsageError(f"{option} {text!r} ends before it begins.", "Type the smaller one first.")
    return low, high


def split(text: str | None) -> tuple[str, ...]:
    """ "a, b" as ("a", "b"); nothing of None."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def one_of(value: str, option: str, choices: tuple[str, ...]) -> str:
    """The value, when it is one of the choices.

    Raises:
        UsageError: it is none.
    """
    if value not in choices:
        raise UsageError(f"{option} {value!r} is not known.", f"Choose: {', '.join(choices)}.")
    return value
