"""The profile: the reader's own history file is plain, private and never corrupted."""

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bookrec.errors import UsageError
from bookrec.histories import profile
from bookrec.histories.profile import Entry
from bookrec.stages import history
from bookrec.workspace.folder import Workspace


def put(library, home, title, stars, **more):
    return history.add(library, home, Entry.typed(title, stars=stars), **more)


def test_the_file_is_plain_csv_readable_by_its_owner_alone(built, workspace):
    old = os.umask(0)
    try:
        put(built, workspace, "Kelp", 4.5)
    finally:
        os.umask(old)
    path = workspace.path("history.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8").startswith("title,author,rating,status,goodreads_id,isbn,added")
    odd = Entry('He said "no", twice\nand left', "Ö. Müller", 3.5, "read", "", "", "2020-01-02")
    profile.save(workspace, [odd])
    (back,) = profile.load(workspace)
    assert back.title == 'He said "no", twice and left'
    assert (back.author, back.rating, back.added) == ("Ö. Müller", 3.5, "2020-01-02")
    assert [p.name for p in workspace.root.iterdir()] != []
    assert not [p for p in workspace.root.iterdir() if p.name.startswith(".history.csv.")]


def test_a_row_broken_by_hand_is_an_error_and_is_kept(built, workspace):
    put(built, workspace, "Kelp", 5)
    path = workspace.path("history.csv")
    path.write_text(path.read_text("utf-8") + "Rust,Kei Tanaka,seven,read,,,,,\n", "utf-8")
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"Line 3 of .*seven"):
        put(built, workspace, "Soundings", 4)
    assert path.read_bytes() == before


def test_the_previous_file_is_kept_as_a_backup(built, workspace):
    path, kept = workspace.path("history.csv"), workspace.path("history.csv.bak")
    put(built, workspace, "Kelp", 5)
    assert not kept.exists()
    before = path.read_bytes()
    put(built, workspace, "Rust", 4)
    assert kept.read_bytes() == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    history.import_file(built, workspace, path.read_bytes(), "history.csv")
    assert kept.read_bytes() == before  # nothing changed, so the backup stays
    before = path.read_bytes()
    history.import_file(built, workspace, b"title\nSoundings\n", "plain.csv", afresh=True)
    assert (kept.read_bytes(), len(profile.load(workspace))) == (before, 1)


def test_concurrent_changes_lose_nothing(built, workspace):
    titles = ("Kelp", "Rust", "Soundings", "Assembly", "Gull Rock", "Iron Sleep")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda title: put(built, workspace, title, 4), titles))
    assert {e.title for e in profile.load(workspace)} == set(titles)


@pytest.mark.skipif(sys.platform == "win32", reason="no links")
def test_a_linked_profile_stays_a_link(tmp_path):
    """A link into a synchronised folder, for example."""
    elsewhere, home = tmp_path / "synced.csv", Workspace(tmp_path / "home")
    home.root.mkdir()
    home.path(profile.FILE).symlink_to(elsewhere)
    profile.save(home, [profile.Entry("Kelp", "Ida Brandt", 4.0)])
    assert home.path(profile.FILE).is_symlink()
    assert "Kelp" in elsewhere.read_text()
    assert elsewhere.stat().st_mode & 0o777 == 0o600
