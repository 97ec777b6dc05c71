"""A cache of text vectors in one SQLite file, keyed by encoder, length limit and text.

The key holds everything a vector depends on, so no entry is ever stale. An interrupted `embed`
continues where it stopped.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np


class VectorCache:
    """A file of float32 vectors by text. Each `put` is one transaction."""

    def __init__(self, path: Path, fingerprint: str, max_tokens: int) -> None:
        """Open or create the file.

        `fingerprint` is the encoder's; `max_tokens` is the limit at which texts are truncated.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._prefix = f"{fingerprint}\0{max_tokens}\0".encode()
        self._connection = sqlite3.connect(path)
        try:
            # a vector takes 1.5 kB: default pages would be half empty
            self._connection.execute("PRAGMA page_size=16384")
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            with self._connection:
                self._connection.execute(
                    "CREATE TABLE IF NOT EXISTS vectors "
                    "(key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
                )
        except sqlite3.Error:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def get(self, texts: Sequence[str]) -> dict[int, np.ndarray]:
        """Return the cached vectors, keyed by the position of the text in `texts`."""
        found = {}
        query = "SELECT vector FROM vectors WHERE key = ?"
        for i, text in enumerate(texts):
            row = self._connection.execute(query, (self._key(text),)).fetchone()
            if row is not None:
                found[i] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def put(self, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Store the vectors (n, E) of n texts."""
        rows = [
            (self._key(t), v.astype(np.float32).tobytes())
            for t, v in zip(texts, vectors, strict=True)
        ]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(self._prefix + text.encode()).digest()
