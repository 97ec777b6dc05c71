"""The arrays over all books that prediction reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ids import BookIds
from bookrec.workspace.artefacts import GENRES, TEXT, VECTORS
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class BookArrays:
    """What similarity is computed from, of all N books.

    `vectors` float32 (N, W) of unit length; `ids` of N books; `genres` float32 (N, G) of unit
    length, zero where unknown; `years` float64 (N,), NaN where unknown. Without the last two their
    terms are left out.
    """

    vectors: np.ndarray
    ids: BookIds
    genres: np.ndarray | None = None
    years: np.ndarray | None = None


def load_book_arrays(workspace: Workspace, catalogue: Catalogue) -> BookArrays:
    """The arrays of a workspace; vectors and genres are memory-mapped.

    Raises:
        MissingError: `train-projection` has not run.
        UnusableError: an array is damaged or not of this catalogue.
    """
    ids = catalogue.ids()
    return BookArrays(
        workspace.array(VECTORS, len(ids)),
        ids,
        workspace.array(GENRES, len(ids)),
        catalogue.years(),
    )


def load_text(workspace: Workspace, catalogue: Catalogue) -> np.ndarray:
    """The text vectors of all N books, float32 (N, 2E), memory-mapped.

    Raises:
        MissingError: `embed` has not run.
        UnusableError: the array is damaged or not of this catalogue.
    """
    return workspace.array(TEXT, len(catalogue))
