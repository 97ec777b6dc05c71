"""What a recommendation needs of a workspace, read once and memory-mapped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import Series, normal, series_key
from bookrec.prediction.book_arrays import BookArrays, load_book_arrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.neighbours import Neighbours
from bookrec.prediction.order import Order
from bookrec.workspace.artefacts import CATALOGUE, GENRES, NEIGHBOURS, VECTORS
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import require_one_run


@dataclass(frozen=True)
class LoadedModel:
    """A catalogue with its vectors: `shelf` over all N books, `neighbours` of the M described ones
    (the first), `means` float64 (N,) in stars, `counts` int64 (N,) ratings, `global_mean` in stars;
    `constants` of the prediction, `weights` of the order."""

    workspace: Workspace
    catalogue: Catalogue
    arrays: BookArrays
    neighbours: Neighbours
    means: np.ndarray
    counts: np.ndarray
    constants: Constants
    weights: Order
    global_mean: float
    _names: dict[int, tuple[str, str | None, float | None]] = field(default_factory=dict)

    @classmethod
    def load(cls, workspace: Workspace, catalogue: Catalogue) -> LoadedModel:
        """Read the model.

        Raises:
            MissingError: the workspace lacks what `bookrec build` makes.
            UnusableError: a part of it is damaged, or not of one run with the others.
        """
        require_one_run(
            workspace, CATALOGUE, VECTORS, GENRES, NEIGHBOURS, "means.npy", "model.json"
        )
        counts = catalogue.rows("SELECT ratings_count FROM books ORDER BY book")
        with workspace.reading("model.json") as path:
            model = json.loads(path.read_text("utf-8"))
            constants, mean = Constants.of(model["constants"]), float(model["global_mean"])
            weights = Order.of(model["order"])
        return cls(
            workspace,
            catalogue,
            load_book_arrays(workspace, catalogue),
            Neighbours(workspace.array(NEIGHBOURS, catalogue.described)),
            workspace.array("means.npy", len(counts)).astype(np.float64),
            np.array(counts, dtype=np.int64).reshape(-1),
            constants,
            weights,
            mean,
        )

    @cached_property
    def described(self) -> int:
        """M, the books that may be recommended."""
        return self.catalogue.described

    def series_of(self, book: int) -> list[Series]:
        """A book's main series, or nothing."""
        return series_named(*self._named(book)[1:])

    def title_of(self, book: int) -> str:
        """The normal form of a book's title."""
        return normal(self._named(book)[0])

    def _named(self, book: int) -> tuple[str, str | None, float | None]:
        if book not in self._names:
            sql = "SELECT title, series, volume FROM books WHERE book = ?"
            title, series, volume = self.catalogue.rows(sql, (book,))[0]
            self._names[book] = title, series, volume
        return self._names[book]


def series_named(name: str | None, volume: float | None) -> list[Series]:
    """A series from its name as printed; none of no name."""
    return [Series(name, series_key(name), volume)] if name else []
