"""Words of titles, authors and series that are spelt like the typed ones."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.titles import normal
from bookrec.catalogue.typed_words import Term, books_where, query

_NEAR = 0.7  # similarity: 1 - (letters to change or swap) / length
_NEAR_SHORT = 0.8  # for up to four letters
_MARGIN = 0.05  # below the nearest
_OTHER_SCRIPT_MARGIN = 0.28  # as there are several ways to transliterate: Достоевский
_MOST = 6  # words for one typed word
_SHORTEST, _SHORT = 3, 4  # characters


def respelt(
    catalogue: Catalogue, words: Sequence[Term], authors_only: bool = False
) -> tuple[list[Term], dict[str, Term]]:
    """Return the words with the unknown ones replaced, and what each of those became.

    A word that no title, author or series has is replaced by those that are spelt like it, also in
    another script: "Мураками" is "murakami". `authors_only` knows the words of authors' names only.
    """
    from anyascii import anyascii
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    known = _known_words(catalogue, authors_only)
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in known:
        spellings[name if name.isascii() else normal(anyascii(name))].append(name)
    found: list[Term] = []
    changed: dict[str, Term] = {}
    for word in words:
        typed = normal(word.typed)
        plain = typed if typed.isascii() else normal(anyascii(typed))
        near = []
        if not set(typed.split()) <= known and len(plain) >= _SHORTEST and not plain.isdigit():
            near = process.extract(
                plain,
                list(spellings),
                scorer=OSA.normalized_similarity,
                score_cutoff=_NEAR if len(plain) > _SHORT else _NEAR_SHORT,
                limit=_MOST,
            )
        if near:
            margin = _MARGIN if typed.isascii() else _OTHER_SCRIPT_MARGIN
            close = [name for name, score, _ in near if score >= near[0][1] - margin]
            found.append(Term(tuple(w for name in close for w in spellings[name])))
            changed[word.typed] = found[-1]
        else:
            found.append(word)
    return found, changed


def taken_as(catalogue: Catalogue, changed: Mapping[str, Term], books: Collection[int]) -> str:
    """Return "'tolkein' is taken as tolkien." for what `respelt` changed and the books have."""
    sentences = []
    for typed, term in changed.items():
        queries = [query([Term((word,))], unfinished=False) for word in term.phrases]
        having = [books_where(catalogue, one) for one in queries]
        used = [w for w, some in zip(term.phrases, having, strict=True) if some & set(books)]
        sentences += [f"{typed!r} is taken as {' or '.join(used)}."] if used else []
    return " ".join(sentences)


def _known_words(catalogue: Catalogue, authors_only: bool) -> set[str]:
    authors = {own for (own,) in catalogue.rows("SELECT DISTINCT authors FROM editions")}
    texts = {normal(name) for own in authors for name in json.loads(own)}
    if not authors_only:
        for sql in (
            f"SELECT DISTINCT n.full FROM names n JOIN books b USING (book) WHERE NOT {TITLE_ONLY}",
            "SELECT DISTINCT key FROM series",
        ):
            texts.update(text for (text,) in catalogue.rows(sql))
    return {word for text in texts for word in text.split()}
