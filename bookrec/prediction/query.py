"""How well each book answers a request in words (`--like`).

    fit_i = (m_i + 3·c_i) / 4 - o_i,                       0 if negative
    m_i = cos_i / max(max cos, .4)
    c_i = Σ_k u_k e_ki / Σ_k u_k
    e_ki = 1 - (1 - .9·g_ki)(1 - .55·w_ki)(1 - .4·r_ki)

m is the meaning: the cosine of the encoded request and the text half of the book's vector. c is
the coverage of the request's concepts k (`finder/concepts.py`). e is the evidence that a book is
about a concept: g from its genres (1, or .4 if the genre is wider, less 5 % for each genre before
it), w from the typed words and r from words that mean the same. w and r are the square roots of
their BM25 scores, divided by the largest. u is √ln(1 + M / number of books with the typed words or
a near genre), at most √5; a mood counts .3 of that, a word outside the table of concepts .6. 4·o is
.5 for nonfiction where a novel is asked for and the reverse, .4 for romance and .5 more for
erotica, .6 for picture books, unless asked for.

The constants were chosen on the requests of benchmarks/quality/like.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.finder.concepts import Concept, concepts, is_of_kind, wants_fiction
from bookrec.finder.word_scores import word_scores

QUERY_WEIGHT = 32.0  # of fit in the score that orders a list
FLOOR = 0.3  # a book with less fit does not answer the request
_MEANING, _COVERAGE = 1.0, 3.0
_LEAST_COSINE = 0.4  # a best cosine below it is no sign of the same meaning
_GENRE, _TYPED, _RELATED = 0.9, 0.55, 0.4
_WIDER, _LATER_GENRE = 0.4, 0.95
_MAX_RARITY, _MOOD, _PLAIN_WORD = 5.0, 0.3, 0.6
_OTHER_KIND, _ROMANCE, _EROTICA, _PICTURES = 0.5, 0.4, 0.5, 0.6
_LEAST_GENRE_BOOKS = 3  # books with a genre, for its name to be looked for in the text
_MATCHED = 0.3  # evidence from which a concept counts as found in a book

_ROMANCES = frozenset(
    (
        "romance|paranormal romance|science fiction romance|contemporary romance|erotic romance|"
        "historical romance|time travel romance|m m romance|erotica|bdsm|menage|reverse harem"
    ).split("|")
)
_EROTICAS = frozenset({"erotica", "erotic romance", "bdsm", "menage"})
_LEADING_GENRES = 3  # a romance has the genre among its first ones


@dataclass(frozen=True)
class Query:
    """A request in words, compared with the M described books.

    `fit` float64 (N,) as above, 0 for books without a description. `evidence` float64 (K, M) is
    e_ki of the K `concepts`.
    """

    text: str
    fit: np.ndarray
    concepts: tuple[Concept, ...]
    evidence: np.ndarray

    def matched(self, book: int) -> tuple[str, ...]:
        """Return the typed words of the concepts that a book was found to be about."""
        if book >= self.evidence.shape[1]:
            return ()
        found = self.evidence[:, book] >= _MATCHED
        return tuple(c.typed for c, yes in zip(self.concepts, found, strict=True) if yes)

    @cached_property
    def answered(self) -> bool:
        """Whether any book answers the request."""
        return bool((self.fit >= FLOOR).any())


def asked(catalogue: Catalogue, vectors: np.ndarray, text: str, encoded: np.ndarray) -> Query:
    """Compare a request with the books of a catalogue.

    `vectors` float32 (N, 2D) are the book vectors, `encoded` float32 (D,) is the request as
    `BookEncoder.encode_query` returns it.
    """
    rows = catalogue.rows("SELECT genres FROM books WHERE described ORDER BY book")
    genres = [[str(g).lower() for g in json.loads(row[0])] for row in rows]
    places = _places(genres)
    known = [name for name, books in places.items() if len(books) >= _LEAST_GENRE_BOOKS]
    found = concepts(text, known)
    evidence = np.zeros((len(found), len(genres)))
    weights = np.zeros(len(found))
    for k, concept in enumerate(found):
        evidence[k], weights[k] = _evidence(catalogue, concept, places, len(genres))
    coverage = weights @ evidence / (weights.sum() or 1.0)
    # text halves have length √½; in a tiny catalogue they are shorter than the learned halves
    cosine = math.sqrt(2.0) * (vectors[: len(genres), : len(encoded)] @ encoded)
    meaning = cosine / max(cosine.max(initial=0.0), _LEAST_COSINE)
    fit = (_MEANING * meaning + _COVERAGE * coverage) / (_MEANING + _COVERAGE)
    fit -= _unasked(text, found, genres)
    everything = np.zeros(len(vectors))
    everything[: len(genres)] = np.maximum(fit, 0.0)
    return Query(text, everything, tuple(found), evidence)


def _places(genres: Sequence[Sequence[str]]) -> dict[str, dict[int, int]]:
    """Return for each genre its books, each with the genre's place among the book's genres."""
    found: dict[str, dict[int, int]] = {}
    for book, own in enumerate(genres):
        for place, name in enumerate(own):
            found.setdefault(name, {})[book] = place
    return found


def _evidence(
    catalogue: Catalogue, concept: Concept, places: dict[str, dict[int, int]], described: int
) -> tuple[np.ndarray, float]:
    """Return e float64 (M,) of one concept, and its weight u."""
    genre, near = np.zeros(described), np.zeros(described, dtype=bool)
    for names, strength in ((concept.genres, 1.0), (concept.wider, _WIDER)):
        for name in names:
            own = places.get(name, {})
            books = np.fromiter(own.keys(), dtype=np.int64, count=len(own))
            later = _LATER_GENRE ** np.fromiter(own.values(), dtype=np.float64, count=len(own))
            genre[books] = np.maximum(genre[books], strength * later)
            near[books] |= strength == 1.0
    typed = _scores(catalogue, [concept.typed], described)
    related = _scores(catalogue, concept.related, described)
    evidence = 1.0 - (1.0 - _GENRE * genre) * (1.0 - _TYPED * typed) * (1.0 - _RELATED * related)
    having = int(np.sum(near | (typed > 0))) or int(np.sum(evidence > 0))
    rarity = min(_MAX_RARITY, math.log(1.0 + described / max(1, having)))
    plain = not (concept.related or concept.genres or concept.wider)
    return evidence, math.sqrt(rarity) * (_MOOD if concept.mood else _PLAIN_WORD if plain else 1.0)


def _scores(catalogue: Catalogue, phrases: Sequence[str], described: int) -> np.ndarray:
    """Return the root of the BM25 scores of any of the phrases, the largest scaled to 1: (M,)."""
    found = np.zeros(described)
    for book, score in word_scores(catalogue, phrases):
        if book < described:
            found[book] = score
    return np.sqrt(found / (found.max(initial=0.0) or 1.0))


def _unasked(text: str, found: Sequence[Concept], genres: Sequence[Sequence[str]]) -> np.ndarray:
    """Return o float64 (M,), what is taken off books of a kind that is not asked for."""
    fiction = wants_fiction(text)
    named = {name for concept in found for name in (*concept.genres, *concept.wider)}
    off = np.zeros(len(genres))
    for book, own in enumerate(genres):
        if fiction is not None and not is_of_kind(own, fiction):
            off[book] += _OTHER_KIND
        if not _ROMANCES & named and _ROMANCES.intersection(own[:_LEADING_GENRES]):
            off[book] += _ROMANCE
        if not _ROMANCES & named and _EROTICAS.intersection(own):
            off[book] += _EROTICA
        if not {"picture books", "childrens"} & named and "picture books" in own:
            off[book] += _PICTURES
    return off / (_MEANING + _COVERAGE)
