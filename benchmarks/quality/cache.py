"""Peers' runs in one JSON file, so that a second call runs only what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from methods import Job, Peer, Run, Settings

from bookrec.files import write_json


class Cache:
    """What was computed, by a key that tells method, version, settings, seed and data."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, Any] = {}
        if path.exists():
            self._kept = json.loads(path.read_text("utf-8"))

    def kept(self, key: str, make: Callable[[], Any]) -> Any:
        """The JSON value of before, or a new one, which is written down at once."""
        if key not in self._kept:
            self._kept[key] = make()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self._path, self._kept)
        return self._kept[key]

    def run(self, peer: Peer, settings: Settings, job: Job, part: str, data: str) -> Run:
        """A peer's predictions of one part."""
        if not peer.cached:
            return peer.run(job, settings)
        said = json.dumps(settings, sort_keys=True)
        key = " | ".join((peer.name, peer.version, said, f"seed {job.seed}", part, data))
        found = self.kept(key, lambda: _written(peer.run(job, settings)))
        predicted = np.array(found["predicted"].split(), dtype=np.float64)
        if predicted.shape != job.target_books.shape:
            raise ValueError(f"the cache holds {len(predicted)} predictions of {key}")
        return Run(predicted, *found["seconds"])


def _written(run: Run) -> dict[str, Any]:
    return {
        # Six decimals: no tie is made of what a float32 library could tell apart.
        "predicted": " ".join(f"{x:.6f}" for x in run.predicted),
        "seconds": [run.fit_seconds, run.predict_seconds],
    }
