"""Peers' runs in one JSON file, so that a second call runs only what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from methods import Job, Peer, Run, Settings

from bookrec.files import write_json


class Cache:
    """Runs by method, version, settings, seed, what was predicted and the data's fingerprint."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runs: dict[str, Any] = {}
        if path.exists():
            self._runs = json.loads(path.read_text("utf-8"))

    def run(self, peer: Peer, settings: Settings, job: Job, part: str, data: str) -> Run:
        """The run of before, or a new one, which is kept."""
        if not peer.cached:
            return peer.run(job, settings)
        said = json.dumps(settings, sort_keys=True)
        key = " | ".join((peer.name, peer.version, said, f"seed {job.seed}", part, data))
        if key not in self._runs:
            run = peer.run(job, settings)
            self._runs[key] = {
                # Six decimals: no tie is made of what a float32 library could tell apart.
                "predicted": " ".join(f"{x:.6f}" for x in run.predicted),
                "seconds": [run.fit_seconds, run.predict_seconds],
            }
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self._path, self._runs)
        found = self._runs[key]
        predicted = np.array(found["predicted"].split(), dtype=np.float64)
        if predicted.shape != job.target_books.shape:
            raise ValueError(f"the cache holds {len(predicted)} predictions of {key}")
        return Run(predicted, *found["seconds"])
