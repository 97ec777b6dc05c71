"""`embed`: encode the texts of each book as one text vector."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.config import EmbedConfig
from bookrec.errors import UnusableError
from bookrec.model.encoder import Encoder, SentenceEncoder, encode_sorted
from bookrec.model.texts import CACHE, SHORT_TOKENS, join_halves, long_text, short_text
from bookrec.model.vector_cache import VectorCache
from bookrec.progress import Progress
from bookrec.workspace.artefacts import CATALOGUE, TEXT
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import require_fresh, staleness
from bookrec.workspace.records import inputs_of, record_of, write_record

ARTEFACT = TEXT
_COMMIT = 256  # texts per commit to the cache; an interrupted run loses at most these


@dataclass(frozen=True)
class EmbedResult:
    """The outcome of `embed`.

    `books` is N and `width` 2E. `encoded` counts texts encoded in this run, `cached` all others.
    """

    path: Path
    books: int
    width: int
    encoded: int
    cached: int
    skipped: bool
    seconds: float


def run(
    workspace: Workspace,
    config: EmbedConfig,
    progress: Progress,
    load: Callable[[EmbedConfig], Encoder] | None = None,
) -> EmbedResult:
    """Write the text vectors, float32 (N, 2E) of unit length; only texts not cached are encoded.

    A vector joins those of the short and the long text. The long half is zero for a book without a
    description.

    Raises:
        MissingError: There is no catalogue, or the encoder is not on this machine.
        UnusableError: The catalogue is stale, or the cache is damaged.
    """
    require_fresh(workspace, CATALOGUE)
    path = workspace.path(ARTEFACT)
    if not staleness(workspace, ARTEFACT, config):
        counts = record_of(workspace, ARTEFACT)["counts"]
        return EmbedResult(path, counts["books"], counts["width"], 0, 0, True, 0.0)
    started = time.monotonic()
    encoder = (load or _load)(config)
    with workspace.locked():
        inputs, cache = inputs_of(workspace, ARTEFACT), workspace.path(CACHE)
        with Catalogue(workspace.path(CATALOGUE)) as catalogue:
            books = list(catalogue.all_books())
        short, long = [short_text(b) for b in books], [long_text(b) for b in books]
        shorts, new_short = _encode(encoder, short, SHORT_TOKENS, cache, progress, "titles")
        longs, new_long = _encode(encoder, long, config.max_tokens, cache, progress, "descriptions")
        vectors = join_halves(shorts, longs)
        n, width = vectors.shape
        workspace.write_array(ARTEFACT, vectors)
        counts = {"books": n, "width": width, "encoder": encoder.fingerprint}
        seconds = time.monotonic() - started
        write_record(workspace, ARTEFACT, config, inputs, counts, seconds)
    encoded = new_short + new_long
    cached = len(short) + sum(map(bool, long)) - encoded
    return EmbedResult(path, n, width, encoded, cached, False, seconds)


def _load(config: EmbedConfig) -> Encoder:
    return SentenceEncoder(config.model, config.device, config.batch_size)


def _encode(
    encoder: Encoder,
    texts: Sequence[str],
    max_tokens: int,
    cache_path: Path,
    progress: Progress,
    name: str,
) -> tuple[np.ndarray, int]:
    """Return vectors float32 (n, E), zero for empty texts, and how many texts were encoded."""
    vectors = np.zeros((len(texts), encoder.width), dtype=np.float32)
    with _cache(cache_path, encoder.fingerprint, max_tokens) as cache:
        for i, vector in cache.get(texts).items():
            vectors[i] = vector
        first: dict[str, int] = {}  # equal texts are encoded once
        for i, text in enumerate(texts):
            if text and not vectors[i].any():
                first.setdefault(text, i)
        missing = list(first.values())
        with progress.task(f"Encoding {name}", len(missing)) as task:

            def keep(rows: list[int], found: np.ndarray) -> None:
                rows = [missing[row] for row in rows]
                vectors[rows] = found
                cache.put([texts[row] for row in rows], found)
                task.advance(len(rows))

            if missing:
                encode_sorted(encoder, [texts[i] for i in missing], max_tokens, _COMMIT, keep)
        for i, text in enumerate(texts):
            if text in first:
                vectors[i] = vectors[first[text]]
    return vectors, len(missing)


@contextmanager
def _cache(path: Path, fingerprint: str, max_tokens: int) -> Iterator[VectorCache]:
    """Open the cache of vectors.

    Raises:
        UnusableError: The cache is damaged.
    """
    try:
        with closing(VectorCache(path, fingerprint, max_tokens)) as cache:
            yield cache
    except sqlite3.DatabaseError as error:
        raise UnusableError(
            f"{path} cannot be read: {error}.",
            "Delete it and run `bookrec embed`; all texts are then encoded again.",
        ) from error
