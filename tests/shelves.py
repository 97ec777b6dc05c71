"""Arrays over a few books, and plain constants, for tests of the prediction's formulas."""

from dataclasses import replace

import numpy as np

from bookrec.catalogue.ids import BookIds
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants

# A cosine is a weight; nothing but likeness counts.
PLAIN = replace(
    Constants(),
    alpha=1.0,
    threshold=0.0,
    power=1.0,
    shrinkage=1.0,
    same_author=0.0,
    same_series=0.0,
    reader_damping=1.0,
)


def arrays_of(vectors, authors=None, series=None, volumes=None, **more):
    vectors = np.asarray(vectors, dtype=np.float32)
    unknown = np.full(len(vectors), -1)
    return BookArrays(
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        BookIds(
            unknown if authors is None else np.array(authors),
            unknown if series is None else np.array(series),
            np.full(len(vectors), np.nan) if volumes is None else np.array(volumes),
        ),
        **more,
    )
