"""The arrays over all books that prediction reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.prediction.loyalty import Kin
from bookrec.prediction.stars import Constants
from bookrec.workspace.artefacts import GENRES, TEXT, VECTORS
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class Shelf:
    """What the similarity sees of all N books: `vectors` float32 (N, W) of unit length, `authors`
    and `series` int64 (N,) ids, -1 unknown; `genres` float32 (N, G) of unit length, zero unknown;
    `years` and `volumes` float64 (N,), NaN unknown. Without the last four their terms are left
    out."""

    vectors: np.ndarray
    authors: np.ndarray
    series: np.ndarray
    genres: np.ndarray | None = None
    years: np.ndarray | None = None
    volumes: np.ndarray | None = None

    @property
    def kin(self) -> Kin:
        """Authors, series and volumes."""
        unknown = np.full(len(self.series), np.nan)
        return Kin(self.authors, self.series, unknown if self.volumes is None else self.volumes)

    def loyalty(self, read: np.ndarray, books: np.ndarray, constants: Constants) -> np.ndarray:
        """s_ui float64 (n,) of `books` (n,) for a reader of `read` (H,), in stars."""
        return self.kin.loyalty(read, books, constants.per_volume, constants.per_author)


def load_shelf(workspace: Workspace, catalogue: Catalogue) -> Shelf:
    """What the similarity sees of all N books; vectors memory-mapped.

    Raises:
        MissingError: `train-projection` has not run.
        UnusableError: an array is damaged or not of this catalogue.
    """
    kin = catalogue.kin()
    return Shelf(
        workspace.array(VECTORS, len(kin)),
        kin[:, 0],
        kin[:, 1],
        workspace.array(GENRES, len(kin)),
        catalogue.years(),
        catalogue.volumes(),
    )


def load_text(workspace: Workspace, catalogue: Catalogue) -> np.ndarray:
    """The text vectors of all N books, float32 (N, 2E), memory-mapped.

    Raises:
        MissingError: `embed` has not run.
        UnusableError: the array is damaged or not of this catalogue.
    """
    return workspace.array(TEXT, len(catalogue))
