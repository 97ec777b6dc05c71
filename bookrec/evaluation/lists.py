"""The lists that `recommend` would have made for histories of the catalogue's own books, measured
beside the baselines. What is measured is what is served: the same functions, and no copy of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from bookrec.catalogue.filters import Allowed, allowed
from bookrec.catalogue.printings import printings
from bookrec.catalogue.ratings import Ratings
from bookrec.config import Filters, ListOptions
from bookrec.evaluation.baselines import ItemItem
from bookrec.evaluation.list_cases import ListCase, list_cases, shortened_to, with_targets_in
from bookrec.evaluation.list_metrics import K, best
from bookrec.evaluation.list_protocol import (
    BASELINE,
    HISTORIES,
    Candidates,
    Lists,
    Rng,
    baselines,
    list_report,
    lists_of,
)
from bookrec.evaluation.protocols import Rows
from bookrec.histories.reading import HistoryItem, Reading
from bookrec.histories.request import Request
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.ranking import listed, ranked, scored
from bookrec.prediction.taste import Taste, taste_of
from bookrec.progress import Progress

# `--novelty` from the most read to the least read; the default comes first of all.
NOVELTIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)
_LIST = ListOptions(limit=K)
_FEW = ("popularity", BASELINE)  # baselines of short histories


@dataclass(frozen=True)
class Lister:
    """Makes lists by what is `served`."""

    loaded: LoadedModel

    @cached_property
    def rules(self) -> Allowed:
        """Which of the M described books may be recommended."""
        return allowed(self.loaded.catalogue, Filters())

    def taste(self, case: ListCase) -> Taste:
        """The case's history as that of a reader who asks."""
        books = self.loaded.catalogue.books(case.books)
        seen = (HistoryItem(book, float(s)) for book, s in zip(books, case.stars, strict=True))
        return taste_of(self.loaded, Reading(tuple(seen)), Request(), self.loaded.workspace.root)

    def scores(self, taste: Taste, case: ListCase, novelties: Sequence[float]) -> np.ndarray:
        """Scores float64 (V, M) of a case's candidates that its history speaks for, -inf of other
        books."""
        keep = self.rules.keep.copy()
        keep[case.read[case.read < len(keep)]] = False
        candidates = np.flatnonzero(keep)
        found = np.full((len(novelties), len(keep)), -np.inf)
        dial = np.array(novelties, dtype=np.float64)[:, None]
        scores, near = scored(self.loaded, taste, candidates, dial)
        found[:, candidates] = np.where(near, scores, -np.inf)
        return found

    def shown(self, taste: Taste, scores: np.ndarray) -> np.ndarray:
        """What `recommend` prints of these scores (M,), int64 (≤ k,)."""
        found = ranked(self.loaded, taste, _LIST, self.rules, scores)
        return np.array(listed(self.loaded, taste, _LIST, found), dtype=np.int64)


def measured_lists(
    loaded: LoadedModel,
    unprojected: LoadedModel,
    known: Ratings,
    rows: Rows,
    rng: Rng,
    progress: Progress,
) -> dict[str, Any] | None:
    """The `lists` of the command line's contract; None when nobody has enough targets.

    The means of `served` are fitted without the targets; `unprojected` is the same with the text
    vectors as they are. `rng` gives a generator of the same draws each time.
    """
    lister, plain = Lister(loaded), Lister(unprojected)
    field = _field(lister, known, rows)
    cases = list_cases(rows.ratings, rows.lists, field.allowed, rng())
    if not cases:
        return None
    few = {size: shortened_to(cases, size, rng()) for size in HISTORIES}
    asked = len(cases) + sum(map(len, few.values()))
    with progress.task("Making lists", asked) as task:
        models = baselines(known, rows.fitted_on, loaded.described)
        ours = _OwnLists.of(lister, plain, cases, field, task.advance)
        lists = lists_of(models, cases, field, loaded.described) | ours.lists
        models = {name: models[name] for name in _FEW}
        by_history = {
            str(size): list_report(
                some, _short(lister, models, some, field, task.advance), field, rng
            )
            for size, some in few.items()
            if some
        }
    return {
        "k": K,
        "candidates": int(field.allowed.sum()),
        "history": float(np.mean([len(case.books) for case in cases])),
        **list_report(cases, lists, field, rng),
        "frontier": _frontier(cases, ours.dial, field, rng),
        "by_history": by_history,
        "cold_books": _cold(cases, ours.cold, field, rng),
    }


def _field(lister: Lister, known: Ratings, rows: Rows) -> Candidates:
    loaded = lister.loaded
    allowed = np.zeros(len(loaded.counts), dtype=bool)
    allowed[: len(lister.rules.keep)] = lister.rules.keep
    rated = np.bincount(known.books[rows.fitted_on], minlength=len(allowed)) > 0
    return Candidates(allowed, ~rated, loaded.counts, printings(loaded.catalogue))


def _first(scores: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    """The list by scores (M,) alone, `among` bool (M,) some of the books."""
    scored = np.isfinite(scores)
    return best(scores, scored if among is None else scored & among)


@dataclass(frozen=True)
class _OwnLists:
    """bookrec's lists of each case: `lists` by method, `dial` by novelty, `cold` by method among
    the books that nobody has rated."""

    lists: Lists
    dial: dict[float, list[np.ndarray]]
    cold: Lists

    @classmethod
    def of(
        cls,
        lister: Lister,
        plain: Lister,
        cases: Sequence[ListCase],
        field: Candidates,
        advance: Callable[[], None],
    ) -> _OwnLists:
        found = cls(
            {name: [] for name in ("text", "personal", "shown")},
            {novelty: [] for novelty in NOVELTIES},
            {name: [] for name in ("site_popularity", "text", "personal")},
        )
        for case in cases:
            found._add(lister, plain, case, field)
            advance()
        return found

    def _add(self, lister: Lister, plain: Lister, case: ListCase, field: Candidates) -> None:
        usual = _LIST.novelty
        taste = lister.taste(case)
        scores, *dialled = lister.scores(taste, case, (usual, *self.dial))
        (text,) = plain.scores(plain.taste(case), case, (usual,))
        self.lists["personal"].append(_first(scores))
        self.lists["shown"].append(lister.shown(taste, scores))
        self.lists["text"].append(_first(text))
        for novelty, turned in zip(self.dial, dialled, strict=True):
            self.dial[novelty].append(_first(turned))
        cold = field.cold[: len(scores)]
        site = np.where(np.isfinite(scores), field.ratings_count[: len(scores)], -np.inf)
        for name, of in (("site_popularity", site), ("text", text), ("personal", scores)):
            self.cold[name].append(_first(of, cold))


def _short(
    lister: Lister,
    models: Mapping[str, ItemItem],
    cases: Sequence[ListCase],
    field: Candidates,
    advance: Callable[[], None],
) -> Lists:
    """The baselines' lists of short histories, and the order by score."""
    lists = lists_of(models, cases, field, lister.loaded.described)
    lists["personal"] = []
    for case in cases:
        (scores,) = lister.scores(lister.taste(case), case, (_LIST.novelty,))
        lists["personal"].append(_first(scores))
        advance()
    return lists


def _frontier(
    cases: Sequence[ListCase], dial: dict[float, list[np.ndarray]], field: Candidates, rng: Rng
) -> list[dict[str, Any]]:
    """What `--novelty` trades: figures of the order by score at each setting."""
    found = list_report(cases, {str(novelty): lists for novelty, lists in dial.items()}, field, rng)
    return [{"novelty": float(name), **figures} for name, figures in found["methods"].items()]


def _cold(
    cases: Sequence[ListCase], lists: Lists, field: Candidates, rng: Rng
) -> dict[str, Any] | None:
    """The books that nobody has rated among themselves, of readers who liked one of them; what
    knows readers alone has nothing to say."""
    some = with_targets_in(cases, field.cold)
    if not some:
        return None
    mine = {name: [found[i] for i in some] for name, found in lists.items()}
    among = replace(field, allowed=field.allowed & field.cold)
    candidates = int(among.allowed.sum())
    return {"candidates": candidates, **list_report(list(some.values()), mine, among, rng)}
