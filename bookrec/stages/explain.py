"""`explain`: one book's prediction part by part, its place, and why it is or is not recommended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.config import Filters, ListOptions
from bookrec.finder.filters import allowed
from bookrec.finder.lookup import find
from bookrec.histories.request import Request, read_base, read_seeds
from bookrec.model.book_encoder import Loader, load_encoder
from bookrec.prediction.caps import Caps
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.ranking import Ranked, caps_of, ranked, scored
from bookrec.prediction.reasons import Reasons, reasons
from bookrec.prediction.taste import Taste, taste_of
from bookrec.stages.why_not import WhyNot, exclusions, list_rules, too_far
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class Explanation:
    """Why a book is or is not recommended; `why_not` is empty if it is.

    `rank` is the book's position in a list of unlimited length, None if something keeps it off any
    list. `place` is its position by score alone among the `among` described books.
    """

    reasons: Reasons
    rank: int | None
    place: int
    among: int
    why_not: tuple[WhyNot, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object documented in docs/cli.md."""
        return {
            "recommended": not self.why_not,
            "rank": self.rank,
            "place": self.place,
            "among": self.among,
            "why_not": [{"reason": w.reason, "text": w.text} for w in self.why_not],
            **self.reasons.as_dict(),
        }


def run(
    workspace: Workspace,
    title: str,
    author: str,
    request: Request,
    filters: Filters,
    options: ListOptions,
    home: Path | None = None,
    load: Loader = load_encoder,
) -> Explanation:
    """Explain to a reader why one book of the catalogue is or is not recommended.

    `home` is the folder of the cache for vectors of texts outside the catalogue; the default is the
    workspace.

    Raises:
        MissingError: an artefact that `bookrec build` makes is missing or unusable.
        TitleError: the title or a seed is unknown or ambiguous.
        UsageError: the request names no taste, or an option or a history file is invalid.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        found = find(catalogue, title, author)
        reading = read_seeds(catalogue, request) + read_base(catalogue, request)
        loaded = LoadedModel.load(workspace, catalogue)
        taste = taste_of(loaded, reading, request, home or workspace.root, load)
        rules = allowed(catalogue, filters)
        ranking = ranked(loaded, taste, options, rules)
        notes = tuple(filter(None, (found.note, *taste.notes, *rules.notes)))
        return _explained(loaded, taste, filters, options, ranking, found.book, notes)


def _explained(
    loaded: LoadedModel,
    taste: Taste,
    filters: Filters,
    options: ListOptions,
    ranking: Ranked,
    book: Book,
    notes: tuple[str, ...],
) -> Explanation:
    score, place = _score_and_place(loaded, taste, options.novelty, ranking, book)
    caps = caps_of(loaded, taste, options)
    ahead = _list_up_to(ranking, caps, book.index, score)
    why_not = exclusions(loaded, taste, filters, ranking, book) or list_rules(loaded, caps, book)
    rank = None if why_not else ahead + 1
    if rank is not None and rank > options.limit:
        why_not = [too_far(rank, options.limit)]
    whole = reasons(loaded, taste, book, None)
    return Explanation(whole, rank, place, loaded.described, tuple(why_not), notes)


def _score_and_place(
    loaded: LoadedModel, taste: Taste, novelty: float, ranking: Ranked, book: Book
) -> tuple[float, int]:
    """Return a book's score and its place by score among all described books.

    `ranking` holds the scores of the candidates, exactly as `recommend` computes them. Only the
    books that it left out are scored here.
    """
    scores = ranking.scores.copy()
    left_out = np.flatnonzero(np.isneginf(scores))
    scores[left_out], _ = scored(loaded, taste, left_out, novelty)
    if book.described:
        score = float(scores[book.index])
    else:
        (score,), _ = scored(loaded, taste, np.array([book.index]), novelty)
    return score, int(np.sum(scores > score)) + 1


def _list_up_to(ranking: Ranked, caps: Caps, book: int, score: float) -> int:
    """Put the books ranked before `book` on the list, as far as `caps` allow, and count them."""
    ahead = 0
    for other in map(int, ranking.order):
        if other == book or ranking.scores[other] < score:
            break
        if not caps.refuses(other):
            caps.take(other)
            ahead += 1
    return ahead
