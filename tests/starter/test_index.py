"""The index that ships was made from the CSV and the weights that ship."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from bookrec.catalogue.database import Catalogue
from bookrec.model.encoder import PACKAGED, PACKAGED_FINGERPRINT, SentenceEncoder
from bookrec.model.projection import Projection, genre_inputs
from bookrec.model.texts import SHORT_TOKENS, join_halves, long_text, short_text
from bookrec.sources.book_files import read_best_books
from bookrec.workspace.library import SHIPPED, built_in, has_library


def test_the_catalogue_has_the_rows_of_the_csv() -> None:
    library = built_in()
    assert has_library(library)
    editions = read_best_books(library.path("books.csv"), Counter())
    rows = {(e.title.shown, e.description) for e in editions}
    with Catalogue(library.need("catalogue.sqlite")) as catalogue:
        books = list(catalogue.all_books())
        assert not catalogue.has_ratings  # simulated readers do not influence recommendations
    assert {(b.title, b.description) for b in books} == rows
    assert all(b.described for b in books)


@pytest.mark.slow
def test_the_vectors_are_what_the_shipped_weights_make_of_the_texts() -> None:
    library = built_in()
    with Catalogue(library.need("catalogue.sqlite")) as catalogue:
        books = list(catalogue.all_books())[::150]
    encoder = SentenceEncoder(PACKAGED)
    projection = Projection.load(library.need("projection.safetensors"))
    text = join_halves(
        encoder.encode([short_text(b) for b in books], SHORT_TOKENS),
        encoder.encode([long_text(b) for b in books], 128),
    )
    rows = [b.index for b in books]
    vectors = np.load(library.need("vectors.npy"), mmap_mode="r")[rows]
    genres = np.load(library.need("genres.npy"), mmap_mode="r")[rows]
    known = genre_inputs([b.genres for b in books], projection.genres)
    np.testing.assert_allclose(vectors, projection.apply(text, known), atol=1e-3)
    np.testing.assert_allclose(genres, known, atol=1e-5)


def test_the_model_records_its_training_data_and_quality() -> None:
    library = built_in()
    trained = json.loads(library.need("model.json").read_text("utf-8"))["trained_on"]
    assert trained["data"] == "goodreads"  # real readers, not the simulated ones
    assert trained["encoder"] == PACKAGED_FINGERPRINT
    gain = trained["per_user_pearson"]["low"] - trained["per_user_pearson_of_the_mean"]["high"]
    assert gain > 0
    weights = library.path("projection.safetensors").stat().st_size
    assert weights + library.path("model.json").stat().st_size < 1_500_000
    assert all(library.path(name).exists() for name in SHIPPED)
