"""Group editions into works: one catalogue row per book, whatever its editions are titled.

Two editions are one work if they have
- the same Goodreads id; or
- an author and the normalised title in common, subtitle included; or
- the same authors and title without subtitle, if the subtitles nearly agree or one has none; or
- the same title without subtitle, many ratings and nearly the same site-wide mean rating; or
- titles that the table of alternate titles lists for one work (`alternate_titles.py`); or
- an author, a series and the volume in common, and titles that share words or are in different
  languages.
A different volume, number in the title or kind (book, set, guide) vetoes the merge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

from rapidfuzz import fuzz

from bookrec.catalogue.alternate_titles import alternate_work
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, normal, same_series
from bookrec.catalogue.works import Edition, Work, series_conflict

MIN_DESCRIPTION_WORDS = 10  # a shorter text is a tag line or an edition note
_SAME_SUBTITLE = 85.0  # rapidfuzz ratio, 0 to 100
_MAX_GENRES = 12
_MANY_RATINGS = 20_000
_BETTER_KNOWN = 5  # times the books of the other author


class _Groups:
    """Disjoint groups of edition numbers. No group holds two editions that conflict."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        from scipy.cluster.hierarchy import DisjointSet

        self.editions = editions
        self.sets = DisjointSet(range(len(editions)))

    def join(self, i: int, j: int) -> None:
        """Merge the groups of `i` and `j`, unless an edition of one conflicts with the other."""
        if self.sets.connected(i, j):
            return
        pairs = product(self.sets.subset(i), self.sets.subset(j))
        if not any(vetoes(self.editions[x], self.editions[y]) for x, y in pairs):
            self.sets.merge(i, j)


def vetoes(a: Edition, b: Edition) -> bool:
    """Whether two editions cannot be one work, even with the same author and title.

    Publishers number Narnia in two orders, so an equal title outweighs a different volume. The
    exception is a title that is also the series' name: then only the volume tells books apart.
    """
    if a.goodreads_id and a.goodreads_id == b.goodreads_id:
        return False
    same_volume = any(
        x.volume is not None and x.volume == y.volume and same_series(x.key, y.key)
        for x in a.series
        for y in b.series
    )
    if a.title.kind != b.title.kind or (a.title.number != b.title.number and not same_volume):
        return True
    if a.title.digits and b.title.digits and a.title.digits != b.title.digits:
        return True
    named_after_series = any(
        same_series(normal(s.name), a.title.full) for s in (*a.series, *b.series)
    )
    if a.title.full == b.title.full and not named_after_series:
        return False
    return series_conflict(a.series, b.series)


def build_works(editions: Sequence[Edition]) -> list[Work]:
    """Return the works, most rated first. The order of `editions` breaks ties."""
    groups = _Groups(editions)
    keys = [frozenset(author_key(a) for a in e.authors) for e in editions]
    for goodreads_id, members in _blocks(e.goodreads_id for e in editions).items():
        for j in members[1:] if goodreads_id else ():
            groups.join(members[0], j)
    for members in _blocks(e.title.full for e in editions).values():
        _join_by_author(groups, members, keys)
    for members in _blocks(e.title.core for e in editions).values():
        _join_subtitles(groups, members, keys)
    named = (alternate_work(k, e.title.core) for k, e in zip(keys, editions, strict=True))
    for work, members in _blocks(named).items():
        for j in members[1:] if work else ():
            groups.join(members[0], j)
    for members in _volume_blocks(editions, keys).values():
        _join_volumes(groups, members)
    titled = {(key, e.title.core) for e, own in zip(editions, keys, strict=True) for key in own}
    books_of = Counter(key for key, _ in titled)
    works = [
        _work([editions[i] for i in sorted(group)], books_of) for group in groups.sets.subsets()
    ]
    works.sort(key=lambda w: (-w.ratings_count, w.title, w.authors))
    return works


def _blocks(values: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for i, value in enumerate(values):
        found[value].append(i)
    return {k: v for k, v in found.items() if len(v) > 1}


def _share_author(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a & b) or any(
        fuzz.ratio(x, y) >= 90 or (" " not in x and x == y.split()[-1]) for x in a for y in b
    )


def _same_figures(a: Edition, b: Edition) -> bool:
    """Whether two editions of one title have the site-wide figures of a single work.

    Goodreads shows a work's ratings on each of its editions, also on those listed under a narrator
    or adapter. Mean ratings over tens of thousands of ratings that agree within 0.02 stars, in
    similar genres, are no coincidence.
    """
    if a.mean_rating is None or b.mean_rating is None:
        return False
    many = min(a.ratings_count, b.ratings_count) >= _MANY_RATINGS
    close = abs(a.mean_rating - b.mean_rating) <= 0.021
    anonymous = not a.authors or not b.authors
    return many and close and (anonymous or len(set(a.genres[:8]) & set(b.genres[:8])) >= 3)


def _join_by_author(groups: _Groups, members: list[int], keys: list[frozenset[str]]) -> None:
    for n, i in enumerate(members):
        for j in members[:n]:
            anonymous = not keys[i] and not keys[j] and groups.editions[i].title.full.count(" ") > 1
            if anonymous or _share_author(keys[i], keys[j]):
                groups.join(i, j)


def _join_subtitles(groups: _Groups, members: list[int], keys: list[frozenset[str]]) -> None:
    """Join "Mindset" and "Mindset: The New Psychology", but not two "Star Wars" books."""
    by_author: dict[frozenset[str], list[int]] = defaultdict(list)
    for n, i in enumerate(members):
        for j in members[:n]:
            if _same_figures(groups.editions[i], groups.editions[j]):
                groups.join(i, j)
        by_author[keys[i]].append(i)
    for key, same in by_author.items():
        subtitles = sorted({groups.editions[i].title.subtitle for i in same} - {""})
        similar = all(
            fuzz.token_set_ratio(subtitles[0], s) >= _SAME_SUBTITLE for s in subtitles[1:]
        )
        if key and len(same) > 1 and similar:
            for j in same[1:]:
                groups.join(same[0], j)


def _volume_blocks(
    editions: Sequence[Edition], keys: list[frozenset[str]]
) -> dict[tuple[str, str, float], list[int]]:
    found: dict[tuple[str, str, float], list[int]] = defaultdict(list)
    for i, edition in enumerate(editions):
        for series in edition.series:
            if series.volume is not None and edition.title.kind == "book":
                for key in keys[i]:
                    found[key, series.key, series.volume].append(i)
    return {k: v for k, v in found.items() if len(v) > 1}


def _join_volumes(groups: _Groups, members: list[int]) -> None:
    """Join editions of one author, series and volume, if the rest fits.

    Some sub-series restart their numbers under the name of the main series. So the titles must
    share words ("Philosopher's Stone", "Sorcerer's Stone") or be in different languages.
    """
    first = groups.editions[members[0]]
    for j in members[1:]:
        other = groups.editions[j]
        similar = fuzz.token_set_ratio(first.title.full, other.title.full) >= 60
        translated = bool(first.language and other.language and first.language != other.language)
        if similar or translated:
            groups.join(members[0], j)


def _head(ranked: Sequence[Edition]) -> Edition:
    """Return the edition to show: the most rated with a description, in English if there is one."""
    described = [e for e in ranked if _is_description(e.description)]
    english = [e for e in described if e.language in ("English", "")]
    return (english or described or ranked)[0]


def _authors(head: Edition, editions: Sequence[Edition], books_of: Counter[str]) -> tuple[str, ...]:
    """Return the authors of the edition shown, or of another that names a better-known author.

    An edition can be listed under its narrator or adapter alone: The Hobbit by Michael Kilgarriff.
    """
    named = [e for e in editions if e.authors]
    if not named:
        return ()
    shown = head if head.authors else named[0]
    best = max(named, key=lambda e: books_of[author_key(e.authors[0])])
    apart = not set(map(author_key, best.authors)) & set(map(author_key, shown.authors))
    known = [books_of[author_key(e.authors[0])] for e in (best, shown)]
    return (best if apart and known[0] >= _BETTER_KNOWN * known[1] else shown).authors


def _work(editions: list[Edition], books_of: Counter[str]) -> Work:
    ranked = sorted(
        editions, key=lambda e: (-e.ratings_count, not e.description, e.goodreads_id, e.title.full)
    )
    head = _head(ranked)
    authors = _authors(head, ranked, books_of)
    own = [e for e in ranked if set(e.authors) & set(authors) and _is_description(e.description)]
    if own and head.authors and head not in own:  # text and length may be of a dramatization
        head = _head(own)
    described = _is_description(head.description)
    rated = next((e for e in ranked if e.mean_rating is not None), None)
    years = [e.year for e in ranked if e.year is not None]
    pages = [e.pages for e in (head, *ranked) if e.pages]
    genres = Counter(g for e in ranked for g in e.genres)
    ordered = dict.fromkeys([*head.genres, *(g for g, _ in genres.most_common())])
    return Work(
        editions=tuple(ranked),
        title=head.title.shown,
        authors=authors,
        series=_main_series(ranked),
        year=min(years) if years else None,
        language=head.language
        if described
        else next((e.language for e in ranked if e.language), ""),
        pages=pages[0] if pages else None,
        genres=tuple(ordered)[:_MAX_GENRES],
        description=head.description if described else "",
        mean_rating=rated.mean_rating if rated else None,
        ratings_count=max(e.ratings_count for e in ranked),
    )


def _is_description(text: str) -> bool:
    return len(text.split()) >= MIN_DESCRIPTION_WORDS


def _main_series(editions: Sequence[Edition]) -> Series | None:
    """Return the series that most editions name. A series with a volume comes before others.

    An edition's first series counts double.
    """
    votes: Counter[str] = Counter()
    best: dict[str, Series] = {}
    for edition in editions:
        for place, series in enumerate(edition.series):
            votes[series.key] += 2 if place == 0 else 1
            known = best.get(series.key)
            if known is None or (known.volume is None and series.volume is not None):
                best[series.key] = series
    if not votes:
        return None
    return best[min(votes, key=lambda k: (best[k].volume is None, -votes[k]))]
