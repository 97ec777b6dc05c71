"""A JSON cache of the peers' results: an interrupted or repeated call computes only what is new."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from methods import Job, Peer, Run, Settings

from bookrec.files import write_json


class Cache:
    """Results by key. A key names the method, its version, settings, seed and data."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._results: dict[str, Any] = {}
        if path.exists():
            self._results = json.loads(path.read_text("utf-8"))

    def get(self, key: str, compute: Callable[[], Any]) -> Any:
        """Return the JSON value of `key`. A missing value is computed and saved first."""
        if key not in self._results:
            self._results[key] = compute()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self._path, self._results)
        return self._results[key]

    def run(self, peer: Peer, settings: Settings, job: Job, part: str, fingerprint: str) -> Run:
        """Return a peer's predictions of one part of the split.

        Raises:
            ValueError: the cached predictions do not match the job's targets.
        """
        if not peer.cacheable:
            return peer.run(job, settings)
        settings_key = json.dumps(settings, sort_keys=True)
        parts = (peer.name, peer.version, settings_key, f"seed {job.seed}", part, fingerprint)
        key = " | ".join(parts)
        cached = self.get(key, lambda: _as_json(peer.run(job, settings)))
        predicted = np.array(cached["predicted"].split(), dtype=np.float64)
        if predicted.shape != job.target_books.shape:
            raise ValueError(f"the cache holds {len(predicted)} predictions of {key}")
        return Run(predicted, *cached["seconds"])


def _as_json(run: Run) -> dict[str, Any]:
    return {
        # Six decimals keep the file small and create almost no ties.
        "predicted": " ".join(f"{x:.6f}" for x in run.predicted),
        "seconds": [run.fit_seconds, run.predict_seconds],
    }
