"""bookrec's own rows: its stages run for one seed in a workspace beside the real one."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from lists import Lists, Trial
from methods import Run, Stopwatch

from bookrec.artefacts import ARTEFACTS
from bookrec.config import AlphaConfig, EvaluateConfig, ProjectionConfig
from bookrec.progress import Silent, Task
from bookrec.stages import evaluate, fit_alpha, train_projection
from bookrec.workspace import Workspace

METHODS = ("mean", "bias", "text", "personal")
LIST_METHODS: tuple[str, ...] = ()  # what `lists` gives, in the order of the table


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


def lists(workspace: Workspace, protocol: str, trial: Trial, seed: int) -> dict[str, Lists]:
    """bookrec's lists for the readers of a test trial, by `LIST_METHODS`; nothing may be learned
    from other ratings than `trial.learn`."""
    return {}


def _link_inputs(workspace: Workspace, child: Workspace) -> None:
    """Hard links where the file system allows: stages replace files and never write into them."""
    for name in ARTEFACTS[train_projection.ARTEFACT].inputs:
        for file in (workspace.need(name), workspace.path(f"{name}.meta.json")):
            try:
                os.link(file, child.path(file.name))
            except OSError:
                shutil.copy2(file, child.path(file.name))
