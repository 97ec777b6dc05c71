"""Series and volumes that an edition's file does not give, from titles and a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bookrec.catalogue.kinds import BOOK
from bookrec.catalogue.known_series import known_series
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, before_number, normal, same_series, series_key
from bookrec.catalogue.works import Edition


def complete_series(editions: Sequence[Edition]) -> list[Edition]:
    """Return the editions with a series and volume where a table or their titles give them.

    The table goes before what the file says. "Saga, Volume 8" is volume 8 of Saga if another book
    of the author is a volume of Saga.
    """
    editions = [_with_known(edition) for edition in editions]
    volumes: dict[tuple[str, str], set[float]] = defaultdict(set)
    names: dict[tuple[str, str], str] = {}
    for edition in editions:
        for series in (*edition.series, *_by_own_number(edition)):
            if series.volume is not None and edition.authors:
                author = author_key(edition.authors[0])
                volumes[author, series.key].add(series.volume)
                names.setdefault((author, series.key), series.name)
    return [_with_own_number(edition, volumes, names) for edition in editions]


def _with_own_number(
    edition: Edition,
    volumes: Mapping[tuple[str, str], set[float]],
    names: Mapping[tuple[str, str], str],
) -> Edition:
    """Add the series of a numbered title, if its volume is new and the author has another."""
    for series in _by_own_number(edition):
        known = author_key(edition.authors[0]), series.key
        named = any(same_series(s.key, series.key) and s.volume is not None for s in edition.series)
        if not named and len(volumes[known]) > 1:
            added = replace(series, name=names[known])
            return replace(edition, series=(*edition.series, added))
    return edition


def _with_known(edition: Edition) -> Edition:
    """Put the series of the table of known series first, if the table has the book.

    What else the edition's file says of the same series goes: names and numberings differ.
    """
    title, authors = edition.title, [author_key(name) for name in edition.authors]
    if title.kind != BOOK:
        return edition
    known = known_series(authors, title.full)
    if known is None and (core := known_series(authors, title.core)):
        # "Temeraire: In the Service of the King" is the whole series, not its first volume
        known = core if title.core != core.key else None
    if known is None:
        return edition
    others = (s for s in edition.series if not same_series(s.key, known.key))
    return replace(edition, series=(known, *others))


def _by_own_number(edition: Edition) -> list[Series]:
    """Return the series of a title that has a volume number, as a list of one or none."""
    title = edition.title
    if title.number is None or not edition.authors or title.kind != BOOK:
        return []
    stem = title.core.removesuffix(f" {title.number:g}")
    printed = before_number(title.shown)
    head = printed.partition(": ")[0]
    name = head if normal(head) == stem else printed if normal(printed) == stem else stem.title()
    key = series_key(stem)
    return [Series(name, key, title.number)] if key and not key.isdigit() else []
