"""Texts are encoded in batches of similar length."""

import numpy as np
import tiny

from bookrec.model.encoder import encode_sorted


def test_the_longest_texts_are_encoded_first_and_vectors_keep_their_texts():
    texts = ["sea", "sea robot sea robot", "robot robot"]
    encoder, kept = tiny.FakeEncoder(), {}

    def keep(numbers, vectors):
        kept.update(zip(numbers, vectors, strict=True))

    encode_sorted(encoder, texts, max_tokens=64, batch=2, keep=keep)
    assert encoder.batches == [[texts[1], texts[2]], [texts[0]]]
    for i, text in enumerate(texts):
        assert np.array_equal(kept[i], tiny.FakeEncoder().encode([text], 64)[0])
