"""Rebuild what the built-in library ships beside its CSVs: the index and the model's weights.

    python tools/starter/build.py --model WORKSPACE    weights from a workspace built on real files
    python tools/starter/build.py                      keep the shipped weights, rebuild the index

The catalogue is made of `books.csv` alone: the simulated readers' ratings are there to try the
pipeline on, and shape nothing that is recommended out of the box. Taste (the projection, α and the
constants) is learnt from real readers' ratings.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.lookup import find
from bookrec.catalogue.ratings import Ratings
from bookrec.config import AlphaConfig, EmbedConfig, MergeConfig, ProjectionConfig
from bookrec.errors import TitleError
from bookrec.files import replacing, write_json
from bookrec.prediction.neighbours import fit_neighbours
from bookrec.progress import Silent
from bookrec.stages import embed, fit_alpha, merge, train_projection
from bookrec.workspace.artefacts import CATALOGUE, NEIGHBOURS
from bookrec.workspace.folder import Workspace
from bookrec.workspace.library import SHIPPED, built_in
from bookrec.workspace.records import record_of

_WEIGHTS = ("projection.safetensors", "model.json")


def main() -> None:
    """Parse the arguments and rebuild."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a workspace that was built on real files")
    options = parser.parse_args()
    library = built_in()
    if options.model:
        _take_weights(Workspace(options.model), library)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        raw = workspace.raw
        raw.mkdir()
        shutil.copy2(library.path("books.csv"), raw)
        merge.run(workspace, MergeConfig(raw), Silent())
        embed.run(workspace, EmbedConfig(), Silent())
        train_projection.run(workspace, ProjectionConfig(), Silent())  # no ratings: shipped map
        fit_alpha.run(workspace, AlphaConfig(), Silent())
        for name in SHIPPED:
            if name != NEIGHBOURS:  # nobody has rated here: see below
                shutil.copy2(workspace.path(name), library.path(name))
    if options.model:
        _take_neighbours(Workspace(options.model), library)
    sizes = {name: library.path(name).stat().st_size for name in (*SHIPPED, *_WEIGHTS)}
    print(json.dumps(sizes, indent=2))


def _take_weights(source: Workspace, library: Workspace) -> None:
    """Copy the weights, and say in model.json what they were trained on, when, and how good."""
    shutil.copy2(source.need("projection.safetensors"), library.path("projection.safetensors"))
    model = json.loads(source.need("model.json").read_text("utf-8"))
    metrics = json.loads(source.need("metrics.json").read_text("utf-8"))
    personal, mean = metrics["methods"]["personal"], metrics["methods"]["mean"]
    model["trained_on"] = {
        "data": metrics["data"],
        "ratings": model["ratings"],
        "date": time.strftime("%Y-%m-%d"),
        "encoder": record_of(source, "text_vectors.npy")["counts"]["encoder"],
        "protocol": metrics["protocol"],
        "held_out_ratings": metrics["ratings"],
        "per_user_pearson": personal["per_user_pearson"],
        "per_user_pearson_of_the_mean": mean["per_user_pearson"],
        "pooled_pearson": personal["pooled_pearson"],
    }
    write_json(library.path("model.json"), model)


def _take_neighbours(source: Workspace, library: Workspace) -> None:
    """Which of the library's books go with which, from the readers of the source."""
    with (
        Catalogue(source.need(CATALOGUE)) as known,
        Catalogue(library.need(CATALOGUE)) as catalogue,
    ):
        place = np.full(len(known), -1)
        for book in catalogue.all_books():
            try:
                place[find(known, book.title, book.author, spelling=False).book.index] = book.index
            except TitleError:
                continue  # no reader of the source has a say in it
        ratings, described = known.ratings(), catalogue.described
    kept = place[ratings.books] >= 0
    some = Ratings(ratings.readers[kept], place[ratings.books[kept]], ratings.stars[kept])
    found = fit_neighbours(some, np.arange(len(some)), described, Silent())
    print(f"{int((place >= 0).sum())} of {described} books have readers", file=sys.stderr)
    with replacing(library.path(NEIGHBOURS)) as temporary, temporary.open("wb") as file:
        np.save(file, found.table, allow_pickle=False)


if __name__ == "__main__":
    main()
