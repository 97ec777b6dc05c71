"""New text is encoded as the catalogue's own texts were."""

import numpy as np
import pytest
import tiny

from bookrec.catalogue.database import Catalogue
from bookrec.errors import UsageError
from bookrec.model.book_encoder import BookEncoder


def test_a_catalogue_text_gets_its_stored_vector_and_another_encoder_is_refused(built, tmp_path):
    encoder = BookEncoder(built, tmp_path, lambda _: tiny.FakeEncoder())
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        books = catalogue.books(range(5))
    stored = np.load(built.path("vectors.npy"))[:5]
    np.testing.assert_allclose(encoder.encode_books(books), stored, atol=1e-5)
    query = encoder.encode_query("a sea story")
    (text,) = tiny.FakeEncoder().encode(["a sea story"], 64)
    plain = np.concatenate([text, text]) @ encoder._projection.directions  # not centred
    np.testing.assert_allclose(query, plain / np.linalg.norm(plain), atol=1e-5)
    other = BookEncoder(built, tmp_path, lambda _: tiny.FakeEncoder("fake:2"))
    with pytest.raises(UsageError, match="encoded with fake:1"):
        other.encode_query("something new")
