"""Where a workspace is, what is recorded of its artefacts, and one writer at a time."""

import os
import subprocess
import sys

import pytest
from running import environment

from bookrec import config
from bookrec.errors import BookrecError, MissingError, UsageError
from bookrec.stages import embed, fit_alpha, merge, train_projection
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.folder import Workspace, open_workspace
from bookrec.workspace.records import record_of, require_seed, write_record


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "work")


def test_where_it_is(home, monkeypatch, tmp_path):
    assert home in open_workspace().root.parents
    monkeypatch.setenv("BOOKREC_HOME", str(tmp_path / "env"))
    assert open_workspace().root == tmp_path / "env"
    assert open_workspace(tmp_path / "named").root == tmp_path / "named"
    monkeypatch.setenv("BOOKREC_HOME", "~/books")
    assert open_workspace().root == home / "books"


def test_a_replaced_artefact_loses_its_record_and_a_failed_one_keeps_it(workspace):
    name = "means.npy"
    with workspace.replacing(name) as temporary:
        temporary.write_text("x")
    write_record(workspace, name, config.AlphaConfig(), {}, {}, 0.1)
    with pytest.raises(KeyboardInterrupt), workspace.replacing(name):
        raise KeyboardInterrupt
    assert record_of(workspace, name)["config"] == {"seed": 0, "steps": 81}
    with workspace.replacing(name) as temporary:
        temporary.write_text("new, but its stage was killed before it was recorded")
    assert record_of(workspace, name) == {}


def test_missing_artefacts_name_the_command_that_makes_them(workspace):
    for artefact in ARTEFACTS.values():
        with pytest.raises(MissingError) as caught:
            workspace.need(artefact.name)
        assert f"`bookrec {artefact.command}`" in caught.value.hint


def test_records_are_written_under_the_lock(tiny_world, workspace, monkeypatch):
    import tiny

    from bookrec.progress import Silent

    recorded = []

    def watched(workspace, name, *rest):
        with pytest.raises(BookrecError, match="at work"), workspace.locked():
            pass
        write_record(workspace, name, *rest)
        recorded.append(name)

    for stage in (merge, embed, train_projection, fit_alpha):
        monkeypatch.setattr(stage, "write_record", watched)
    merge.run(workspace, config.MergeConfig(tiny_world), Silent())
    embed.run(workspace, config.EmbedConfig(), Silent(), load=lambda _: tiny.FakeEncoder())
    train_projection.run(workspace, config.ProjectionConfig(epochs=0), Silent())
    fit_alpha.run(workspace, config.AlphaConfig(), Silent())
    assert recorded == [name for name in ARTEFACTS if name != "metrics.json"]


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
    with workspace.replacing("projection.safetensors") as temporary:
        temporary.write_text("x")
    write_record(workspace, "projection.safetensors", config.ProjectionConfig(seed=3), {}, {}, 0.1)
    require_seed(workspace, 3)
    with pytest.raises(UsageError, match="seed 3, not 4") as caught:
        require_seed(workspace, 4)
    assert "train-projection --seed 4" in caught.value.hint
