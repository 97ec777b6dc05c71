"""`build`: the stages in order, each run only when what it makes is missing or stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookrec import config
from bookrec.progress import Progress
from bookrec.workspace import Workspace


@dataclass(frozen=True)
class Step:
    """A stage that was looked at: `skipped` when it was fresh, else `seconds` it took."""

    command: str
    skipped: bool
    seconds: float


def steps(workspace: Workspace, raw: Path | None, progress: Progress) -> Iterator[Step]:
    """Run merge, embed, train-projection and fit-alpha; a fresh one says so and stops.

    What was last built with other options is kept with them.
    """
    from bookrec.stages import embed, fit_alpha, merge, train_projection

    folder = raw or _remembered(workspace)
    result: Any = merge.run(workspace, config.MergeConfig(folder), progress)
    yield Step("merge", result.skipped, result.seconds)
    kept = _kept(workspace, embed.ARTEFACT, ("model", "max_tokens", "batch_size", "device"))
    result = embed.run(workspace, config.EmbedConfig(**kept), progress)
    yield Step("embed", result.skipped, result.seconds)
    kept = _kept(workspace, train_projection.ARTEFACT, ("dim", "epochs", "seed"))
    chosen = config.ProjectionConfig(**kept)
    result = train_projection.run(workspace, chosen, progress)
    yield Step("train-projection", result.skipped, result.seconds)
    result = fit_alpha.run(workspace, config.AlphaConfig(seed=chosen.seed), progress)
    yield Step("fit-alpha", result.skipped, result.seconds)


def _remembered(workspace: Workspace) -> Path | None:
    """The folder the catalogue was made from, when it was not raw/."""
    folder = workspace.meta("catalogue.sqlite").get("counts", {}).get("raw")
    return Path(folder) if folder and Path(folder).is_dir() else None


def _kept(workspace: Workspace, artefact: str, options: tuple[str, ...]) -> dict[str, Any]:
    """The command's options that the artefact was last made with."""
    settings = workspace.meta(artefact).get("config", {})
    return {name: settings[name] for name in options if name in settings}
