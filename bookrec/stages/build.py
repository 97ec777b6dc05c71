"""`build`: run each stage whose artefacts are missing or stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookrec import config
from bookrec.progress import Progress
from bookrec.workspace.artefacts import CATALOGUE
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import last_config, raw_source, staleness
from bookrec.workspace.records import record_of


@dataclass(frozen=True)
class Step:
    """The outcome of one stage: `skipped` if its artefacts were fresh; `seconds` it took."""

    command: str
    skipped: bool
    seconds: float


def steps(workspace: Workspace, raw: Path | None, progress: Progress) -> Iterator[Step]:
    """Run merge, embed, train-projection and fit-alpha, and yield the outcome of each.

    Each stage uses the options of its last run; fit-alpha takes the projection's seed. `raw` is the
    folder to merge and defaults to `raw_source`.

    Raises:
        BookrecError: a stage fails; see its `run`.
    """
    from bookrec.stages import embed, fit_alpha, merge, train_projection

    folder = raw or _source(workspace, progress)
    if raw is None and not folder.is_dir() and not staleness(workspace, merge.ARTEFACT):
        yield Step("merge", True, 0.0)  # the raw files are gone, but the catalogue is usable
    else:
        result: Any = merge.run(workspace, config.MergeConfig(folder), progress)
        yield Step("merge", result.skipped, result.seconds)
    result = embed.run(workspace, last_config(workspace, embed.ARTEFACT), progress)
    yield Step("embed", result.skipped, result.seconds)
    chosen = last_config(workspace, train_projection.ARTEFACT)
    result = train_projection.run(workspace, chosen, progress)
    yield Step("train-projection", result.skipped, result.seconds)
    result = fit_alpha.run(workspace, config.AlphaConfig(seed=chosen.seed), progress)
    yield Step("fit-alpha", result.skipped, result.seconds)


def _source(workspace: Workspace, progress: Progress) -> Path:
    """Return the folder to merge by default; say so if it is not the one merged last."""
    folder = raw_source(workspace)
    recorded = record_of(workspace, CATALOGUE).get("config", {}).get("raw")
    last = workspace.root / recorded if recorded else folder
    if last.is_dir() and last != folder:
        progress.say(
            f"Merging raw/, which has new downloads, instead of {last} as last time. "
            f"`bookrec build --raw {last}` switches back."
        )
    return folder
