"""`bookrec history`, and recommendations from the profile."""

import csv
import io
import json

import pytest
import tiny
from running import on


@pytest.fixture
def run(bookrec, copied):
    """Run a command on a workspace of its own and expect it to succeed."""

    def command(*args, **more):
        done = bookrec(*args, *on(copied), **more)
        assert done.returncode == 0, done.stderr
        return done

    return command


def test_recommend_uses_the_profile_unless_a_title_is_given(run):
    loved = {"Rust", "Iron Sleep", "Assembly"}
    for title in loved:
        run("history", "add", title, "5")
    run("history", "add", "Kelp", "1")
    titles = ("recommend", "--fields", "title", "--no-header", "-n", "5")
    own = run(*titles)
    assert "4 of 4 books found" in own.stderr
    assert set(own.stdout.splitlines()) <= set(tiny.ROBOT_TITLES) - loved
    assert set(run(*titles, "Kelp").stdout.splitlines()[:2]) <= set(tiny.SEA_TITLES)
    both = run(*titles, "Kelp=1", "--with-profile")
    assert set(both.stdout.splitlines()) <= set(tiny.ROBOT_TITLES)


def test_a_missing_profile_is_a_usage_error(bookrec, built):
    done = bookrec("recommend", "Kelp", "--with-profile", *on(built))
    assert (done.returncode, done.stdout) == (2, "")


def test_an_import_reports_counts_and_writes_unmatched_rows(run, tmp_path):
    file, bad = tmp_path / "export.csv", tmp_path / "bad.csv"
    file.write_text(tiny.GOODREADS_EXPORT, "utf-8")
    done = run("history", "import", file, "--unmatched", bad, "--json")
    assert json.loads(done.stdout)["added"] == 5
    assert "4 of 6 books found" in done.stderr
    rows = list(csv.DictReader(io.StringIO(bad.read_text("utf-8"))))
    missed = [("6", "Harbour of Nobody"), ("7", "Fog Horn")]
    assert [(r["line"], r["title"]) for r in rows] == missed


def test_an_export_has_what_is_listed_and_changes_nothing_when_imported(run):
    run("history", "import", "-", stdin=tiny.GOODREADS_EXPORT)
    names = [entry["title"] for entry in json.loads(run("history", "list", "--json").stdout)]
    exported = run("history", "export").stdout
    assert [row["title"] for row in csv.DictReader(io.StringIO(exported))] == names
    again = run("history", "import", "-", "--json", stdin=exported)
    assert json.loads(again.stdout)["unchanged"] == len(names) == 5


def test_books_are_added_with_any_notation_of_stars_and_removed(run):
    run("history", "add", "Soundings", "4")
    assert "0.5★" in run("history", "add", "Kelp", "0,5").stderr
    run("history", "remove", "Soundings")
    assert [e["title"] for e in json.loads(run("history", "list", "--json").stdout)] == ["Kelp"]


def test_adding_fails_with_the_same_errors_as_recommending(bookrec, copied):
    assert bookrec("history", "add", "Zzyzx Roads", *on(copied)).returncode == 3
    added = bookrec("history", "add", "Kelp", "11", *on(copied))
    named = bookrec("recommend", "Kelp=11", *on(copied))
    assert (added.returncode, added.stdout) == (2, "")
    assert (added.returncode, added.stderr) == (named.returncode, named.stderr)
