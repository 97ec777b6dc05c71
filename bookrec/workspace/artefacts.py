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


_PREDICTION = (
    "data.split",
    "model.projection",
    "scoring.heldout",
    "scoring.means",
    "scoring.predict",
)


# A reader's own file, and the readers that the model never saw.
_HISTORIES = (
    "data.dated",
    "data.dates",
    "data.histories",
    "data.history_files",
    "data.history_formats",
    "data.lookup",
    "data.protocols",
    "data.readers",
    "data.spelling",
    "data.unseen",
)


_ORDER = ("data.filters", "scoring.rank", "scoring.rerank", "serving.order", "serving.taste")


MERGE = Stage(
    "merge",
    config.MergeConfig,
    ("raw",),
    (
        "data.catalogue",
        "data.clean",
        "data.matching",
        "data.people",
        "data.schema",
        "data.sources",
        "data.titles",
        "data.works",
        "stages.merge",
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
        "data.split",
        "model.projection",
        "model.triplets",
        "scoring.lists",
        "stages.train_projection",
    ),
)


FIT = Stage(
    "fit-alpha",
    config.AlphaConfig,
    ("seed",),
    (
        *_PREDICTION,
        "scoring.itemitem",
        "scoring.lists",
        "scoring.neighbours",
        "scoring.order_fit",
        "scoring.rank",
        "stages.fit_alpha",
    ),
)


EVALUATE = Stage(
    "evaluate",
    config.EvaluateConfig,
    tuple(f.name for f in fields(config.EvaluateConfig)),
    (
        *_PREDICTION,
        *_HISTORIES,
        *_ORDER,
        "scoring.calibration",
        "scoring.itemitem",
        "scoring.list_protocol",
        "scoring.lists",
        "scoring.metrics",
        "scoring.neighbours",
        "scoring.protocol",
        "serving.lists",
        "stages.evaluate",
    ),
)


CATALOGUE = "catalogue.sqlite"


_SPACE = (CATALOGUE, "vectors.npy", "genres.npy")


# In the order in which they are made.
ARTEFACTS = {
    a.name: a
    for a in (
        Artefact(CATALOGUE, MERGE, ("raw",)),
        Artefact("text_vectors.npy", EMBED, (CATALOGUE,)),
        Artefact("projection.safetensors", TRAIN, (CATALOGUE, "text_vectors.npy")),
        Artefact("vectors.npy", TRAIN, (CATALOGUE, "text_vectors.npy", "projection.safetensors")),
        Artefact("genres.npy", TRAIN, (CATALOGUE, "projection.safetensors")),
        Artefact("means.npy", FIT, (CATALOGUE, "text_vectors.npy")),
        Artefact("neighbours.npy", FIT, (CATALOGUE,)),
        Artefact("model.json", FIT, (*_SPACE, "means.npy", "neighbours.npy")),
        Artefact("metrics.json", EVALUATE, (*_SPACE, "model.json")),
    )
}


TEXT = "text_vectors.npy"  # float32 (N, 2E) of unit length, the half of no text zero


VECTORS = "vectors.npy"  # float32 (N, 2D) of unit length: texts, then readers (`projection`)


NEIGHBOURS = "neighbours.npy"  # (M, k) of `neighbours.ENTRY`, of the described books


GENRES = "genres.npy"  # float32 (N, G) of unit length, zero unknown
