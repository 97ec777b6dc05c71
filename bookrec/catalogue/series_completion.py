"""Series and volumes that an edition's file does not give, from titles and a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bookrec.catalogue.kinds import BOOK
from bookrec.catalogue.known_series import known_series
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, before_number, normal, same_series, series_key
from bookrec.catalogue.works import Edition


def complete_series(editions: Sequence[Edition]) -> list[Edition]:
    """Return the editions with a series and volume where a table or their titles give them.

    "Saga, Volume 8" is volume 8 of Saga if another book of the author is a volume of Saga. What the
    file says of the same series goes before both.
    """
    editions = [_with(edition, _known(edition)) for edition in editions]
    volumes: dict[tuple[str, str], set[float]] = defaultdict(set)
    names: dict[tuple[str, str], str] = {}
    for edition in editions:
        for series in (*edition.series, *_by_own_number(edition)):
            if series.volume is not None and edition.authors:
                author = author_key(edition.authors[0])
                volumes[author, series.key].add(series.volume)
                names.setdefault((author, series.key), series.name)
    found = []
    for edition in editions:
        own = [(author_key(edition.authors[0]), series) for series in _by_own_number(edition)]
        sure = [
            replace(series, name=names[author, series.key])
            for author, series in own
            if len(volumes[author, series.key]) > 1
        ]
        found.append(_with(edition, sure))
    return found


def _with(edition: Edition, more: Sequence[Series]) -> Edition:
    """Add series of which the edition gives no volume."""
    new = [
        series
        for series in more
        if not any(same_series(s.key, series.key) and s.volume is not None for s in edition.series)
    ]
    return replace(edition, series=(*edition.series, *new)) if new else edition


def _known(edition: Edition) -> list[Series]:
    """Return the series of a book in the table of known series, as a list of one or none."""
    title, authors = edition.title, [author_key(name) for name in edition.authors]
    if title.kind != BOOK:
        return []
    found = known_series(authors, title.full) or known_series(authors, title.core)
    return [found] if found else []


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
