"""Artefacts that are used together must come from one run."""

import csv
import shutil
from pathlib import Path

import pytest
import tiny
from running import on

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.errors import MissingError, UnusableError
from bookrec.progress import Silent
from bookrec.stages import embed, evaluate, fit_alpha, merge, recommend
from bookrec.stages import train_projection as train

KELP = tiny.ask(seeds=(("Kelp", None),))


def titles(workspace):
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        return [book.title for book in catalogue.all_books()]


@pytest.fixture
def half_built(copied, tiny_world, tmp_path):
    """A workspace whose `build` was killed after `merge`: the same books in another order."""
    raw = Path(shutil.copytree(tiny_world, tmp_path / "raw"))
    with (raw / "books.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (raw / "books.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        counts = [row["numRatings"] for row in rows]
        writer.writerows({**r, "numRatings": n} for r, n in zip(rows, counts[::-1], strict=True))
    before = titles(copied)
    merge.run(copied, config.MergeConfig(raw), Silent())
    assert titles(copied) != before
    assert sorted(titles(copied)) == sorted(before)
    return copied


def test_commands_refuse_a_half_built_workspace(bookrec, half_built):
    for args in (["recommend", "Kelp"], ["explain", "Soundings", "Kelp"], ["evaluate"]):
        done = bookrec(*args, *on(half_built))
        assert (done.returncode, done.stdout) == (4, ""), args
        assert "catalogue.sqlite has changed" in done.stderr
        assert "`bookrec build`" in done.stderr


def test_stages_refuse_a_half_built_workspace_until_their_inputs_are_remade(half_built):
    for stage, settings in (
        (train, config.ProjectionConfig()),
        (fit_alpha, config.AlphaConfig()),
        (evaluate, config.EvaluateConfig()),
    ):
        with pytest.raises(UnusableError, match=r"^text_vectors.* catalogue.* has changed"):
            stage.run(half_built, settings, Silent())
    embed.run(half_built, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    with pytest.raises(UnusableError, match=r"^projection"):
        fit_alpha.run(half_built, config.AlphaConfig(), Silent())
    train.run(half_built, config.ProjectionConfig(), Silent())
    with pytest.raises(UnusableError, match=r"means.npy|model.json"):
        recommend.run(half_built, *KELP)
    fit_alpha.run(half_built, config.AlphaConfig(), Silent())
    assert len(recommend.run(half_built, *KELP).recommendations) == 10


def test_artefacts_of_another_version_are_refused(copied):
    path = copied.path("means.npy.meta.json")
    path.write_text(path.read_text().replace('"version": 1', '"version": 9'))
    with pytest.raises(UnusableError, match="another version of bookrec"):
        recommend.run(copied, *KELP)


def test_text_vectors_are_needed_only_for_fitting(copied):
    copied.path("text_vectors.npy").unlink()
    assert recommend.run(copied, *KELP).recommendations
    with pytest.raises(MissingError, match=r"text_vectors.npy is missing"):
        fit_alpha.run(copied, config.AlphaConfig(), Silent())
