"""bookrec's own lists for test cases.

They are made by the functions that `recommend` calls, so what is measured is what users get.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bookrec.config import Filters, ListOptions
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.list_figures import Candidates, ListsByMethod
from bookrec.evaluation.list_metrics import K, best
from bookrec.finder.filters import Allowed, allowed
from bookrec.histories.reading import HistoryItem, Reading
from bookrec.histories.request import Request
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.ranking import listed, ranked, scored
from bookrec.prediction.taste import Taste, taste_of

NOVELTIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)  # settings of `--novelty`, the default first
_OPTIONS = ListOptions(limit=K)


@dataclass(frozen=True)
class ListMaker:
    """Makes lists with one model. M is the number of described books."""

    loaded: LoadedModel

    @cached_property
    def rules(self) -> Allowed:
        """Which of the M described books may be recommended."""
        return allowed(self.loaded.catalogue, Filters())

    def taste(self, case: ListCase) -> Taste:
        """The taste of a reader with the case's history."""
        books = self.loaded.catalogue.books(case.books)
        seen = (HistoryItem(book, float(s)) for book, s in zip(books, case.stars, strict=True))
        return taste_of(self.loaded, Reading(tuple(seen)), Request(), self.loaded.workspace.root)

    def scores(self, taste: Taste, case: ListCase, novelties: Sequence[float]) -> np.ndarray:
        """Scores float64 (V, M) for V novelties.

        -inf for books that may not be recommended, were read, or are not near the history
        (`order.is_relevant`).
        """
        keep = self.rules.keep.copy()
        keep[case.read[case.read < len(keep)]] = False
        candidates = np.flatnonzero(keep)
        found = np.full((len(novelties), len(keep)), -np.inf)
        column = np.array(novelties, dtype=np.float64)[:, None]
        scores, near = scored(self.loaded, taste, candidates, column)
        found[:, candidates] = np.where(near, scores, -np.inf)
        return found

    def shown(self, taste: Taste, scores: np.ndarray) -> np.ndarray:
        """The list that `recommend` prints given these scores (M,), int64 (≤ k,)."""
        found = ranked(self.loaded, taste, _OPTIONS, self.rules, scores)
        return np.array(listed(self.loaded, taste, _OPTIONS, found), dtype=np.int64)

    def by_score(self, case: ListCase) -> np.ndarray:
        """The list of the highest scores, int64 (≤ k,)."""
        (scores,) = self.scores(self.taste(case), case, (_OPTIONS.novelty,))
        return _highest(scores)


@dataclass(frozen=True)
class OwnLists:
    """Lists of each case.

    `by_method` are those of `text`, `personal` and `shown`. `by_novelty` are those of `personal`
    for each of `NOVELTIES`. `cold` holds lists of cold books only, by method.
    """

    by_method: ListsByMethod
    by_novelty: dict[float, list[np.ndarray]]
    cold: ListsByMethod


def own_lists(
    maker: ListMaker,
    unprojected: ListMaker,
    cases: Sequence[ListCase],
    candidates: Candidates,
    advance: Callable[[], None],
) -> OwnLists:
    """Make all of bookrec's lists. `unprojected` makes those of the method `text`."""
    lists = OwnLists(
        {name: [] for name in ("text", "personal", "shown")},
        {novelty: [] for novelty in NOVELTIES},
        {name: [] for name in ("site_popularity", "text", "personal")},
    )
    for case in cases:
        taste, default = maker.taste(case), _OPTIONS.novelty
        scores, *with_novelty = maker.scores(taste, case, (default, *NOVELTIES))
        (text,) = unprojected.scores(unprojected.taste(case), case, (default,))
        lists.by_method["personal"].append(_highest(scores))
        lists.by_method["shown"].append(maker.shown(taste, scores))
        lists.by_method["text"].append(_highest(text))
        for novelty, row in zip(NOVELTIES, with_novelty, strict=True):
            lists.by_novelty[novelty].append(_highest(row))
        counts = candidates.ratings_count[: len(scores)]
        site = np.where(np.isfinite(scores), counts, -np.inf)
        cold = candidates.cold[: len(scores)]
        for name, row in (("site_popularity", site), ("text", text), ("personal", scores)):
            lists.cold[name].append(_highest(row, cold))
        advance()
    return lists


def _highest(scores: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    """The list of the highest finite scores (M,). `among` bool (M,) restricts it to some books."""
    finite = np.isfinite(scores)
    return best(scores, finite if among is None else finite & among)
