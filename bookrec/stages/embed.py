"""Each book's texts → one text vector, float32 of unit length."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bookrec.config import EmbedConfig
from bookrec.data.catalogue import Catalogue
from bookrec.model.encoder import Encoder, SentenceEncoder, encode_sorted
from bookrec.model.texts import CACHE, SHORT_TOKENS, join_halves, long_text, short_text
from bookrec.model.vector_cache import VectorCache
from bookrec.progress import Progress
from bookrec.workspace import Workspace, write_array

ARTEFACT = "text_vectors.npy"
_COMMIT = 256  # texts between two commits: what a kill can cost


@dataclass(frozen=True)
class EmbedResult:
    """`books` N, `width` 2E; `encoded` texts now, `cached` texts known before."""

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
    """Encode every book of the catalogue that is not in the cache yet.

    The vector is the short text's and the long text's, one after the other, 2E wide and of unit
    length; the long half is zero where there is no description.

    Raises:
        MissingError: no catalogue, or no such encoder.
    """
    catalogue_path = workspace.need("catalogue.sqlite")
    inputs = workspace.inputs_of(ARTEFACT)
    if not workspace.staleness(ARTEFACT, config, inputs):
        counts = workspace.meta(ARTEFACT)["counts"]
        path = workspace.path(ARTEFACT)
        return EmbedResult(path, counts["books"], counts["width"], 0, 0, True, 0.0)
    started = time.monotonic()
    with Catalogue(catalogue_path) as catalogue:
        books = list(catalogue.all_books())
    encoder = (load or _load)(config)
    with workspace.locked():
        cache_path = workspace.path(CACHE)
        shorts, new_short = _encode(
            encoder, [short_text(b) for b in books], SHORT_TOKENS, cache_path, progress, "titles"
        )
        longs, new_long = _encode(
            encoder,
            [long_text(b) for b in books],
            config.max_tokens,
            cache_path,
            progress,
            "descriptions",
        )
        vectors = join_halves(shorts, longs)
        write_array(workspace.path(ARTEFACT), vectors)
    seconds = time.monotonic() - started
    encoded = new_short + new_long
    texts = len(books) + sum(bool(b.description) for b in books)
    counts = {"books": len(books), "width": vectors.shape[1], "encoder": encoder.fingerprint}
    workspace.record(ARTEFACT, config, inputs, counts, seconds)
    return EmbedResult(
        workspace.path(ARTEFACT),
        len(books),
        vectors.shape[1],
        encoded,
        texts - encoded,
        False,
        seconds,
    )


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
    """Vectors of the texts, (n, E), zero for an empty one; and how many had to be encoded."""
    vectors = np.zeros((len(texts), encoder.width), dtype=np.float32)
    cache = VectorCache(cache_path, encoder.fingerprint, max_tokens)
    try:
        for i, vector in cache.get(texts).items():
            vectors[i] = vector
        first: dict[str, int] = {}  # of equal texts one is encoded
        for i, text in enumerate(texts):
            if text and not vectors[i].any():
                first.setdefault(text, i)
        missing = list(first.values())
        with progress.task(f"Encoding {name}", len(missing)) as task:

            def keep(numbers: list[int], found: np.ndarray) -> None:
                rows = [missing[n] for n in numbers]
                vectors[rows] = found
                cache.put([texts[r] for r in rows], found)
                task.advance(len(rows))

            if missing:
                encode_sorted(encoder, [texts[i] for i in missing], max_tokens, _COMMIT, keep)
        for i, text in enumerate(texts):
            if text in first:
                vectors[i] = vectors[first[text]]
    finally:
        cache.close()
    return vectors, len(missing)
