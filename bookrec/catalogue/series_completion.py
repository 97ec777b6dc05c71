"""Series and volumes that an edition's file does not give, from titles and a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bookrec.catalogue.kinds import BOOK
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, before_number, normal, same_series, series_key
from bookrec.catalogue.works import Edition


def complete_series(editions: Sequence[Edition]) -> list[Edition]:
    """Return the editions with a series and volume where their titles show them.

    "Saga, Volume 8" is volume 8 of Saga if another book of the author is a volume of Saga.
    """
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
        for series in _by_own_number(edition):
            known = author_key(edition.authors[0]), series.key
            named = any(
                same_series(s.key, series.key) and s.volume is not None for s in edition.series
            )
            if not named and len(volumes[known]) > 1:
                series = replace(series, name=names[known])
                edition = replace(edition, series=(*edition.series, series))
        found.append(edition)
    return found


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
