"""One frozen dataclass a stage: every default with its unit and its reason.

What is chosen on data is chosen on validation rows (docs/log.md says how); nothing here was
looked at on test rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

# Of a field: it says where or how fast, and changes nothing of what is made.
_INERT = {"inert": True}


@dataclass(frozen=True)
class DownloadConfig:
    """`download`: where the raw files come from."""

    source: str = "kaggle"  # "kaggle", or "starter" for the built-in library
    from_paths: tuple[Path, ...] = ()  # folders, zips or CSVs that are already on this machine
    force: bool = False  # fetch again what is there and whole


@dataclass(frozen=True)
class MergeConfig:
    """`merge`: raw files to catalogue and ratings. Its thresholds lie beside their rules
    (`works.py`, `matching.py`)."""

    # What lies in the folder counts, not where it is. None: the workspace's raw/
    raw: Path | None = field(default=None, metadata=_INERT)


@dataclass(frozen=True)
class EmbedConfig:
    """`embed`: texts to vectors."""

    model: str = "all-MiniLM-L6-v2"  # the packaged encoder; else a name or path
    max_tokens: int = 128  # word pieces of a description; 256 take twice the time
    # Texts; small batches of like lengths waste the least padding on a CPU.
    batch_size: int = field(default=16, metadata=_INERT)
    device: str = field(default="cpu", metadata=_INERT)


@dataclass(frozen=True)
class ProjectionConfig:
    """`train-projection`: text vectors to book vectors."""

    dim: int = 192  # D of each half of a book vector
    epochs: int = 8  # one cycle of the learning rate; the best epoch is kept
    seed: int = 0  # governs the validation rows and the batches
    start: str = "shipped"  # the package's map where it fits, or "none": principal directions
    learning_rate: float = 2e-3
    readers_per_batch: int = 128  # whose targets are compared with all books at once


@dataclass(frozen=True)
class AlphaConfig:
    """`fit-alpha`: the balance between the reader's own taste and the bias model."""

    seed: int = 0  # must be the projection's: one seed, one split
    steps: int = 81  # α from 0 to 2 in steps of 0.025; the whole curve is kept


@dataclass(frozen=True)
class EvaluateConfig:
    """`evaluate`: how good is it, and how sure are we."""

    ratings: Path | None = None  # readers the model never saw: a file or folder of ID,Name,Rating
    in_order: bool = False  # their rows stand in the order of time: predict what came later
    histories: Path | None = None  # dated exports, a file or a folder: predict what came later
    max_history: int | None = None  # histories cut to so many books, drawn at random
    seed: int = 0
    samples: int = 2000  # bootstrap samples over readers
    report: Path | None = field(default=None, metadata=_INERT)


# Both ends of a range; None is open.
Span = tuple[int | None, int | None]


@dataclass(frozen=True)
class Filters:
    """Which books may be recommended."""

    genres: tuple[str, ...] = ()  # any of them
    not_genres: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    years: Span = (None, None)
    pages: Span = (None, None)
    min_ratings: int = 0
    max_ratings: int | None = None
    exclude_authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListOptions:
    """What the list looks like."""

    limit: int = 10
    series: str = "next"  # first | next | any | none
    max_per_author: int = 2
    diversity: float = 0.0  # 0: the best books; 1: the most unlike each other
    novelty: float = 0.0  # 0: as scored; 1: books that few have read
    explain: bool = True
