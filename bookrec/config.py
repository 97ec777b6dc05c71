"""Settings: one frozen dataclass for each stage, and two for a recommendation list.

Every default is given with its unit or its reason. Defaults chosen on data were chosen on
validation rows, never on test rows; docs/log.md says how.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

# Metadata of a field that does not affect what a stage makes, such as a path or a batch size.
# Changing its value does not make an artefact stale.
_INERT = {"inert": True}


@dataclass(frozen=True)
class DownloadConfig:
    """`download`: where the raw files come from."""

    source: str = "kaggle"  # "kaggle", or "starter" for the built-in library
    from_paths: tuple[Path, ...] = ()  # local folders, zips or CSVs; these replace `source`
    force: bool = False  # download again even if the files are intact


@dataclass(frozen=True)
class MergeConfig:
    """`merge`: raw files to catalogue and ratings.

    The matching thresholds are constants of `catalogue/grouping.py` and `catalogue/matching.py`.
    """

    # None means the workspace's raw/. Inert, because the folder's contents are fingerprinted.
    raw: Path | None = field(default=None, metadata=_INERT)


@dataclass(frozen=True)
class EmbedConfig:
    """`embed`: texts to text vectors."""

    model: str = "all-MiniLM-L6-v2"  # the packaged encoder, or any name or path
    max_tokens: int = 128  # word pieces of a description; 256 take twice the time
    # Texts. On a CPU, small batches of similar length waste the least time on padding.
    batch_size: int = field(default=16, metadata=_INERT)
    device: str = field(default="cpu", metadata=_INERT)


@dataclass(frozen=True)
class ProjectionConfig:
    """`train-projection`: text vectors to book vectors."""

    dim: int = 192  # D, the width of each half of a book vector
    epochs: int = 8  # one cycle of the learning rate; the best epoch is kept
    seed: int = 0  # of the split and of the batches
    start: str = "shipped"  # the packaged projection if it fits, or "none": principal directions
    learning_rate: float = 2e-3
    readers_per_batch: int = 128  # each reader's targets are compared with every book


@dataclass(frozen=True)
class AlphaConfig:
    """`fit-alpha`: α, the weight of the reader's own residuals in a predicted rating."""

    seed: int = 0  # of the split; has to equal the projection's seed
    steps: int = 81  # values of α on the grid: 0 to 2 in steps of 0.025


@dataclass(frozen=True)
class EvaluateConfig:
    """`evaluate`: how accurate the stars and the lists are, with confidence intervals."""

    ratings: Path | None = None  # readers the model never saw: a file or folder of ID,Name,Rating
    in_order: bool = False  # each reader's rows in `ratings` are in chronological order
    histories: Path | None = None  # a dated export or a folder of them: earlier predicts later
    max_history: int | None = None  # books sampled from each history; None keeps all
    seed: int = 0
    samples: int = 2000  # bootstrap samples over readers
    report: Path | None = field(default=None, metadata=_INERT)


# Both ends of a range, inclusive; None leaves an end open.
Span = tuple[int | None, int | None]


@dataclass(frozen=True)
class Filters:
    """Which books may be recommended."""

    genres: tuple[str, ...] = ()  # at least one of them
    not_genres: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    years: Span = (None, None)
    pages: Span = (None, None)
    min_ratings: int = 0
    max_ratings: int | None = None
    exclude_authors: tuple[str, ...] = ()
    unknown: bool = False  # also books of which the genre, the year, … is unknown


@dataclass(frozen=True)
class ListOptions:
    """Length and composition of a recommendation list."""

    limit: int = 10
    series: str = "next"  # first | next | any | none
    max_per_author: int = 2
    diversity: float = 0.0  # 0: the best books; 1: books as unlike each other as possible
    novelty: float = 0.0  # 0: the fitted order; 1: prefers books with few ratings
    explain: bool = True
