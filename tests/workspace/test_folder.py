"""Where a workspace is, what is recorded of its artefacts, and one writer at a time."""

import os
import subprocess
import sys

import pytest
from running import environment

from bookrec.errors import BookrecError, MissingError
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.folder import Workspace, open_workspace


def test_where_it_is(home, monkeypatch, tmp_path):
    assert home in open_workspace().root.parents
    monkeypatch.setenv("BOOKREC_HOME", str(tmp_path / "env"))
    assert open_workspace().root == tmp_path / "env"
    assert open_workspace(tmp_path / "named").root == tmp_path / "named"
    monkeypatch.setenv("BOOKREC_HOME", "~/books")
    assert open_workspace().root == home / "books"


def test_missing_artefacts_name_the_command_that_makes_them(workspace):
    for artefact in ARTEFACTS.values():
        with pytest.raises(MissingError) as caught:
            workspace.need(artefact.name)
        assert f"`bookrec {artefact.command}`" in caught.value.hint


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
        assert other().startswith("Another bookrec process is using")
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


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "work")
