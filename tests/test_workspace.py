"""A file that exists is whole; what is stale says why; one writer at a time."""

import os
import subprocess
import sys

import pytest
from conftest import environment

from bookrec import config
from bookrec.errors import BookrecError, MissingError, UsageError
from bookrec.workspace import (
    ARTEFACTS,
    Workspace,
    folder_fingerprint,
    open_workspace,
    replacing,
    write_json,
)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "work")


def make(workspace, name, text="x", settings=None):
    """An artefact as its stage leaves it."""
    with replacing(workspace.path(name)) as temporary:
        temporary.write_text(text)
    workspace.record(name, settings, workspace.inputs_of(name), {}, 0.1)


def test_where_it_is(home, monkeypatch, tmp_path):
    assert home in open_workspace().root.parents
    monkeypatch.setenv("BOOKREC_HOME", str(tmp_path / "env"))
    assert open_workspace().root == tmp_path / "env"
    assert open_workspace(tmp_path / "named").root == tmp_path / "named"
    monkeypatch.setenv("BOOKREC_HOME", "~/books")
    assert open_workspace().root == home / "books"


def _write_half(path):
    path.write_text("half")
    raise KeyboardInterrupt


def test_a_block_that_raises_leaves_the_old_file(tmp_path):
    target = tmp_path / "model.json"
    write_json(target, {"alpha": 1})
    with pytest.raises(KeyboardInterrupt), replacing(target) as temporary:
        _write_half(temporary)
    assert target.read_text() == '{\n  "alpha": 1\n}\n'
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]


def test_nan_is_refused_and_the_old_file_stays(tmp_path):
    target = tmp_path / "model.json"
    write_json(target, {"alpha": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(target, {"alpha": float("nan")})
    assert "1" in target.read_text()


def test_a_new_file_has_the_permissions_of_any_other(tmp_path):
    (tmp_path / "plain").write_text("")
    write_json(tmp_path / "ours", {})
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_replaced_artefact_without_its_meta_is_unfinished(workspace):
    make(workspace, "text_vectors.npy")
    assert workspace.fingerprint("text_vectors.npy") != ""
    with replacing(workspace.path("text_vectors.npy")) as temporary:
        temporary.write_text("new, but its stage was killed before it was recorded")
    assert workspace.fingerprint("text_vectors.npy") == ""
    assert workspace.staleness("text_vectors.npy", None, {}) != ""


def test_missing_artefacts_name_the_command_that_makes_them(workspace):
    for artefact in ARTEFACTS.values():
        with pytest.raises(MissingError) as caught:
            workspace.need(artefact.name)
        assert f"`bookrec {artefact.command}`" in caught.value.hint


def test_staleness_says_why(workspace):
    name, settings = "text_vectors.npy", config.EmbedConfig()
    assert workspace.staleness(name, settings, {}) == "not made yet"
    workspace.root.mkdir()
    workspace.path(name).write_text("x")
    workspace.record(name, settings, {"catalogue.sqlite": "a"}, {}, 0.0)
    assert workspace.staleness(name, settings, {"catalogue.sqlite": "a"}) == ""
    assert "catalogue.sqlite" in workspace.staleness(name, settings, {"catalogue.sqlite": "b"})
    other = config.EmbedConfig(max_tokens=64)
    assert "max_tokens" in workspace.staleness(name, other, {"catalogue.sqlite": "a"})
    meta = workspace.path(f"{name}.meta.json")
    meta.write_text(meta.read_text().replace('"format": ', '"format": 9'))
    assert "version" in workspace.staleness(name, settings, {"catalogue.sqlite": "a"})
    meta.write_text("{ broken")
    assert workspace.staleness(name, settings, {"catalogue.sqlite": "a"}) != ""


def test_staleness_travels_down(workspace):
    for name in ARTEFACTS:
        make(workspace, name)
    assert [s.name for s in workspace.states() if s.reason] == []
    make(workspace, "text_vectors.npy", settings=config.EmbedConfig(max_tokens=9))
    states = {s.name: s for s in workspace.states()}
    assert [n for n in states if states[n].fresh] == ["catalogue.sqlite", "text_vectors.npy"]
    assert "text_vectors.npy" in states["projection.safetensors"].reason
    # metrics.json's own inputs did not change, but what they were made from did
    assert states["metrics.json"].reason.endswith(" is stale")


def test_the_same_artefact_made_again_makes_nothing_stale(workspace):
    make(workspace, "catalogue.sqlite")
    make(workspace, "text_vectors.npy")
    make(workspace, "catalogue.sqlite")
    assert [s.fresh for s in workspace.states()][:2] == [True, True]


def test_raw_files_are_seen_to_change_without_being_read(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    before = folder_fingerprint(tmp_path)
    assert folder_fingerprint(tmp_path) == before
    (tmp_path / "notes.txt").write_text("not ours")
    assert folder_fingerprint(tmp_path) == before
    (tmp_path / "a.csv").write_text("xy")
    changed = folder_fingerprint(tmp_path)
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    assert len({before, changed, folder_fingerprint(tmp_path)}) == 3


def test_one_holder_of_the_lock(workspace):
    code = (
        "import sys; from pathlib import Path; from bookrec.workspace import Workspace\n"
        "from bookrec.errors import BookrecError\n"
        "try:\n"
        "    with Workspace(Path(sys.argv[1])).locked(): print('held')\n"
        "except BookrecError as error: print(error.message)\n"
    )

    def other():
        command = [sys.executable, "-c", code, str(workspace.root)]
        return subprocess.run(command, capture_output=True, text=True, env=environment()).stdout

    with workspace.locked():
        assert other().startswith("Another bookrec is at work")
    assert other() == "held\n"


def test_a_lock_is_let_go_when_the_block_raises(workspace):
    with pytest.raises(RuntimeError), workspace.locked():
        raise RuntimeError
    with workspace.locked():
        assert (workspace.root / ".lock").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write it")
def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BookrecError, match="cannot be written"), Workspace(tmp_path).locked():
        pass


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "work").write_text("")
    with (
        pytest.raises(BookrecError, match="cannot be written"),
        Workspace(tmp_path / "work").locked(),
    ):
        pass


def test_another_seed_than_the_projections_is_refused(workspace):
    make(workspace, "projection.safetensors", settings=config.ProjectionConfig(seed=3))
    workspace.require_seed(3)
    with pytest.raises(UsageError, match="seed 3, not 4") as caught:
        workspace.require_seed(4)
    assert "train-projection --seed 4" in caught.value.hint
