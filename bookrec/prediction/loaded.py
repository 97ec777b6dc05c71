"""Everything a recommendation reads from a workspace."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import Series, normal, series_named
from bookrec.prediction.book_arrays import BookArrays, load_book_arrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.neighbours import Neighbours
from bookrec.prediction.order import OrderWeights
from bookrec.prediction.query import Query
from bookrec.workspace.artefacts import CATALOGUE, GENRES, NEIGHBOURS, VECTORS
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import require_one_run


@dataclass(frozen=True)
class LoadedModel:
    """A catalogue of N books with the fitted model.

    `arrays` cover all N books, `neighbours` the M described ones, which come first. `means` float64
    (N,) are the m_i in stars, `counts` int64 (N,) the site-wide numbers of ratings. `global_mean`
    is the mean of all ratings in stars. `constants` belong to the predicted stars, `weights` to the
    order of a list. `queries` holds the requests in words that were compared with the books.
    """

    workspace: Workspace
    catalogue: Catalogue
    arrays: BookArrays
    neighbours: Neighbours
    means: np.ndarray
    counts: np.ndarray
    constants: Constants
    weights: OrderWeights
    global_mean: float
    queries: dict[str, Query] = field(default_factory=dict)
    _names: dict[int, tuple[str, str | None, float | None]] = field(default_factory=dict)

    @classmethod
    def load(cls, workspace: Workspace, catalogue: Catalogue) -> LoadedModel:
        """Load the model; large arrays are memory-mapped.

        Raises:
            MissingError: The workspace lacks an artefact that `bookrec build` makes.
            UnusableError: An artefact is damaged or comes from another run than the others.
        """
        require_one_run(
            workspace, CATALOGUE, VECTORS, GENRES, NEIGHBOURS, "means.npy", "model.json"
        )
        counts = catalogue.rows("SELECT ratings_count FROM books ORDER BY book")
        with workspace.reading("model.json") as path:
            model = json.loads(path.read_text("utf-8"))
            constants, mean = Constants.of(model["constants"]), float(model["global_mean"])
            weights = OrderWeights.of(model["order"])
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
        """M, the number of described books; only they may be recommended."""
        return self.catalogue.described

    def series_of(self, book: int) -> list[Series]:
        """Return the main series of a book as a list of one, empty if it has none."""
        return series_named(*self._named(book)[1:])

    def title_of(self, book: int) -> str:
        """Return the normal form of a book's title."""
        return normal(self._named(book)[0])

    def _named(self, book: int) -> tuple[str, str | None, float | None]:
        """Return title, series and volume of a book."""
        if book not in self._names:
            sql = "SELECT title, series, volume FROM books WHERE book = ?"
            title, series, volume = self.catalogue.rows(sql, (book,))[0]
            self._names[book] = title, series, volume
        return self._names[book]
