"""bookrec's own rows: its stages run for one seed in a workspace beside the real one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from lists import Data, Lists, Trial
from methods import Run, Stopwatch

from bookrec.catalogue.database import Catalogue
from bookrec.config import AlphaConfig, EvaluateConfig, ListOptions, ProjectionConfig
from bookrec.evaluation.list_metrics import best
from bookrec.evaluation.own_lists import ListMaker
from bookrec.prediction.loaded import LoadedModel
from bookrec.progress import Silent, Task
from bookrec.stages import evaluate, fit_alpha, train_projection
from bookrec.workspace.artefacts import ARTEFACTS, CATALOGUE
from bookrec.workspace.folder import Workspace

METHODS = ("mean", "bias", "text", "personal")
LIST_METHODS = ("personal", "shown")  # what `lists` gives


class _Timed:
    """A silent `Progress` that keeps each task's seconds: evaluate's own clock."""

    def __init__(self) -> None:
        self.watch = Stopwatch()

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        with self.watch(name), Silent().task(name, total) as task:
            yield task

    def say(self, text: str) -> None:
        return


def run(workspace: Workspace, seed: int, target_books: np.ndarray) -> dict[str, Run]:
    """Train, fit α and predict the test rows of `seed` just as `bookrec evaluate` does.

    `target_books` (T,) are the books of those rows; it is an error when evaluate's differ.
    """
    with tempfile.TemporaryDirectory(prefix=".peers-", dir=workspace.root) as folder:
        child = Workspace(Path(folder))
        _link_inputs(workspace, child)
        projection = train_projection.run(child, ProjectionConfig(seed=seed), Silent())
        alpha = fit_alpha.run(child, AlphaConfig(seed=seed), Silent())
        timed, started = _Timed(), time.perf_counter()
        trial = evaluate.trial_of(child, EvaluateConfig(seed=seed), timed)
        whole = time.perf_counter() - started
    if not np.array_equal(trial.held.books, target_books):
        raise ValueError("bookrec's held-out rows are not the peers'")
    tasks = timed.watch.seconds
    personal, text = tasks.get("Predicting"), tasks.get("Predicting from text alone")
    # What is left of evaluate's time is mostly the fit of α for the unprojected vectors.
    rest = whole - sum(tasks.values())
    seconds = {"text": (rest, text), "personal": (projection.seconds + alpha.seconds, personal)}
    return {
        name: Run(trial.predictions[name], *seconds.get(name, (None, None))) for name in METHODS
    }


def lists(workspace: Workspace, data: Data, trial: Trial, seed: int) -> dict[str, Lists]:
    """bookrec's lists for the readers of a test trial, by `LIST_METHODS`: its stages run in a
    workspace whose catalogue holds no ratings but `trial.learn`, from an untrained map."""
    watch = Stopwatch(time.process_time)
    with tempfile.TemporaryDirectory(prefix=".peers-", dir=workspace.root) as folder:
        child = Workspace(Path(folder))
        _link_inputs(workspace, child)
        _forget(child, data, trial)
        with watch("fit"):
            train_projection.run(child, ProjectionConfig(seed=seed, start="none"), Silent())
            fit_alpha.run(child, AlphaConfig(seed=seed), Silent())
        found: dict[str, list[list[int]]] = {name: [] for name in LIST_METHODS}
        with Catalogue(child.path(CATALOGUE)) as catalogue, watch("rank"):
            maker = ListMaker(LoadedModel.load(child, catalogue))
            for case in trial.cases:
                taste = maker.taste(case)
                (scores,) = maker.scores(taste, case, (ListOptions.novelty,))
                found["personal"].append(best(scores, np.isfinite(scores)).tolist())
                found["shown"].append(maker.shown(taste, scores).tolist())
    seconds = watch.seconds["fit"], watch.seconds["rank"]
    return {name: Lists(books, *seconds) for name, books in found.items()}


def _forget(child: Workspace, data: Data, trial: Trial) -> None:
    """Take all other ratings out of the child's catalogue, a copy."""
    path = child.path(CATALOGUE)
    whole = path.rename(path.with_suffix(".whole"))
    shutil.copy2(whole, path)
    whole.unlink()
    gone = np.ones(len(data.ratings), dtype=bool)
    gone[trial.learn] = False
    pairs = zip(data.ratings.readers[gone].tolist(), data.ratings.books[gone].tolist(), strict=True)
    db = sqlite3.connect(path)
    with db:
        db.execute("CREATE TEMP TABLE gone (reader, book, PRIMARY KEY (reader, book))")
        db.executemany("INSERT INTO gone VALUES (?, ?)", pairs)
        db.execute("DELETE FROM ratings WHERE (reader, book) IN (SELECT reader, book FROM gone)")
    db.close()


def _link_inputs(workspace: Workspace, child: Workspace) -> None:
    """Hard links where the file system allows: stages replace files and never write into them."""
    for name in ARTEFACTS[train_projection.ARTEFACT].inputs:
        for file in (workspace.need(name), workspace.path(f"{name}.meta.json")):
            try:
                os.link(file, child.path(file.name))
            except OSError:
                shutil.copy2(file, child.path(file.name))
