"""Training: a taste that was planted is found, it is never worse than it began, and the seed's."""

import csv
import shutil

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.data.catalogue import Catalogue
from bookrec.model.projection import Projection
from bookrec.progress import Silent
from bookrec.stages import embed, merge, train_projection
from bookrec.workspace import Workspace

TASTES = ("Westerns", "Poetry")  # no words of the fake encoder: genres alone tell
MOODS = tuple("Funny,Sad,Slow,Swift,Dark,Light,Warm,Cold,Sharp,Mild,Grim,Kind".split(","))
FAST = config.ProjectionConfig(epochs=3, learning_rate=0.05, readers_a_batch=4)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Embedded: 240 books that differ in genres alone, one of two tastes and two of twelve moods,
    which say more of a book by being rarer; 40 readers of 60 of them who each like one taste a
    star better than 3, the other a star less, and no mood; their stars have noise of .8."""
    rng = np.random.default_rng(1)
    raw = tmp_path_factory.mktemp("planted") / "raw"
    raw.mkdir()
    letters = "abcdefghijklmnop"
    titles = [f"Wood {one}{other}" for one in letters for other in letters[:15]]
    with (raw / "books.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, tiny.BOOKS_HEADER, restval="")
        writer.writeheader()
        for n, title in enumerate(titles):
            genres = [TASTES[n % 2], *rng.choice(MOODS, 2, replace=False).tolist()]
            told = {"title": title, "bookId": n + 1, "author": f"Writer {title[-2:]}"}
            told |= {"description": tiny.LONG, "language": "English", "genres": str(genres)}
            writer.writerow({**told, "rating": 3.0, "numRatings": 1000})
    with (raw / "ratings.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Name", "Rating"])
        for reader in range(40):
            for n in rng.choice(240, 60, replace=False):
                stars = 3 + (1 if n % 2 == reader % 2 else -1) + rng.normal(0, 0.8)
                writer.writerow([reader, titles[n], tiny.PHRASE[int(np.clip(round(stars), 1, 5))]])
    workspace = Workspace(raw.with_name("workspace"))
    merge.run(workspace, config.MergeConfig(raw=raw), Silent())
    embed.run(workspace, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    return workspace


def test_training_finds_the_taste_that_was_planted(planted):
    curve = train_projection.run(planted, FAST, Silent()).curve
    scores = [point["score"] for point in curve]
    assert scores[0] < 0.4
    assert max(scores) > scores[0] + 0.3
    found = Projection.load(planted.path("projection.safetensors"))
    strength = dict(zip(found.genres, np.linalg.norm(found.genre_matrix, axis=1), strict=True))
    assert min(strength[g] for g in TASTES) > 2 * max(strength[g] for g in MOODS)


def test_the_best_epoch_is_kept_not_the_last(planted, monkeypatch, tmp_path):
    """Validation scores that fall after the first epoch: its matrix is kept."""
    from bookrec.model import triplets

    def train(epochs, *scores):
        workspace = Workspace(shutil.copytree(planted.root, tmp_path / str(epochs)))
        workspace.path("projection.safetensors").unlink(missing_ok=True)
        given, real = iter(scores), triplets.train

        def judged(*args):
            *rest, check, progress = args
            return real(*rest, lambda matrix: (next(given), check(matrix)[1]), progress)

        with monkeypatch.context() as patch:
            patch.setattr(triplets, "train", judged)
            settings = config.ProjectionConfig(epochs=epochs, learning_rate=0.05, patience=2)
            result = train_projection.run(workspace, settings, Silent())
        return result, Projection.load(workspace.path("projection.safetensors")).genre_matrix

    one, matrix = train(1, 0.1, 0.5)
    more, kept = train(9, 0.1, 0.5, 0.4, 0.3, 0.2)
    assert (one.best, more.best) == (1, 1)
    assert len(more.curve) == 1 + 1 + 2  # two epochs without a better one end it
    assert np.array_equal(matrix, kept)


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
