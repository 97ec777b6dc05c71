"""A workspace's books as the prediction sees them: the arrays that several stages share."""

from __future__ import annotations

import numpy as np

from bookrec.data.catalogue import Catalogue
from bookrec.model.projection import kind_features
from bookrec.scoring.means import Kind
from bookrec.scoring.predict import Shelf
from bookrec.workspace import Workspace

VECTORS = "vectors.npy"  # float32 (N, D) of unit length
GENRES = "genres.npy"  # float32 (N, G) of unit length, zero unknown: as taste maps them
KINDS = "kinds.npy"  # float32 (N, G) likewise: genres as they are


def load_shelf(workspace: Workspace, catalogue: Catalogue) -> Shelf:
    """What the similarity sees of all N books; vectors memory-mapped.

    Raises:
        MissingError: `train-projection` has not run.
    """
    kin = catalogue.kin()
    return Shelf(
        np.load(workspace.need(VECTORS), mmap_mode="r"),
        kin[:, 0],
        kin[:, 1],
        np.load(workspace.need(GENRES), mmap_mode="r"),
        np.load(workspace.need(KINDS), mmap_mode="r"),
        catalogue.years(),
        catalogue.volumes(),
    )


def kind_of(text: np.ndarray, catalogue: Catalogue) -> Kind:
    """What tells these readers from the site's, of all N books, from text vectors (N, 2E)."""
    return Kind(kind_features(text, catalogue.described), catalogue.kin())
