"""Series that only the ratings' titles name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bookrec.catalogue.matching import TitleMatcher, related_series
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, parse_title, same_series
from bookrec.catalogue.works import Work, all_series


def learn_series(
    works: Sequence[Work], ratings_of: Mapping[str, int], vocabulary: Counter[str] | None = None
) -> tuple[list[Work], frozenset[str]]:
    """The works, with the series that only the ratings' titles know; and the titles to turn away.

    `ratings_of` counts the rating rows of each title as printed. Goodreads prints a work's series
    in its title, so of the forms of one title ("Identity", "Identity (Fina Ludlow, #2)") the one
    with most rows is the work's, and the forms with another series are other books. A series
    belongs to the author who has most works of it. `vocabulary` as for `TitleMatcher`.
    """
    matcher = TitleMatcher(works, vocabulary)
    forms: dict[int, Counter[str]] = defaultdict(Counter)
    for raw in sorted(ratings_of):
        match = matcher.match(raw, exactly=True)
        if match.work is not None:
            forms[match.work][raw] += ratings_of[raw]
    claims = {number: _claims(counts) for number, counts in forms.items()}
    owners = _owners(works, claims)
    taught, refused = list(works), set()
    for number, claimed in claims.items():
        work = works[number]
        writer = author_key(work.authors[0]) if work.authors else ""
        own = [s for s in claimed if owners.get(s.key) == writer]
        known = (*all_series(work), *own)
        refused |= {
            raw
            for raw in forms[number]
            if (named := parse_title(raw).series) and not related_series(named, known)
        }
        series = work.series
        for s in own:
            if series is None or (series.volume is None and same_series(series.key, s.key)):
                series = s
        if own:
            taught[number] = replace(work, series=series, learned_series=tuple(own))
    return taught, frozenset(refused)


def _claims(rows: Counter[str]) -> list[Series]:
    """The series named by the most rated form of a title, or by forms with half its rows."""
    by_series: Counter[str] = Counter()
    for raw, n in rows.items():
        series = parse_title(raw).series
        by_series[series[0].key if series else ""] += n
    best = max(by_series, key=lambda k: (by_series[k], k))
    raws = sorted(rows, key=lambda raw: (-rows[raw], raw))
    found = [parse_title(raw).series for raw in raws]
    if not best:
        return []
    lead = [f for f in found if f and same_series(f[0].key, best)]
    return list({(s.key, s.volume): s for s in lead[0]}.values())


def _owners(works: Sequence[Work], claims: Mapping[int, Sequence[Series]]) -> dict[str, str]:
    """The author who has most works of each series: who else claims it, was matched wrongly."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, work in enumerate(works):
        if work.authors:
            keys = {s.key for s in all_series(work)} | {s.key for s in claims.get(number, ())}
            for key in keys:
                counts[key][author_key(work.authors[0])] += 1
    return {key: max(c, key=lambda a: (c[a], a)) for key, c in counts.items()}
