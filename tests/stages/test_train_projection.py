"""`train-projection` learns a planted taste, is reproducible, and keeps the best epoch."""

import csv
import shutil

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.model.projection import Projection, genre_inputs, learned_half
from bookrec.progress import Silent
from bookrec.stages import embed, merge, train_projection
from bookrec.workspace.folder import Workspace
from bookrec.workspace.records import record_of

TASTES = ("Westerns", "Poetry")  # not in texts: only genres tell tastes apart
MOODS = tuple("Funny,Sad,Slow,Swift,Dark,Light,Warm,Cold,Sharp,Mild,Grim,Kind".split(","))
FAST = config.ProjectionConfig(epochs=4, learning_rate=0.02, readers_per_batch=8)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """240 embedded books that differ in genres and popularity only, and 60 readers.

    A book has one of two tastes and four of twelve moods, which weigh more because they are rarer.
    A reader has 24 books of one taste.
    """
    rng = np.random.default_rng(1)
    raw = tmp_path_factory.mktemp("planted") / "raw"
    raw.mkdir()
    letters = "abcdefghijklmnop"
    titles = [f"Wood {one}{other}" for one in letters for other in letters[:15]]
    with (raw / "books.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, tiny.BOOKS_HEADER, restval="")
        writer.writeheader()
        for n, title in enumerate(titles):
            genres = [TASTES[n % 2], *rng.choice(MOODS, 4, replace=False).tolist()]
            row = {"title": title, "bookId": n + 1, "author": f"Writer {title[-2:]}"}
            row |= {"description": tiny.LONG, "language": "English", "genres": str(genres)}
            known = round(10 ** rng.uniform(1, 6))
            writer.writerow({**row, "rating": 3.0, "numRatings": known})
    with (raw / "ratings.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Name", "Rating"])
        for reader in range(60):
            for n in rng.choice(np.arange(reader % 2, 240, 2), 24, replace=False):
                writer.writerow([reader, titles[n], tiny.PHRASE[int(rng.integers(4, 6))]])
    workspace = Workspace(raw.with_name("workspace"))
    merge.run(workspace, config.MergeConfig(raw=raw), Silent())
    embed.run(workspace, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    return workspace


def test_training_learns_the_planted_taste(planted):
    found = train_projection.run(planted, FAST, Silent())
    scores = [point["score"] for point in found.curve]
    assert found.best > 0
    assert scores[found.best] == max(scores) > 1.3 * scores[0]
    projection = Projection.load(planted.path("projection.safetensors"))
    of_genres = projection.matrix[len(projection.centre) :]
    strength = dict(zip(projection.genres, np.linalg.norm(of_genres, axis=1), strict=True))
    assert min(strength[g] for g in TASTES) > 1.5 * max(strength[g] for g in MOODS)


def test_the_learned_half_separates_tastes_that_texts_do_not(planted):
    train_projection.run(planted, FAST, Silent())
    vectors = np.load(planted.path("vectors.npy"))
    with Catalogue(planted.path("catalogue.sqlite")) as catalogue:
        west = np.array([TASTES[0] in g for g in catalogue.genres()])

    def apart(part):
        cosine = 2 * part @ part.T
        within = np.r_[cosine[west][:, west].ravel(), cosine[~west][:, ~west].ravel()]
        return within.mean() - cosine[west][:, ~west].mean()

    half = vectors.shape[1] // 2
    assert apart(vectors[:, :half]) < 0.2
    assert apart(learned_half(vectors)) > 0.5


def train(built, folder, seed):
    workspace = Workspace(shutil.copytree(built.root, folder))
    workspace.path("projection.safetensors").unlink()
    settings = config.ProjectionConfig(epochs=2, seed=seed)
    result = train_projection.run(workspace, settings, Silent())
    return workspace.path("projection.safetensors").read_bytes(), result.curve


def test_the_kept_epoch_is_the_best_of_all_and_of_the_start(built):
    counts = record_of(built, "projection.safetensors")["counts"]
    curve = {point["epoch"]: point for point in counts["curve"]}
    assert len(curve) == 1 + config.ProjectionConfig().epochs
    assert curve[counts["best"]]["score"] == max(point["score"] for point in curve.values())


def test_the_same_seed_gives_the_same_matrix(built, tmp_path):
    one = train(built, tmp_path / "one", 0)
    assert train(built, tmp_path / "again", 0) == one
    assert train(built, tmp_path / "other", 1)[1] != one[1]


def test_book_vectors_are_the_projection_of_texts_and_genres(built):
    projection = Projection.load(built.path("projection.safetensors"))
    vectors = np.load(built.path("vectors.npy"))
    text = np.load(built.path("text_vectors.npy"))
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        genres = catalogue.genres()
    known = genre_inputs(genres, projection.genres)
    assert vectors == pytest.approx(projection.apply(text, known), abs=1e-6)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)
    found = np.load(built.path("genres.npy"))
    assert found == pytest.approx(known)


def test_books_of_two_tastes_point_in_opposite_directions(built):
    vectors = np.load(built.path("vectors.npy"))
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        genres = [b.genres for b in catalogue.all_books() if b.described]
    sea = np.array(["Sea Stories" in g for g in genres])
    cosine = vectors[: len(sea)] @ vectors[: len(sea)].T
    within = np.concatenate([cosine[sea][:, sea].ravel(), cosine[~sea][:, ~sea].ravel()])
    assert within.mean() > 0.5 > 0 > cosine[sea][:, ~sea].mean()


# --- where it starts --------------------------------------------------------------------------


class _Messages(Silent):
    def __init__(self):
        self.messages = []

    def say(self, text):
        self.messages.append(text)


@pytest.mark.parametrize(
    ("start", "fits"),
    [("shipped", True), ("none", True), ("shipped", False)],
)
def test_it_starts_from_the_packaged_projection_if_the_encoder_is_the_same(
    built, tmp_path, monkeypatch, start, fits
):
    own = Projection.load(built.path("projection.safetensors"))
    shipped = Projection(
        own.centre, own.directions, own.genres, own.genre_centre, np.ascontiguousarray(-own.matrix)
    )
    package = Workspace(tmp_path / "package", packaged=True)
    package.root.mkdir()
    shipped.save(package.path("projection.safetensors"))
    encoder = record_of(built, "text_vectors.npy")["counts"]["encoder"]
    monkeypatch.setattr(train_projection, "built_in", lambda: package)
    monkeypatch.setattr(
        train_projection, "PACKAGED_FINGERPRINT", encoder if fits else "another encoder"
    )
    begun, progress = [], _Messages()
    learn = train_projection._learn
    monkeypatch.setattr(
        train_projection, "_learn", lambda first, *more: begun.append(first) or learn(first, *more)
    )
    workspace = Workspace(shutil.copytree(built.root, tmp_path / "own"))
    workspace.path("projection.safetensors").unlink()
    dim = shipped.matrix.shape[1]
    settings = config.ProjectionConfig(dim=dim, epochs=1, start=start)
    train_projection.run(workspace, settings, progress)
    taken = start == "shipped" and fits
    assert np.array_equal(begun[0].matrix, shipped.matrix) == taken
    assert any("packaged projection" in line for line in progress.messages) == taken


def test_completed_genres_are_written_and_enter_the_book_vectors(copied, monkeypatch):
    monkeypatch.setattr(train_projection, "completed", lambda known, *_: known[::-1].copy())
    plain = np.load(copied.path("genres.npy"))
    copied.path("projection.safetensors").unlink()
    train_projection.run(copied, config.ProjectionConfig(epochs=1), Silent())
    assert np.load(copied.path("genres.npy")) == pytest.approx(plain[::-1])
    projection = Projection.load(copied.path("projection.safetensors"))
    text = np.load(copied.path("text_vectors.npy"))
    found = np.load(copied.path("vectors.npy"))
    assert found == pytest.approx(projection.apply(text, plain[::-1]), abs=1e-6)
