"""What a workspace holds: each artefact, the stage that makes it, and all that shapes it.

An artefact depends on its inputs, on the settings of its stage, and on constants that lie beside
the rules they belong to. The constants are found, not listed: every name in capitals of the
modules in `Stage.shaped_by`, and the defaults of their dataclasses that have nothing else
(`Constants`). So a new one counts without being announced; a test says which modules are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

from bookrec import config
from bookrec.workspace.fingerprints import constants_of


@dataclass(frozen=True)
class Stage:
    """A command that makes artefacts.

    `settings` is its config dataclass, `options` the fields that the command line offers: `build`
    keeps them as they were last given. `shaped_by` names modules below `bookrec`. `version` is
    raised when what the stage makes changes in a way that no constant shows.
    """

    command: str
    settings: type
    options: tuple[str, ...]
    shaped_by: tuple[str, ...]
    version: int = 1

    def constants(self) -> dict[str, Any]:
        """ "module.NAME" → JSON value, of every constant that shapes what the stage makes."""
        found: dict[str, Any] = {}
        for name in self.shaped_by:
            found |= constants_of(import_module(f"bookrec.{name}"))
        return found


@dataclass(frozen=True)
class Artefact:
    """A file of the workspace, the stage that makes it and the artefacts it is made from."""

    name: str
    stage: Stage
    inputs: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command that makes it."""
        return self.stage.command

    @property
    def siblings(self) -> tuple[str, ...]:
        """The other artefacts of the same command."""
        return tuple(
            a.name for a in ARTEFACTS.values() if a.stage == self.stage and a.name != self.name
        )


_MEANS = (
    "prediction.bias_model",
    "prediction.constants",
    "prediction.covariates",
    "prediction.loyalty",
    "prediction.means",
    "prediction.stars",
)
_SPLIT = ("catalogue.ratings", "evaluation.cases", "evaluation.split")
_LISTS = (
    "evaluation.list_cases",
    "evaluation.list_metrics",
    "prediction.neighbours",
    "prediction.order",
    "prediction.slim",
)
# A reader's own file, and readers outside the training ratings.
_HISTORIES = (
    "catalogue.lookup",
    "catalogue.spelling",
    "evaluation.dated",
    "evaluation.protocols",
    "evaluation.unseen",
    "histories.dates",
    "histories.formats",
    "histories.reading",
    "histories.records",
    "histories.row_matching",
    "histories.rows",
)
_SERVED = (
    "catalogue.filters",
    "prediction.caps",
    "prediction.diversity",
    "prediction.ranking",
    "prediction.series_order",
    "prediction.taste",
)
MERGE = Stage(
    "merge",
    config.MergeConfig,
    ("raw",),
    (
        "catalogue.database",
        "catalogue.derived",
        "catalogue.genres",
        "catalogue.grouping",
        "catalogue.isbns",
        "catalogue.languages",
        "catalogue.learned_series",
        "catalogue.matching",
        "catalogue.people",
        "catalogue.ratings",
        "catalogue.titles",
        "catalogue.works",
        "catalogue.writing",
        "sources.book_files",
        "sources.cells",
        "sources.chunks",
        "sources.rating_files",
        "sources.raw_files",
        "stages.merge",
        "stars",
        "text",
    ),
)
EMBED = Stage(
    "embed",
    config.EmbedConfig,
    ("model", "max_tokens", "batch_size", "device"),
    ("model.encoder", "model.texts"),
)
TRAIN = Stage(
    "train-projection",
    config.ProjectionConfig,
    ("dim", "epochs", "seed", "start"),
    (
        *_SPLIT,
        "evaluation.list_cases",
        "evaluation.list_metrics",
        "model.projection",
        "model.triplets",
        "stages.train_projection",
    ),
)
FIT = Stage(
    "fit-alpha",
    config.AlphaConfig,
    ("seed",),
    (
        *_SPLIT,
        *_MEANS,
        *_LISTS,
        "evaluation.held_out",
        "evaluation.order_fit",
        "model.projection",
        "stages.fit_alpha",
    ),
)
EVALUATE = Stage(
    "evaluate",
    config.EvaluateConfig,
    tuple(f.name for f in fields(config.EvaluateConfig)),
    (
        *_SPLIT,
        *_MEANS,
        *_LISTS,
        *_HISTORIES,
        *_SERVED,
        "evaluation.baselines",
        "evaluation.bootstrap",
        "evaluation.calibration",
        "evaluation.held_out",
        "evaluation.list_evaluation",
        "evaluation.list_figures",
        "evaluation.metrics",
        "evaluation.own_lists",
        "evaluation.star_figures",
        "model.projection",
        "stages.evaluate",
    ),
)
CATALOGUE = "catalogue.sqlite"
TEXT = "text_vectors.npy"  # float32 (N, 2E) of unit length; the half of a missing text is zero
PROJECTION = "projection.safetensors"
VECTORS = "vectors.npy"  # float32 (N, 2D) of unit length: the text half, then the learned half
GENRES = "genres.npy"  # float32 (N, G) of unit length; zero where no genre is known
MEANS = "means.npy"  # float32 (N,), stars
NEIGHBOURS = "neighbours.npy"  # (M, k) of `neighbours.ENTRY`, for the described books
MODEL = "model.json"
METRICS = "metrics.json"
_SPACE = (CATALOGUE, VECTORS, GENRES)
# In the order in which they are made.
ARTEFACTS = {
    a.name: a
    for a in (
        Artefact(CATALOGUE, MERGE, ("raw",)),
        Artefact(TEXT, EMBED, (CATALOGUE,)),
        Artefact(PROJECTION, TRAIN, (CATALOGUE, TEXT)),
        Artefact(VECTORS, TRAIN, (CATALOGUE, TEXT, PROJECTION)),
        Artefact(GENRES, TRAIN, (CATALOGUE, PROJECTION)),
        Artefact(MEANS, FIT, (CATALOGUE, TEXT)),
        Artefact(NEIGHBOURS, FIT, (CATALOGUE,)),
        Artefact(MODEL, FIT, (*_SPACE, MEANS, NEIGHBOURS)),
        Artefact(METRICS, EVALUATE, (*_SPACE, MODEL)),
    )
}
