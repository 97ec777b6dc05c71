"""Titles near a typed one: with typos, in part, or with most of its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import Title, parse_title
from bookrec.finder.named import Match, chosen, dominates, fits_volume, matches_of
from bookrec.finder.words import STOPWORDS, in_column, same_but_doubled, shares, typos

_SELECTED = 300  # titles that share the most trigrams
_MAX_LENGTH = 200  # characters of a typed title that are looked at
_SUGGESTED_TYPED = 0.5  # share of the typed words that a suggestion has
_SUGGESTED_KNOWN = 0.4  # share of the suggestion's words that were typed
_SUGGESTED_WHOLE = 0.2  # the same, if all that was typed is in the title
_PART = 0.45  # share of a title's words that can stand for it: "goblet of fire"
_ALL = 0.88  # share of words that are all there, but for typos
_MARGIN = 4.0  # books within this ratio of the best are candidates too
_WELL_KNOWN = 100_000  # ratings; a part of a title can mean only a well-known book
_RARE = 8  # titles; a word in more does not stand for one of them
_COMMON = 3  # titles; a word in so many is not a typo
_MIN_LENGTH = 4  # characters of a title that may have typos


@dataclass(frozen=True)
class Near:
    """A described book and how near its best title is to what was typed.

    `misspelt`: they differ only by typos. `part`: what was typed is half of the title. `typed` and
    `known` are the shares of words that agree, 0 to 1.
    """

    match: Match
    misspelt: bool
    part: bool
    typed: float
    known: float
    ratio: float  # rapidfuzz ratio of the titles, 0 to 100

    @property
    def suggested(self) -> bool:
        """Whether the book is near enough to be named to the user."""
        enough = _SUGGESTED_WHOLE if self.typed >= _ALL else _SUGGESTED_KNOWN
        return self.misspelt or (self.typed >= _SUGGESTED_TYPED and self.known >= enough)

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """Sort key: the nearest book comes first."""
        nearness = round(self.typed + self.known, 1)
        return not self.misspelt, not self.part, -nearness, -self.match.book.ratings_count


def near_titles(catalogue: Catalogue, full: str) -> list[Near]:
    """Return the described books with titles near the normalised one, nearest first."""
    full = full[:_MAX_LENGTH]
    words = full.split()
    best: dict[int, Near] = {}
    is_word = word_test(catalogue)
    names = _sharing_trigrams(catalogue, full) + _with_words(catalogue, words)
    known = {m.index: m for m in matches_of(catalogue, {(b, k, True) for b, k, *_ in names})}
    for index, _, title, core in names:
        for name in {title, core}:
            near = _compared(known[index], full, words, name, is_word)
            if near.suggested or near.part:
                other = best.get(index)
                if other is None or near.rank < other.rank:
                    best[index] = near
    return sorted(best.values(), key=lambda n: (*n.rank, n.match.index))


def meant(near: list[Near], title: Title, typed: str) -> Match | None:
    """Return the book that is meant in spite of typos or missing words, None if it is unclear.

    Raises:
        AmbiguousTitleError: several are equally near.
    """
    near = [n for n in near if fits_volume(n.match.book, title)]
    misspelt = [n for n in near if n.misspelt]
    if " " not in title.full:  # another word is often one letter away
        misspelt = [
            n
            for n in misspelt
            if n.match.book.ratings_count >= _WELL_KNOWN
            or same_but_doubled(title.full, parse_title(n.match.book.title).full)
        ]
    if misspelt:
        top = max(n.ratio for n in misspelt)
        close = [n.match for n in misspelt if n.ratio >= top - _MARGIN]
        return chosen(close, typed)[0]
    if " " not in title.full and sum(n.typed == 1 for n in near) > _RARE:
        return None  # "tomorrow" is in many titles, "gatsby" in few
    parts = sorted((n.match for n in near if n.part), key=lambda m: m.rank)
    if not parts or (len(parts) > 1 and not dominates(parts[0], parts[1])):
        return None
    return parts[0] if parts[0].book.ratings_count >= _WELL_KNOWN else None


def _compared(
    match: Match, full: str, words: list[str], name: str, is_word: Callable[[str], bool]
) -> Near:
    typed, known = shares(words, name.split())
    wrong = typos(full, name) if len(full) >= _MIN_LENGTH else None
    misspelt = wrong is not None and not any(map(is_word, wrong))
    part = f" {full} " in f" {name} " and known >= _PART
    return Near(match, misspelt, part, typed, known, fuzz.ratio(full, name))


def word_test(catalogue: Catalogue, titles: int = _COMMON) -> Callable[[str], bool]:
    """Return a function that says whether a word is in the titles of so many books.

    Then it is a word of the language, and no typo.
    """

    @cache
    def is_word(word: str) -> bool:
        sql = "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?"
        return len(catalogue.rows(sql, (in_column("titles", [word]), titles))) >= titles

    return is_word


def _sharing_trigrams(catalogue: Catalogue, full: str) -> list[tuple[int, str, str, str]]:
    grams = {full[i : i + 3] for i in range(len(full) - 2)}
    if not grams:
        return []
    query = " OR ".join('"' + g.replace('"', "") + '"' for g in sorted(grams))
    return catalogue.rows(
        "SELECT n.book, b.kind, n.full, n.core FROM spelling s JOIN names n ON n.rowid = s.rowid "
        f"JOIN books b ON b.book = n.book WHERE spelling MATCH ? AND b.described "
        f"ORDER BY rank LIMIT {_SELECTED}",
        (query,),
    )


def _with_words(catalogue: Catalogue, words: list[str]) -> list[tuple[int, str, str, str]]:
    """Titles that have all the words."""
    rare = [w for w in dict.fromkeys(words) if w not in STOPWORDS]
    if not rare:
        return []
    # rows are in order of ratings
    return catalogue.rows(
        "SELECT n.book, b.kind, n.full, n.core FROM (SELECT rowid AS book FROM words WHERE words "
        "MATCH ? ORDER BY rowid LIMIT 60) w JOIN names n ON n.book = w.book JOIN books b "
        "ON b.book = n.book WHERE b.described",
        (in_column("titles", rare),),
    )
