"""The workspace: where it is, what is missing, and one writer at a time."""

import os
import subprocess
import sys

import pytest
from running import environment

from bookrec.errors import BookrecError, MissingError
from bookrec.workspace.artefacts import ARTEFACTS
from bookrec.workspace.folder import Workspace, open_workspace


def test_the_folder_is_an_option_a_variable_or_the_platforms_default(home, monkeypatch, tmp_path):
    assert home in open_workspace().root.parents
    monkeypatch.setenv("BOOKREC_HOME", str(tmp_path / "env"))
    assert open_workspace().root == tmp_path / "env"
    assert open_workspace(tmp_path / "named").root == tmp_path / "named"
    monkeypatch.setenv("BOOKREC_HOME", "~/books")
    assert open_workspace().root == home / "books"


def test_a_missing_artefact_names_the_command_that_makes_it(workspace):
    for artefact in ARTEFACTS.values():
        with pytest.raises(MissingError) as caught:
            workspace.need(artefact.name)
        assert f"`bookrec {artefact.command}`" in caught.value.hint


def test_a_second_process_is_refused_the_lock(workspace):
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


def test_an_error_releases_the_lock(workspace):
    with pytest.raises(RuntimeError), workspace.locked():
        raise RuntimeError
    with workspace.locked():
        assert (workspace.root / ".lock").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write it")
def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BookrecError, match="cannot be written"), Workspace(tmp_path).locked():
        pass


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "work").write_text("")
    with (
        pytest.raises(BookrecError, match="cannot be written"),
        Workspace(tmp_path / "work").locked(),
    ):
        pass
