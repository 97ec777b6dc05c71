"""Series that only the titles in the ratings name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bookrec.catalogue.matching import TitleMatcher, related_series
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, parse_title, same_series
from bookrec.catalogue.works import Work, all_series, titles_of

_WORKS_OF_AN_OWNER = 2  # of the series; many books share a title of one word


def learn_series(
    works: Sequence[Work], ratings_of: Mapping[str, int], vocabulary: Counter[str] | None = None
) -> tuple[list[Work], frozenset[str]]:
    """Add series that only ratings name, and find rated titles that belong to other books.

    Goodreads prints a work's series in its title. Among the forms of one title ("Identity",
    "Identity (Fina Ludlow, #2)"), the series with most ratings is the work's; forms with another
    series are other books. A series belongs to the author with most works in it; that of a title
    of one word, only to an author with two.

    `ratings_of` counts the ratings of each title as printed; `vocabulary` is as in
    `TitleMatcher`. Returns the works with `learned_series` set, and the titles of other books.
    """
    matcher = TitleMatcher(works, vocabulary)
    forms: dict[int, Counter[str]] = defaultdict(Counter)
    for raw in sorted(ratings_of):
        match = matcher.match(raw, exact_only=True)
        # a translation's series has another name: it is neither the work's nor another book's
        if match.work is not None and _is_own(works[match.work], raw):
            forms[match.work][raw] += ratings_of[raw]
    claims = {number: _claims(counts) for number, counts in forms.items()}
    owners = _owners(works, claims)
    updated, of_other_books = list(works), set()
    for number, claimed in claims.items():
        work = works[number]
        writer = author_key(work.authors[0]) if work.authors else ""
        least = 1 if " " in next(titles_of(work)).core else _WORKS_OF_AN_OWNER
        own = [s for s in claimed if _owner(owners[s.key]) == writer]
        own = [s for s in own if owners[s.key][writer] >= least]
        known = (*all_series(work), *own)
        of_other_books |= {
            raw
            for raw in forms[number]
            if (named := parse_title(raw).series) and not related_series(named, known)
        }
        series = work.series
        for s in own:
            if series is None or (series.volume is None and same_series(series.key, s.key)):
                series = s
        if own:
            updated[number] = replace(work, series=series, learned_series=tuple(own))
    return updated, frozenset(of_other_books)


def _is_own(work: Work, raw: str) -> bool:
    """Whether an edition has the title, and not only the table of alternate titles."""
    full = parse_title(raw).full
    return any(title.full == full for title in titles_of(work))


def _claims(rows: Counter[str]) -> list[Series]:
    """Return the series with most ratings among the forms of a title; [] if most name none."""
    by_series: Counter[str] = Counter()
    for raw, n in rows.items():
        series = parse_title(raw).series
        by_series[series[0].key if series else ""] += n
    best = max(by_series, key=lambda k: (by_series[k], k))
    if not best:
        return []
    forms = [parse_title(raw).series for raw in sorted(rows, key=lambda raw: (-rows[raw], raw))]
    named = next(f for f in forms if f and same_series(f[0].key, best))
    return list({(s.key, s.volume): s for s in named}.values())


def _owner(works_of: Counter[str]) -> str:
    """Return the author with most works in a series. Other authors come from wrong matches."""
    return max(works_of, key=lambda a: (works_of[a], a), default="")


def _owners(
    works: Sequence[Work], claims: Mapping[int, Sequence[Series]]
) -> dict[str, Counter[str]]:
    """Return how many works of each series each author has."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, work in enumerate(works):
        if work.authors:
            keys = {s.key for s in all_series(work)} | {s.key for s in claims.get(number, ())}
            for key in keys:
                counts[key][author_key(work.authors[0])] += 1
    return counts
