"""Rebuild the files that the built-in library ships beside its CSVs: the index and the weights.

    python tools/starter/build.py --model WORKSPACE    weights from a workspace built on real files
    python tools/starter/build.py                      keep the shipped weights, rebuild the index

The catalogue comes from `books.csv` alone. The simulated ratings are for trying out the pipeline
and do not affect recommendations of the built-in library. The projection, α and the constants are
fitted on ratings of real readers.
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
from bookrec.catalogue.ratings import Ratings
from bookrec.config import AlphaConfig, EmbedConfig, MergeConfig, ProjectionConfig
from bookrec.errors import TitleError
from bookrec.files import replacing, write_json
from bookrec.finder.lookup import find
from bookrec.prediction.neighbours import fit_neighbours
from bookrec.progress import Silent
from bookrec.stages import embed, fit_alpha, merge, train_projection
from bookrec.workspace.artefacts import CATALOGUE, NEIGHBOURS
from bookrec.workspace.folder import Workspace
from bookrec.workspace.library import SHIPPED, built_in
from bookrec.workspace.records import record_of

_WEIGHTS = ("projection.safetensors", "model.json")


def main() -> None:
    """Rebuild the library in place and print the file sizes in bytes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="a workspace built and evaluated on real files")
    options = parser.parse_args()
    library = built_in()
    if options.model:
        _copy_weights(Workspace(options.model), library)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        raw = workspace.raw
        raw.mkdir()
        shutil.copy2(library.path("books.csv"), raw)
        merge.run(workspace, MergeConfig(raw), Silent())
        embed.run(workspace, EmbedConfig(), Silent())
        # There are no ratings to train on, so this applies the shipped projection.
        train_projection.run(workspace, ProjectionConfig(), Silent())
        fit_alpha.run(workspace, AlphaConfig(), Silent())
        for name in SHIPPED:
            if name != NEIGHBOURS:  # these need ratings, see `_fit_neighbours`
                shutil.copy2(workspace.path(name), library.path(name))
    if options.model:
        _fit_neighbours(Workspace(options.model), library)
    sizes = {name: library.path(name).stat().st_size for name in (*SHIPPED, *_WEIGHTS)}
    print(json.dumps(sizes, indent=2))


def _copy_weights(source: Workspace, library: Workspace) -> None:
    """Copy the weights, and add to model.json their training data, date and evaluation."""
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


def _fit_neighbours(source: Workspace, library: Workspace) -> None:
    """Fit the neighbours of the library's books on the ratings of the source's readers."""
    with (
        Catalogue(source.need(CATALOGUE)) as source_catalogue,
        Catalogue(library.need(CATALOGUE)) as catalogue,
    ):
        library_index = np.full(len(source_catalogue), -1)  # of each book of the source
        for book in catalogue.all_books():
            try:
                match = find(source_catalogue, book.title, book.author, spelling=False).book
            except TitleError:
                continue  # not in the source: the book has no neighbours
            library_index[match.index] = book.index
        ratings, described = source_catalogue.ratings(), catalogue.described
    books = library_index[ratings.books]
    kept = books >= 0
    shared = Ratings(ratings.readers[kept], books[kept], ratings.stars[kept])
    neighbours = fit_neighbours(shared, np.arange(len(shared)), described, Silent())
    print(f"{int((library_index >= 0).sum())} of {described} books have readers", file=sys.stderr)
    with replacing(library.path(NEIGHBOURS)) as temporary, temporary.open("wb") as file:
        np.save(file, neighbours.table, allow_pickle=False)


if __name__ == "__main__":
    main()
