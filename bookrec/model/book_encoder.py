"""Book vectors of books outside the catalogue, and of free-text queries.

Encoder and projection are those of the catalogue's own books. Text vectors are cached, so the
encoder is loaded only for new texts.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bookrec.catalogue.book import Book
from bookrec.config import EmbedConfig
from bookrec.errors import UsageError
from bookrec.model.encoder import PACKAGED_FINGERPRINT, Encoder, SentenceEncoder
from bookrec.model.projection import Projection, genre_inputs, unit_rows
from bookrec.model.texts import CACHE, SHORT_TOKENS, join_halves, long_text, short_text
from bookrec.model.vector_cache import VectorCache
from bookrec.workspace.folder import Workspace
from bookrec.workspace.records import record_of

Loader = Callable[[str], Encoder]


def load_encoder(model: str) -> Encoder:
    """Load an encoder by packaged name, path or hub name."""
    return SentenceEncoder(model)


class BookEncoder:
    """Encodes books and queries as the books of `workspace` were encoded; caches in `home`."""

    def __init__(self, workspace: Workspace, home: Path, load: Loader = load_encoder) -> None:
        meta = record_of(workspace, "text_vectors.npy")
        config = meta.get("config", {})
        self._model = str(config.get("model", EmbedConfig.model))
        self._max_tokens = int(config.get("max_tokens", EmbedConfig.max_tokens))
        self._fingerprint = str(meta.get("counts", {}).get("encoder", PACKAGED_FINGERPRINT))
        with workspace.reading("projection.safetensors") as path:
            self._projection = Projection.load(path)
        self._cache = home / CACHE
        self._load = load
        self._encoder: Encoder | None = None

    def encode_books(self, books: Sequence[Book]) -> np.ndarray:
        """Return the vectors float32 (n, 2D) of books.

        Raises:
            MissingError: The encoder is not on this machine.
            UsageError: The encoder has changed since the catalogue was encoded.
        """
        shorts, longs = [short_text(b) for b in books], [long_text(b) for b in books]
        return self._book_vectors(shorts, longs, [b.genres for b in books])

    def encode_query(self, text: str) -> np.ndarray:
        """Return the vector float32 (D,) of a query, of unit length, to compare with text halves.

        The query counts as short and as long text. It is not centred, unlike the books: the mean of
        the books' texts is no part of a few words, and taking it off finds worse
        (benchmarks/quality/like.py).

        Raises:
            MissingError, UsageError: As `encode_books`.
        """
        encoded = self._text_vectors([text], self._max_tokens)
        return np.asarray(unit_rows(join_halves(encoded, encoded) @ self._projection.directions)[0])

    def _book_vectors(
        self, shorts: Sequence[str], longs: Sequence[str], genres: Sequence[Sequence[str]]
    ) -> np.ndarray:
        halves = (
            self._text_vectors(shorts, SHORT_TOKENS),
            self._text_vectors(longs, self._max_tokens),
        )
        known = genre_inputs(genres, self._projection.genres)
        return self._projection.apply(join_halves(*halves), known)

    def _text_vectors(self, texts: Sequence[str], max_tokens: int) -> np.ndarray:
        """Return vectors float32 (n, E), zero for an empty text."""
        width = len(self._projection.centre) // 2
        vectors = np.zeros((len(texts), width), dtype=np.float32)
        cache = self._open_cache(max_tokens)
        try:
            known = cache.get(texts) if cache else {}
            for i, vector in known.items():
                vectors[i] = vector
            missing = [i for i, text in enumerate(texts) if text and i not in known]
            if missing:
                new = self._encode([texts[i] for i in missing], max_tokens)
                vectors[missing] = new
                with contextlib.suppress(sqlite3.Error):  # another process may hold the cache
                    if cache:
                        cache.put([texts[i] for i in missing], new)
        finally:
            if cache:
                cache.close()
        return vectors

    def _encode(self, texts: Sequence[str], max_tokens: int) -> np.ndarray:
        if self._encoder is None:
            self._encoder = self._load(self._model)
            if self._encoder.fingerprint != self._fingerprint:
                raise UsageError(
                    f"The books were encoded with {self._fingerprint}, but {self._model} is now "
                    f"{self._encoder.fingerprint}.",
                    "Run `bookrec embed` and `bookrec build` again.",
                )
        return self._encoder.encode(texts, max_tokens)

    def _open_cache(self, max_tokens: int) -> VectorCache | None:
        """Return the cache, or None where `home` is not writable."""
        try:
            return VectorCache(self._cache, self._fingerprint, max_tokens)
        except (OSError, sqlite3.Error):
            return None
