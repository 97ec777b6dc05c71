"""Damaged files are never used, and the command that makes them again is named."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tiny
from running import on

from bookrec.catalogue.database import Catalogue
from bookrec.errors import UnusableError
from bookrec.prediction.loaded import LoadedModel
from bookrec.stages import explain, recommend
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import require_one_run, staleness
from bookrec.workspace.library import built_in

KELP = tiny.ask(seeds=(("Kelp", None),))


@pytest.mark.parametrize("name", ["vectors.npy", "genres.npy", "means.npy", "neighbours.npy"])
def test_arrays_of_the_built_in_library_must_match_its_catalogue(tmp_path, name):
    library = built_in()
    broken = Workspace(Path(shutil.copytree(library.root, tmp_path / "starter")), packaged=True)
    np.save(broken.path(name), np.load(library.path(name))[:-1])
    with (
        Catalogue(broken.path("catalogue.sqlite")) as catalogue,
        pytest.raises(UnusableError, match="1,191 books"),
    ):
        LoadedModel.load(broken, catalogue)


DAMAGED = {
    "catalogue.sqlite": "merge",
    "vectors.npy": "train-projection",
    "genres.npy": "train-projection",
    "means.npy": "fit-alpha",
    "neighbours.npy": "fit-alpha",
    "model.json": "fit-alpha",
}


@pytest.mark.parametrize(("name", "command"), DAMAGED.items())
def test_a_damaged_file_names_the_command_that_makes_it_again(copied, name, command):
    path = copied.path(name)
    path.write_bytes(b"\x93NUMPY, a database or { JSON, but damaged" * 9999)
    with pytest.raises(UnusableError, match=f"{name} cannot be read") as caught:
        explain.run(copied, "Soundings", "", *KELP)
    assert f"Delete it and run `bookrec {command}`" in caught.value.hint


@pytest.mark.parametrize("name", [n for n in DAMAGED if n != "catalogue.sqlite"])
def test_a_truncated_file_is_stale_and_not_used(copied, name):
    path = copied.path(name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert staleness(copied, name) == "was cut short"
    with pytest.raises(UnusableError, match="cut short"):
        recommend.run(copied, *KELP)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"constants": {"alpha": "x"}}', b"\xff"])
def test_a_model_file_without_a_model_is_refused(copied, content):
    copied.path("model.json").write_bytes(content.ljust(9999))
    with pytest.raises(UnusableError, match=r"model.json cannot be read"):
        recommend.run(copied, *KELP)


def test_a_damaged_projection_is_refused_before_the_encoder_is_loaded(copied):
    path = copied.path("projection.safetensors")
    path.write_bytes(b"not a tensor file" * 9999)
    mood = tiny.ask(like="the sea")
    with pytest.raises(UnusableError, match=r"projection.safetensors cannot be read"):
        recommend.run(copied, *mood, load=lambda _: pytest.fail("the encoder was loaded"))


@pytest.mark.parametrize("size", [0, 100, 5000, 40_000])
def test_a_truncated_catalogue_is_an_error_without_a_traceback(bookrec, copied, size):
    path = copied.path("catalogue.sqlite")
    path.write_bytes(path.read_bytes()[:size])
    done = bookrec("recommend", "Kelp", *on(copied))
    assert (done.returncode, done.stdout) == (4, "")
    assert "Traceback" not in done.stderr
    assert "`bookrec build`" in done.stderr
    assert staleness(copied, "catalogue.sqlite") == "was cut short"


def test_an_unfinished_artefact_is_not_used(copied):
    copied.path("vectors.npy.meta.json").write_text("{ broken")
    with pytest.raises(UnusableError, match="left unfinished"):
        require_one_run(copied, "vectors.npy")
