"""Training on the tiny world: never worse than it began, and the seed's alone."""

import shutil

import numpy as np
import pytest

from bookrec import config
from bookrec.data.catalogue import Catalogue
from bookrec.model.projection import Projection
from bookrec.progress import Silent
from bookrec.stages import train_projection
from bookrec.workspace import Workspace


def train(built, folder, seed):
    workspace = Workspace(shutil.copytree(built.root, folder))
    workspace.path("projection.safetensors").unlink()
    settings = config.ProjectionConfig(epochs=2, seed=seed)
    result = train_projection.run(workspace, settings, Silent())
    return workspace.path("projection.safetensors").read_bytes(), result.curve


def test_what_is_kept_is_no_worse_than_the_start(built):
    counts = built.meta("projection.safetensors")["counts"]
    curve = {point["epoch"]: point for point in counts["curve"]}
    assert len(curve) > 1
    assert curve[counts["best"]]["score"] == max(point["score"] for point in curve.values())
    told = [point["accuracy"] for point in curve.values() if "accuracy" in point]
    assert told[-1] >= told[0] - 0.01
    assert told[-1] > 0.5  # a coin's


def test_the_same_seed_gives_the_same_matrix(built, tmp_path):
    one = train(built, tmp_path / "one", 0)
    assert train(built, tmp_path / "again", 0) == one
    assert train(built, tmp_path / "other", 1)[1] != one[1]


def test_book_vectors_are_the_projection_of_the_texts(built):
    projection = Projection.load(built.path("projection.safetensors"))
    vectors = np.load(built.path("vectors.npy"))
    text = np.load(built.path("text_vectors.npy"))
    assert vectors == pytest.approx(projection.apply(text), abs=1e-6)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)


def test_tastes_lie_apart(built):
    vectors = np.load(built.path("vectors.npy"))
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        genres = [b.genres for b in catalogue.all_books() if b.described]
    sea = np.array(["Sea Stories" in g for g in genres])
    cosine = vectors[: len(sea)] @ vectors[: len(sea)].T
    within = np.concatenate([cosine[sea][:, sea].ravel(), cosine[~sea][:, ~sea].ravel()])
    assert within.mean() > 0.5 > 0 > cosine[sea][:, ~sea].mean()
