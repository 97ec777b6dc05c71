"""`build`: the stages in order, each run only when what it makes is missing or stale."""

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
    """A stage that was looked at: `skipped` when it was fresh, else `seconds` it took."""

    command: str
    skipped: bool
    seconds: float


def steps(workspace: Workspace, raw: Path | None, progress: Progress) -> Iterator[Step]:
    """Run merge, embed, train-projection and fit-alpha; a fresh one says so and stops.

    What was last made with other options is made with them again. `raw` None merges what
    `raw_source` says.
    """
    from bookrec.stages import embed, fit_alpha, merge, train_projection

    folder = raw or _source(workspace, progress)
    if raw is None and not folder.is_dir() and not staleness(workspace, merge.ARTEFACT):
        yield Step("merge", True, 0.0)  # its raw files are gone; the catalogue stands
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
    """The folder to merge when none is named; says so when it is not that of the last time."""
    folder = raw_source(workspace)
    last = record_of(workspace, CATALOGUE).get("config", {}).get("raw")
    if last and (workspace.root / last).is_dir() and workspace.root / last != folder:
        progress.say(
            f"The last merge was of {last}, but raw/ has been downloaded since and is merged now; "
            f"`bookrec build --raw {last}` goes back."
        )
    return folder
