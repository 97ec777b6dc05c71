"""The artefacts of a workspace, the stage that makes each, and everything that shapes them.

An artefact is stale when something that shapes it has changed since it was made:

- its inputs, which are the raw files or other artefacts;
- the settings of its stage, which are a dataclass of `config.py`;
- the constants of the code that makes it.

Constants are not listed one by one. `Stage.shaped_by` lists modules, and all constants of a listed
module count: its names in capitals, and the defaults of each of its dataclasses that has a default
for every field. So a new constant of a listed module is tracked without further work. Only a change
of code that shows in no constant needs a higher `Stage.version`.

To add a stage:

1. Write `stages/<name>.py` with `run` and `ARTEFACT`, the name of the file that it makes.
2. Write its settings dataclass in `config.py`.
3. Add a `Stage` below. `shaped_by` takes each module that the stage imports and whose constants
   affect the result; modules listed by the stages of its inputs need not be repeated.
4. Add its files to `ARTEFACTS`, after their inputs.
5. Add the stage to the test of `shaped_by` in `tests/test_freshness.py`. It fails when the stage
   imports a module with constants that is neither listed nor exempt.
6. Add a command to `cli/pipeline.py`, and a step to `stages/build.py` if `build` should run it.
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

    `settings` is its config dataclass. `options` are the fields that the command line can set;
    `build` reuses their last values. `shaped_by` names modules of `bookrec` whose constants affect
    the artefacts. Raise `version` when a change of code alters an artefact but no constant.
    """

    command: str
    settings: type
    options: tuple[str, ...]
    shaped_by: tuple[str, ...]
    version: int = 1

    def constants(self) -> dict[str, Any]:
        """Return the constants that shape the artefacts: JSON values by "module.NAME"."""
        found: dict[str, Any] = {}
        for name in self.shaped_by:
            found |= constants_of(import_module(f"bookrec.{name}"))
        return found


@dataclass(frozen=True)
class Artefact:
    """A file of the workspace, the stage that makes it, and the names of its inputs.

    An input is another artefact or "raw", the folder of raw files.
    """

    name: str
    stage: Stage
    inputs: tuple[str, ...]

    @property
    def command(self) -> str:
        """Name of the command that makes the artefact."""
        return self.stage.command

    @property
    def siblings(self) -> tuple[str, ...]:
        """Names of the other artefacts of the same stage."""
        return tuple(
            a.name for a in ARTEFACTS.values() if a.stage == self.stage and a.name != self.name
        )


_PREDICTION = (
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
# Reading histories, and readers outside the training ratings.
_HISTORIES = (
    "finder.lookup",
    "finder.named",
    "finder.spelling",
    "finder.words",
    "evaluation.dated",
    "evaluation.protocols",
    "evaluation.unseen",
    "histories.dates",
    "histories.formats",
    "histories.reading",
    "histories.records",
    "histories.row_matching",
    "histories.rows",
    "histories.translations",
)
_RECOMMENDED = (
    "finder.filters",
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
        "catalogue.alternate_titles",
        "catalogue.database",
        "catalogue.derived",
        "catalogue.genres",
        "catalogue.grouping",
        "catalogue.isbns",
        "catalogue.kinds",
        "catalogue.known_series",
        "catalogue.languages",
        "catalogue.learned_series",
        "catalogue.matching",
        "catalogue.people",
        "catalogue.printings",
        "catalogue.ratings",
        "catalogue.same_person",
        "catalogue.series_completion",
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
        "model.genre_completion",
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
        *_PREDICTION,
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
        *_PREDICTION,
        *_LISTS,
        *_HISTORIES,
        *_RECOMMENDED,
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
# Shapes: N books, M of them described, E encoder width, D projection width, G genres.
TEXT = "text_vectors.npy"  # float32 (N, 2E), unit length; the half of a missing text is zero
PROJECTION = "projection.safetensors"
VECTORS = "vectors.npy"  # float32 (N, 2D), unit length: the text half, then the learned half
GENRES = "genres.npy"  # float32 (N, G), unit length, less if guessed, zero if unknown
MEANS = "means.npy"  # float32 (N,), stars
NEIGHBOURS = "neighbours.npy"  # (M, k) of dtype `prediction.neighbours.ENTRY`
MODEL = "model.json"
METRICS = "metrics.json"
_SPACE = (CATALOGUE, VECTORS, GENRES)
# By name, in the order in which they are made.
ARTEFACTS = {
    a.name: a
    for a in (
        Artefact(CATALOGUE, MERGE, ("raw",)),
        Artefact(TEXT, EMBED, (CATALOGUE,)),
        Artefact(PROJECTION, TRAIN, (CATALOGUE, TEXT)),
        Artefact(VECTORS, TRAIN, (CATALOGUE, TEXT, PROJECTION)),
        Artefact(GENRES, TRAIN, (CATALOGUE, TEXT, PROJECTION)),
        Artefact(MEANS, FIT, (CATALOGUE, TEXT)),
        Artefact(NEIGHBOURS, FIT, (CATALOGUE,)),
        Artefact(MODEL, FIT, (*_SPACE, MEANS, NEIGHBOURS)),
        Artefact(METRICS, EVALUATE, (*_SPACE, MODEL)),
    )
}
