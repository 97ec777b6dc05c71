"""bookrec's own runs: train and predict for one seed, in a temporary child of the workspace."""

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
LIST_METHODS = ("personal", "shown")


class _Timed:
    """A silent `Progress` that measures the seconds of each task."""

    def __init__(self) -> None:
        self.watch = Stopwatch()

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        with self.watch(name), Silent().task(name, total) as task:
            yield task

    def say(self, text: str) -> None:
        return


def stars(workspace: Workspace, seed: int, target_books: np.ndarray) -> dict[str, Run]:
    """Train, fit α and predict the test rows of `seed` by each of `METHODS`, as `evaluate` does.

    `target_books` int64 (T,) are the books of the test rows.

    Raises:
        ValueError: bookrec's test rows are not those of `target_books`.
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
        raise ValueError("bookrec and the peers have different test rows")
    tasks = timed.watch.seconds  # by the names that `evaluate` gives its tasks
    personal, text = tasks["Predicting"], tasks["Predicting from text alone"]
    # The rest of the time is mostly the fit of α for the unprojected vectors.
    rest = whole - sum(tasks.values())
    seconds = {"text": (rest, text), "personal": (projection.seconds + alpha.seconds, personal)}
    return {
        name: Run(trial.predictions[name], *seconds.get(name, (None, None))) for name in METHODS
    }


def lists(workspace: Workspace, data: Data, trial: Trial, seed: int) -> dict[str, Lists]:
    """Train on `trial.fit_rows` and make a list for every reader by each of `LIST_METHODS`.

    "personal" orders by score; "shown" is what `recommend` prints. Training starts without the
    packaged projection, whose readers may include those of the trial.
    """
    watch = Stopwatch(time.process_time)
    with tempfile.TemporaryDirectory(prefix=".peers-", dir=workspace.root) as folder:
        child = Workspace(Path(folder))
        _link_inputs(workspace, child)
        _delete_other_ratings(child, data, trial)
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


def _delete_other_ratings(child: Workspace, data: Data, trial: Trial) -> None:
    """Delete all ratings outside the fit from the child's catalogue, after copying it."""
    path = child.path(CATALOGUE)
    linked = path.rename(path.with_suffix(".linked"))
    shutil.copy2(linked, path)
    linked.unlink()
    deleted = np.ones(len(data.ratings), dtype=bool)
    deleted[trial.fit_rows] = False
    columns = (data.ratings.readers[deleted], data.ratings.books[deleted])
    pairs = zip(*(column.tolist() for column in columns), strict=True)
    db = sqlite3.connect(path)
    with db:
        db.execute("CREATE TEMP TABLE deleted (reader, book, PRIMARY KEY (reader, book))")
        db.executemany("INSERT INTO deleted VALUES (?, ?)", pairs)
        db.execute("DELETE FROM ratings WHERE (reader, book) IN (SELECT reader, book FROM deleted)")
    db.close()


def _link_inputs(workspace: Workspace, child: Workspace) -> None:
    """Hard-link the inputs of training, or copy them where the file system has no hard links.

    A link is safe because stages replace files and never write into them.
    """
    for name in ARTEFACTS[train_projection.ARTEFACT].inputs:
        for file in (workspace.need(name), workspace.path(f"{name}.meta.json")):
            try:
                os.link(file, child.path(file.name))
            except OSError:
                shutil.copy2(file, child.path(file.name))
