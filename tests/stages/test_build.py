"""`build`: which raw files it merges, and when."""

import json
import shutil
from pathlib import Path

from running import on

from bookrec import config
from bookrec.progress import Silent
from bookrec.stages import build as pipeline
from bookrec.stages import download, merge
from bookrec.workspace.folder import Workspace
from bookrec.workspace.freshness import states
from bookrec.workspace.records import record_of


def test_a_moved_workspace_stays_fresh(bookrec, tiny_world, workspace, tmp_path):
    shutil.copytree(tiny_world, workspace.raw)
    assert bookrec("merge", *on(workspace)).returncode == 0
    moved = Workspace(workspace.root.rename(tmp_path / "moved"))
    first = json.loads(bookrec("status", "--json", *on(moved)).stdout)[0]
    assert (first["artefact"], first["reason"]) == ("catalogue.sqlite", "")
    assert "up to date" in bookrec("merge", *on(moved)).stderr


def test_build_merges_the_last_merged_folder_or_a_newer_download(tiny_world, workspace, tmp_path):
    """A download that brought nothing new does not count."""
    own = Path(shutil.copytree(tiny_world, tmp_path / "own"))
    bring = config.DownloadConfig(from_paths=(tiny_world,))

    def built_of(raw=None):
        assert next(pipeline.steps(workspace, raw, Silent())).command == "merge"
        return record_of(workspace, "catalogue.sqlite")["config"]["raw"]

    download.run(workspace, bring, Silent())
    assert built_of(own) == str(own)
    assert built_of() == str(own)
    download.run(workspace, bring, Silent())  # nothing new
    assert built_of() == str(own)
    (tmp_path / "new").mkdir()
    shutil.copy(tiny_world / "ratings_one.csv", tmp_path / "new" / "more.csv")
    new = config.DownloadConfig(from_paths=(tmp_path / "new",))
    download.run(workspace, new, Silent())
    assert states(workspace)[0].reason == "raw has changed"
    assert built_of() == "raw"
    assert states(workspace)[0].fresh
    assert built_of(own) == str(own)
    assert built_of() == str(own)


def test_a_catalogue_stays_fresh_without_its_raw_files(workspace, tiny_world, tmp_path):
    raw = Path(shutil.copytree(tiny_world, tmp_path / "raw"))
    merge.run(workspace, config.MergeConfig(raw), Silent())
    shutil.rmtree(raw)
    assert states(workspace)[0].fresh
    assert next(pipeline.steps(workspace, None, Silent())).skipped
