"""A temporary home for every test, workspaces of the tiny world, and the `bookrec` command."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy is loaded: workers share the cores

import shutil
from pathlib import Path

import dated_readers
import pytest
import running
import small_library
import tiny

from bookrec import config
from bookrec.progress import Silent
from bookrec.workspace.folder import Workspace

_OURS = ("BOOKREC_", "XDG_", "KAGGLE_")


def pytest_collection_modifyitems(items):
    """Run slow tests first, so that no worker waits for another at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """Keep tests away from the files and settings of whoever runs them."""
    folder = tmp_path_factory.mktemp("home")
    for name in os.environ:
        if name.startswith(_OURS) and name != "BOOKREC_TEST_DATA":
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def workspace(tmp_path):
    """A workspace with nothing in it."""
    return Workspace(tmp_path / "workspace")


@pytest.fixture(scope="session")
def tiny_world(tmp_path_factory):
    """A folder with the raw files of the tiny world."""
    return tiny.write_raw(tmp_path_factory.mktemp("world") / "raw")


@pytest.fixture(scope="session")
def merged(tiny_world, tmp_path_factory):
    """A workspace with the tiny world's catalogue, not to be written to."""
    from bookrec.stages import merge

    workspace = Workspace(tmp_path_factory.mktemp("merged"))
    merge.run(workspace, config.MergeConfig(raw=tiny_world), Silent())
    return workspace


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A workspace with the catalogue of `small_library` and no model, not to be written to."""
    return small_library.write_library(tmp_path_factory.mktemp("small") / "workspace")


@pytest.fixture(scope="session")
def built(merged, tmp_path_factory):
    """A workspace with all that `build` makes of the tiny world, not to be written to."""
    workspace = Workspace(tmp_path_factory.mktemp("built") / "workspace")
    shutil.copytree(merged.root, workspace.root)
    return _embedded_and_fitted(workspace)


@pytest.fixture(scope="session")
def bigger(tmp_path_factory):
    """A built workspace that also has the new books of `dated_readers`, not to be written to."""
    from bookrec.stages import merge

    folder = tmp_path_factory.mktemp("bigger")
    workspace = Workspace(folder / "workspace")
    raw = dated_readers.write_raw(folder / "raw")
    merge.run(workspace, config.MergeConfig(raw=raw), Silent())
    return _embedded_and_fitted(workspace)


def _embedded_and_fitted(workspace):
    from bookrec.stages import embed, fit_alpha, train_projection

    embed.run(workspace, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    train_projection.run(workspace, config.ProjectionConfig(), Silent())
    fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    return workspace


@pytest.fixture
def copied(built, tmp_path):
    """A copy of the built workspace, to write to."""
    return Workspace(Path(shutil.copytree(built.root, tmp_path / "workspace")))


@pytest.fixture
def bookrec(home, monkeypatch):
    """Run a command in this process: `bookrec("recommend", "Kelp", stdin="…", COLUMNS="80")`."""
    monkeypatch.chdir(home)
    return running.in_this_process


@pytest.fixture
def bookrec_process(home, monkeypatch):
    """`bookrec`, but in a process of its own."""
    monkeypatch.chdir(home)
    return running.in_process_of_its_own
