"""`bookrec history`, and recommendations from the profile."""

import csv
import io
import json

import tiny

from bookrec.histories.profile import Entry
from bookrec.stages import history

GOODREADS = (
    "Book Id,Title,Author,ISBN,ISBN13,My Rating,Exclusive Shelf,Date Read\n"
    '900,Kelp,Ida  Brandt,"=""""","=""""",5,read,\n'
    "901,Nine Fathoms,Ann Marlow,,,0,to-read,\n"
    "902,Gull Rock,Ann Marlow,,,0,read,2020/01/02\n"
    "903,Rust,Kei Tanaka,,,0,did-not-finish,\n"
    "904,Harbour of Nobody,No Body,,,4,read,\n"
    "905,Fog Horn,Per Holt,,,9,read,\n"
)


def on(workspace):
    return ("--data-dir", str(workspace.root))


def test_recommend_uses_the_profile_unless_a_title_is_given(bookrec, copied):
    for title in ("Rust", "Iron Sleep", "Assembly"):
        put(copied, copied, title, 5)
    put(copied, copied, "Kelp", 1)
    titles = ("recommend", "--fields", "title", "--no-header", "-n", "5", *on(copied))
    own = bookrec(*titles)
    assert own.returncode == 0, own.stderr
    assert "4 of 4 books found" in own.stderr
    found = own.stdout.splitlines()
    assert set(found) <= set(tiny.ROBOT_TITLES) - {"Rust", "Iron Sleep", "Assembly"}
    seed_alone = bookrec(*titles, "Kelp").stdout.splitlines()
    assert set(seed_alone[:2]) <= set(tiny.SEA_TITLES)
    both = bookrec(*titles, "Kelp=1", "--with-profile").stdout.splitlines()
    assert set(both) <= set(tiny.ROBOT_TITLES)
    empty = bookrec("recommend", "Kelp", "--with-profile", "--data-dir", str(copied.root / "no"))
    assert empty.returncode in (2, 4)


def test_the_commands_talk_to_a_person_and_to_a_pipe(bookrec, copied, tmp_path):
    file = tmp_path / "export.csv"
    file.write_text(GOODREADS, "utf-8")
    bad = tmp_path / "bad.csv"
    done = bookrec("history", "import", file, "--unmatched", bad, "--json", *on(copied))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == 5
    assert "4 of 6 books found" in done.stderr
    rows = list(csv.DictReader(io.StringIO(bad.read_text("utf-8"))))
    assert [(r["line"], r["title"]) for r in rows] == [
        ("6", "Harbour of Nobody"),
        ("7", "Fog Horn"),
    ]
    listed = bookrec("history", "list", "--json", *on(copied))
    exported = bookrec("history", "export", *on(copied))
    names = [e["title"] for e in json.loads(listed.stdout)]
    assert [r["title"] for r in csv.DictReader(io.StringIO(exported.stdout))] == names
    again = bookrec("history", "import", "-", "--json", *on(copied), stdin=exported.stdout)
    assert json.loads(again.stdout)["unchanged"] == 5
    assert bookrec("history", "add", "Soundings", "4", *on(copied)).returncode == 0
    assert bookrec("history", "add", "Zzyzx Roads", *on(copied)).returncode == 3
    half = bookrec("history", "add", "Kelp", "0,5", *on(copied))
    assert (half.returncode, "0.5★" in half.stderr) == (0, True)
    added = bookrec("history", "add", "Kelp", "11", *on(copied))
    named = bookrec("recommend", "Kelp=11", *on(copied))
    assert (added.returncode, added.stderr) == (named.returncode, named.stderr)
    assert (added.returncode, added.stdout) == (2, "")
    assert bookrec("history", "remove", "Soundings", *on(copied)).returncode == 0


def put(library, home, title, stars, **more):
    return history.add(library, home, Entry.typed(title, stars=stars), **more)
