"""One frozen dataclass a stage: every default with its unit and its reason.

What is chosen on data is chosen on validation rows (docs/log.md says how); nothing here was
looked at on test rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DownloadConfig:
    """`download`: where the raw files come from."""

    source: str = "kaggle"  # "kaggle", or "starter" for the built-in library
    from_paths: tuple[Path, ...] = ()  # folders, zips or CSVs that are already on this machine
    force: bool = False  # fetch again what is there and whole
