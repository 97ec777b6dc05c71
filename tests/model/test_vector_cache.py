"""The cache of text vectors."""

import numpy as np

from bookrec.model.vector_cache import VectorCache


def test_a_vector_is_found_only_with_its_model_length_limit_and_text(tmp_path):
    path = tmp_path / "cache.sqlite"

    def cached(fingerprint, max_tokens):
        cache = VectorCache(path, fingerprint, max_tokens)
        try:
            found = cache.get(["rust", "kelp"])
        finally:
            cache.close()
        return {i: v.tolist() for i, v in found.items()}

    cache = VectorCache(path, "a", 64)
    cache.put(["kelp"], np.array([[1.0, 2.0]], dtype=np.float32))
    cache.close()
    assert cached("a", 64) == {1: [1.0, 2.0]}
    assert cached("a", 128) == cached("b", 64) == cached("a\0006", 4) == {}
