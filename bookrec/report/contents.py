"""The contents of the report, gathered from a workspace."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bookrec import __version__
from bookrec.catalogue.database import Catalogue
from bookrec.report.bookmap import MAPPED, BookMap, draw_map
from bookrec.workspace.folder import Workspace
from bookrec.workspace.records import record_of


@dataclass(frozen=True)
class Report:
    """Everything the page shows.

    `metrics` is `metrics.json`. `alpha_curve` holds (α, mean per-reader Pearson) pairs. `learning`
    has one dictionary per epoch (epoch, loss, score); `kept` is the epoch whose weights are used.
    """

    metrics: Mapping[str, Any]
    alpha: float
    alpha_curve: Sequence[tuple[float, float]]
    learning: Sequence[Mapping[str, float]]
    kept: int
    books: BookMap
    made: str  # ISO date
    version: str = __version__


def gather(workspace: Workspace, metrics: Mapping[str, Any]) -> Report:
    """Combine `metrics` with the workspace's model, projection and catalogue.

    Raises:
        MissingError: the catalogue, the vectors or the model do not exist.
        UnusableError: one of them is damaged.
    """
    with workspace.reading("model.json") as path:
        model = json.loads(path.read_text("utf-8"))
        alpha, curve = float(model["alpha"]), [(float(a), float(s)) for a, s in model["curve"]]
    trained = record_of(workspace, "projection.safetensors").get("counts", {})
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        rows = catalogue.rows(
            "SELECT genres FROM books WHERE described ORDER BY book LIMIT ?", (MAPPED,)
        )
        vectors = workspace.array("vectors.npy", len(catalogue))[: len(rows)]
    genres = [tuple(json.loads(row[0])) for row in rows]
    return Report(
        metrics,
        alpha,
        curve,
        trained.get("curve", []),
        int(trained.get("best", 0)),
        draw_map(vectors, genres),
        time.strftime("%Y-%m-%d"),
    )
