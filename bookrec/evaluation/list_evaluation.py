"""Evaluation of recommendation lists: bookrec's against the baselines, on the same readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.baselines import ItemItem, baseline_lists, fit_baselines
from bookrec.evaluation.bootstrap import Sampling
from bookrec.evaluation.list_cases import ListCase, list_cases, shortened_to, with_targets_in
from bookrec.evaluation.list_figures import BASELINE, Candidates, ListsByMethod, list_report
from bookrec.evaluation.list_metrics import K
from bookrec.evaluation.own_lists import ListMaker, own_lists
from bookrec.evaluation.protocols import ProtocolRows
from bookrec.prediction.loaded import LoadedModel
from bookrec.progress import Progress

HISTORY_SIZES = (1, 5, 20)  # liked books in the shortened histories
_SHORT_HISTORY_BASELINES = ("popularity", BASELINE)


def evaluate_lists(
    loaded: LoadedModel,
    unprojected: LoadedModel,
    known: Ratings,
    rows: ProtocolRows,
    sampling: Sampling,
    progress: Progress,
) -> dict[str, Any] | None:
    """The "lists" of `evaluate --json` (docs/cli.md), or None if no reader has enough targets.

    The means and neighbours of `loaded` must be fitted without the targets. `unprojected` is the
    same model with the text vectors before projection.
    """
    maker, plain = ListMaker(loaded), ListMaker(unprojected)
    candidates = _candidates(maker, known, rows)
    cases = list_cases(rows.ratings, rows.list_cases, candidates.allowed, sampling.rng())
    if not cases:
        return None
    short = {size: shortened_to(cases, size, sampling.rng()) for size in HISTORY_SIZES}
    total = len(cases) + sum(map(len, short.values()))
    with progress.task("Making lists", total) as task:
        models = fit_baselines(known, rows.training_rows, loaded.described)
        ours = own_lists(maker, plain, cases, candidates, task.advance)
        lists = baseline_lists(models, cases, candidates, loaded.described) | ours.by_method
        models = {name: models[name] for name in _SHORT_HISTORY_BASELINES}
        by_history = {}
        for size, some in short.items():
            if some:
                made = _short_history_lists(maker, models, some, candidates, task.advance)
                by_history[str(size)] = list_report(some, made, candidates, sampling)
    return {
        "k": K,
        "candidates": int(candidates.allowed.sum()),
        "history": float(np.mean([len(case.books) for case in cases])),
        **list_report(cases, lists, candidates, sampling),
        "frontier": _frontier(cases, ours.by_novelty, candidates, sampling),
        "by_history": by_history,
        "cold_books": _cold_books(cases, ours.cold, candidates, sampling),
    }


def _candidates(maker: ListMaker, known: Ratings, rows: ProtocolRows) -> Candidates:
    loaded = maker.loaded
    allowed = np.zeros(len(loaded.counts), dtype=bool)
    allowed[: len(maker.rules.keep)] = maker.rules.keep
    rated = np.bincount(known.books[rows.training_rows], minlength=len(allowed)) > 0
    works = loaded.catalogue.printings()
    return Candidates(allowed, ~rated, loaded.counts, works, loaded.catalogue.contents(works))


def _short_history_lists(
    maker: ListMaker,
    models: Mapping[str, ItemItem],
    cases: Sequence[ListCase],
    candidates: Candidates,
    advance: Callable[[], None],
) -> ListsByMethod:
    """The lists of `models` and of `personal`."""
    lists = baseline_lists(models, cases, candidates, maker.loaded.described)
    lists["personal"] = []
    for case in cases:
        lists["personal"].append(maker.by_score(case))
        advance()
    return lists


def _frontier(
    cases: Sequence[ListCase],
    by_novelty: Mapping[float, list[np.ndarray]],
    candidates: Candidates,
    sampling: Sampling,
) -> list[dict[str, Any]]:
    """The figures of `personal` at each setting of `--novelty`: recall against popularity."""
    lists = {str(novelty): made for novelty, made in by_novelty.items()}
    methods = list_report(cases, lists, candidates, sampling)["methods"]
    return [{"novelty": float(name), **figures} for name, figures in methods.items()]


def _cold_books(
    cases: Sequence[ListCase], lists: ListsByMethod, candidates: Candidates, sampling: Sampling
) -> dict[str, Any] | None:
    """The figures with cold books as the only candidates and targets, None without such targets.

    The baselines are left out, because they cannot rank books without readers.
    """
    some = with_targets_in(cases, candidates.cold)
    if not some:
        return None
    kept = {name: [made[i] for i in some] for name, made in lists.items()}
    cold = replace(candidates, allowed=candidates.allowed & candidates.cold)
    report = list_report(list(some.values()), kept, cold, sampling)
    return {"candidates": int(cold.allowed.sum()), **report}
