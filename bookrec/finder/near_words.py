"""Words of titles, authors and series that are spelt like the typed ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.titles import normal
from bookrec.finder.typed_words import Term, books_where, query

_NEAR = 0.69  # similarity: 1 - (letters to change or swap) / length
_NEAR_SHORT = 0.79  # for up to four letters
_MARGIN = 0.05  # below the nearest
_OTHER_SCRIPT_MARGIN = 0.28  # as there are several ways to transliterate: Достоевский
_MOST = 12  # words for one typed word
_SHORTEST, _SHORT = 3, 4  # characters


def respelt(
    catalogue: Catalogue, words: Sequence[Term], known_too: bool = False, authors_only: bool = False
) -> tuple[list[Term], dict[str, Term]]:
    """Return the words with the unknown ones replaced, and what each of those became.

    A word that no title, author or series has is replaced by those that are spelt like it, also in
    another script: "Мураками" is "murakami". `known_too` allows others for known words as well:
    "austin" is "austin" or "austen". `authors_only` knows the words of authors' names only.
    """
    known = _known_words(catalogue, authors_only)
    found: list[Term] = []
    changed: dict[str, Term] = {}
    for word in words:
        is_known = known.keys() >= set(normal(word.typed).split())
        near = _near(word.typed, known, is_known) if known_too or not is_known else []
        found.append(Term(tuple(near)) if near else word)
        if near:
            changed[word.typed] = found[-1]
    return found, changed


def _near(typed: str, known: Counter[str], is_known: bool) -> list[str]:
    """Return the known words that are about as near as the nearest, the most frequent first.

    If the word is known itself, it is the first, and the others are those nearest to it.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    word = _plain(normal(typed))
    if len(word) < _SHORTEST or word.isdigit():
        return []
    names = sorted(known)
    near = process.extract(
        word,
        list(map(_plain, names)),
        scorer=OSA.normalized_similarity,
        score_cutoff=_NEAR if len(word) > _SHORT else _NEAR_SHORT,
        limit=None,
    )
    others = [(names[place], score) for _, score, place in near if score < 1 or not is_known]
    margin = _MARGIN if typed.isascii() else _OTHER_SCRIPT_MARGIN
    close = [name for name, score in others if score >= others[0][1] - margin]
    itself = [normal(typed)] if is_known else []
    return [*itself, *sorted(close, key=lambda name: (-known[name], name))[:_MOST]]


def _plain(word: str) -> str:
    if word.isascii():
        return word
    from anyascii import anyascii

    return normal(anyascii(word))


def taken_as(catalogue: Catalogue, changed: Mapping[str, Term], books: Collection[int]) -> str:
    """Return "'tolkein' is taken as tolkien." for what `respelt` changed and the books have."""
    sentences = []
    for typed, term in changed.items():
        queries = [query([Term((word,))], unfinished=False) for word in term.phrases]
        having = [books_where(catalogue, one) for one in queries]
        used = [
            word
            for word, some in zip(term.phrases, having, strict=True)
            if some & set(books) and word != normal(typed)
        ]
        sentences += [f"{typed!r} is taken as {' or '.join(used)}."] if used else []
    return " ".join(sentences)


def _known_words(catalogue: Catalogue, authors_only: bool) -> Counter[str]:
    """Return the words of names, and the number of names that have each."""
    authors = {own for (own,) in catalogue.rows("SELECT DISTINCT authors FROM editions")}
    texts = {normal(name) for own in authors for name in json.loads(own)}
    if not authors_only:
        for sql in (
            f"SELECT DISTINCT n.full FROM names n JOIN books b USING (book) WHERE NOT {TITLE_ONLY}",
            "SELECT DISTINCT key FROM series",
        ):
            texts.update(text for (text,) in catalogue.rows(sql))
    return Counter(word for text in texts for word in text.split())
