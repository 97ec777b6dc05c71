"""The reader's own history, and books that the catalogue does not hold."""

import csv
import io
import json
import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from bookrec.catalogue.database import Catalogue
from bookrec.errors import AmbiguousTitleError, TitleError, UsageError
from bookrec.histories import profile
from bookrec.histories.profile import Entry
from bookrec.model.query import NewTextEncoder
from bookrec.stages import history, recommend
from bookrec.workspace.folder import Workspace

GOODREADS = (
    "Book Id,Title,Author,ISBN,ISBN13,My Rating,Exclusive Shelf,Date Read\n"
    '900,Kelp,Ida  Brandt,"=""""","=""""",5,read,\n'
    "901,Nine Fathoms,Ann Marlow,,,0,to-read,\n"
    "902,Gull Rock,Ann Marlow,,,0,read,2020/01/02\n"
    "903,Rust,Kei Tanaka,,,0,did-not-finish,\n"
    "904,Harbour of Nobody,No Body,,,4,read,\n"
    "905,Fog Horn,Per Holt,,,9,read,\n"
)


@pytest.fixture
def mine(tmp_path):
    """A workspace that holds nothing but a history, as with the built-in library."""
    return Workspace(tmp_path / "mine")


def on(workspace):
    return ("--data-dir", str(workspace.root))


def put(library, home, title, stars, **more):
    return history.add(library, home, Entry.typed(title, stars=stars), **more)


def test_what_is_imported_is_kept_and_counted(built, mine):
    result = history.import_file(built, mine, GOODREADS.encode(), "export.csv")
    assert result.format == "goodreads"
    assert (result.added, result.updated, result.unchanged, result.unusable) == (5, 0, 0, 1)
    assert [u.why for u in result.unmatched] == [
        "unknown",
        "rating '9' is not a number from 0 to 5",
    ]
    assert [(e.title, e.rating, e.status) for e in profile.load(mine)] == [
        ("Harbour of Nobody", 4.0, "read"),  # the last of a Goodreads file was added first
        ("Rust", None, "did-not-finish"),
        ("Gull Rock", None, "read"),
        ("Nine Fathoms", None, "to-read"),
        ("Kelp", 5.0, "read"),
    ]
    assert {e.goodreads_id for e in profile.load(mine)} == {"900", "901", "902", "903", "904"}


def test_importing_again_changes_nothing_and_new_stars_win(built, mine):
    history.import_file(built, mine, GOODREADS.encode(), "export.csv")
    again = history.import_file(built, mine, GOODREADS.encode(), "export.csv")
    assert (again.added, again.updated, again.unchanged, again.total) == (0, 0, 5, 5)
    plain = b"title,author,rating\nKelp,Ida Brandt,2.5\nRust,,\nSoundings,Per Holt,3\n"
    third = history.import_file(built, mine, plain, "plain.csv")
    assert (third.added, third.total) == (1, 6)
    stars = {e.title: e.rating for e in profile.load(mine)}
    assert (stars["Kelp"], stars["Rust"], stars["Soundings"]) == (2.5, None, 3.0)
    afresh = history.import_file(built, mine, plain, "plain.csv", afresh=True)
    assert afresh.total == 3


def test_the_file_is_plain_private_and_round(built, mine):
    old = os.umask(0)
    try:
        put(built, mine, "Kelp", 4.5)
    finally:
        os.umask(old)
    path = mine.path("history.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8").startswith("title,author,rating,status,goodreads_id,isbn,added")
    odd = Entry('He said "no", twice\nand left', "Ö. Müller", 3.5, "read", "", "", "2020-01-02")
    profile.save(mine, [odd])
    (back,) = profile.load(mine)
    assert back.title == 'He said "no", twice and left'
    assert (back.author, back.rating, back.added) == ("Ö. Müller", 3.5, "2020-01-02")
    assert [p.name for p in mine.root.iterdir()] != []
    assert not [p for p in mine.root.iterdir() if p.name.startswith(".history.csv.")]


def test_a_row_broken_by_hand_is_never_dropped(built, mine):
    put(built, mine, "Kelp", 5)
    path = mine.path("history.csv")
    path.write_text(path.read_text("utf-8") + "Rust,Kei Tanaka,seven,read,,,,,\n", "utf-8")
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"Line 3 of .*seven"):
        put(built, mine, "Soundings", 4)
    assert path.read_bytes() == before


def test_add_changes_stars_and_refuses_what_it_does_not_know(built, mine):
    first = put(built, mine, "kelp", 5)
    assert (first.entry.title, first.entry.author, first.before) == ("Kelp", "Ida Brandt", None)
    second = put(built, mine, "Kelp", 3)
    assert (second.entry.rating, second.before.rating, second.total) == (3.0, 5.0, 1)
    with pytest.raises(TitleError) as error:
        put(built, mine, "Zzyzx and Other Roads", 4)
    assert "--anyway" in error.value.hint
    kept = put(built, mine, "Zzyzx and Other Roads", 4, anyway=True)
    assert kept.total == 2


def rows_of(home):
    return [(e.title, e.rating, e.status) for e in profile.load(home)]


@pytest.fixture
def other_name(copied):
    """A catalogue that takes "Cold Weed" for "Kelp"; the tiny world's own knows no such book."""
    with sqlite3.connect(copied.path("catalogue.sqlite")) as db:
        (book,) = db.execute("SELECT book FROM books WHERE title = 'Kelp'").fetchone()
        db.execute("INSERT INTO names VALUES (?, 'cold weed', 'cold weed')", (book,))
    return copied


def test_rows_of_one_book_keep_their_stars_when_another_is_added(built, mine):
    kelp, wish = Entry("Kelp", "Ida Brandt", 5.0), Entry("Kelp (Sea, #1)", "Ida Brandt")
    profile.save(mine, [kelp, wish])
    put(built, mine, "Rust", 4)
    rust = ("Rust", 4.0, "read")
    assert rows_of(mine) == [("Kelp", 5.0, "read"), ("Kelp (Sea, #1)", None, "read"), rust]
    profile.save(mine, [kelp, Entry("Kelp", "Ida Brandt", 2.0), Entry("kelp", "Ida Brandt")])
    history.import_file(built, mine, b"title,rating\nRust,4\n", "plain.csv")
    assert rows_of(mine) == [("Kelp", 2.0, "read"), rust]


def test_no_catalogue_loses_what_another_keeps_apart(built, mine, other_name):
    names = ("Cold Weed (Weeds, #1)", "Cold Weed (Weeds, #2)", "Cold Weed", "Kelp")
    rows = list(zip(names, (5.0, 1.0, None, 2.0), ("read",) * 4, strict=True))
    profile.save(mine, [Entry(t, "Ida Brandt", r, s) for t, r, s in rows])
    found = ask(other_name, mine.root, [], profile=profile.read_file(mine))
    because = found.recommendations[0].reasons.because
    assert [(b.title, b.rating) for b in because] == [("Kelp", 2.0)]
    put(other_name, mine, "Rust", 4)
    assert rows_of(mine) == [*rows, ("Rust", 4.0, "read")]
    file = "title,author,rating\n" + "".join(f'"{n}",Ida Brandt,3\n' for n in names[1:])
    for library in (other_name, built):
        history.import_file(library, mine, file.encode(), "plain.csv")
        assert {t: r for t, r, _ in rows_of(mine)} == {
            **dict.fromkeys(names, 3.0),
            names[0]: 5.0,
            "Rust": 4.0,
        }


def test_a_book_under_another_name_is_changed_not_doubled(mine, other_name):
    profile.save(mine, [Entry("Cold Weed", "Ida Brandt", 2.0)])
    changed = put(other_name, mine, "Kelp", 5)
    assert (changed.before.rating, changed.entry.rating, changed.total) == (2.0, 5.0, 1)
    other = history.import_file(other_name, mine, b"title,rating\nKelp,3\n", "plain.csv")
    assert (other.added, other.updated, other.total) == (0, 1, 1)


def test_of_rows_of_one_book_in_a_file_the_newest_stars_count(built, mine):
    """As Goodreads writes them: the newest first, and a wish for a book that was read."""
    one = '{},"Kelp{}",Ida Brandt,,,{},{},\n'
    head = GOODREADS.partition("\n")[0] + "\n"
    rows = ((1, "", 0, "to-read"), (2, " (Sea, #1)", 4, "read"), (3, "", 2, "did-not-finish"))
    file = (head + "".join(one.format(*row) for row in rows)).encode()
    first = history.import_file(built, mine, file, "export.csv")
    assert rows_of(mine) == [("Kelp", 2.0, "did-not-finish"), ("Kelp (Sea, #1)", 4.0, "read")]
    assert (first.added, first.updated, first.unchanged, first.total) == (2, 0, 0, 2)
    own = mine.path("history.csv").read_bytes()
    found = [
        ask(built, mine.root, [], **{name: data}).recommendations[0].reasons.because[0].rating
        for name, data in (("history", file), ("profile", own))
    ]
    assert found == [4.0, 4.0]
    again = history.import_file(built, mine, file, "export.csv")
    assert (again.added, again.unchanged) == (0, 2)
    assert mine.path("history.csv").read_bytes() == own


def test_volumes_that_no_catalogue_holds_are_different_books(built, mine):
    rows = "".join(f'"Untitled (Lost, #{n})",N. N.,{n}\n' for n in (1, 2, 3))
    history.import_file(built, mine, f"title,author,rating\n{rows}".encode(), "plain.csv")
    assert [r for _, r, _ in rows_of(mine)] == [1.0, 2.0, 3.0]
    with pytest.raises(AmbiguousTitleError):
        history.remove(mine, "Untitled")
    assert len(history.remove(mine, "Untitled (Lost, #2)")) == 1
    assert [r for _, r, _ in rows_of(mine)] == [1.0, 3.0]


ROWS = st.lists(
    st.builds(
        Entry,
        st.sampled_from(["Kelp", "Kelp (Sea, #1)", "kelp", "Rust", "Nobody's Book"]),
        st.sampled_from(["Ida Brandt", "Kei Tanaka", "N. N."]),
        st.none() | st.sampled_from([1.0, 4.5]),
        st.sampled_from(["read", "reading", "to-read", "did-not-finish"]),
        added=st.just("2020-01-01"),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_known_stars_survive_whatever_is_written(built, tmp_path_factory, rows):
    """Of each name in the file the last known stars, whatever book it is here; and that it was
    read."""

    def known(entries):
        stars, done = {}, set()
        for e in entries:
            name = (e.title.lower(), e.author)
            stars[name] = stars.get(name) if e.rating is None else e.rating
            done |= {name} if e.status in ("read", "did-not-finish") else set()
        return stars, done

    home = Workspace(tmp_path_factory.mktemp("law"))
    profile.save(home, rows)
    put(built, home, "Soundings", 3)
    stars, done = known(profile.load(home))
    assert stars.pop(("soundings", "Per Holt")) == 3.0
    assert (stars, done - {("soundings", "Per Holt")}) == known(rows)
    own = home.path("history.csv").read_bytes()
    history.import_file(built, home, own, "history.csv")
    assert home.path("history.csv").read_bytes() == own


def test_the_file_before_the_last_change_is_kept(built, mine):
    path, kept = mine.path("history.csv"), mine.path("history.csv.bak")
    put(built, mine, "Kelp", 5)
    assert not kept.exists()
    before = path.read_bytes()
    put(built, mine, "Rust", 4)
    assert kept.read_bytes() == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    history.import_file(built, mine, path.read_bytes(), "history.csv")
    assert kept.read_bytes() == before  # nothing changed: nothing to go back from
    before = path.read_bytes()
    history.import_file(built, mine, b"title\nSoundings\n", "plain.csv", afresh=True)
    assert (kept.read_bytes(), len(profile.load(mine))) == (before, 1)


def test_remove(built, mine):
    put(built, mine, "Kelp", 5)
    put(built, mine, "Rust", 2)
    assert [e.title for e in history.remove(mine, "KELP")] == ["Kelp"]
    assert [e.title for e in profile.load(mine)] == ["Rust"]
    with pytest.raises(TitleError, match="in your history"):
        history.remove(mine, "Kelp")


def test_remove_takes_all_rows_that_name_the_book(mine):
    names = ("Kelp", "Kelp (Sea, #1)", "Kelp: A Graphic Novel by Others", "Rust")
    profile.save(mine, [Entry(title, "Ida Brandt", 3.0) for title in names])
    assert [e.title for e in history.remove(mine, "Kelp")] == ["Kelp", "Kelp (Sea, #1)"]
    assert [e.title for e in profile.load(mine)] == list(names[2:])


def test_commands_that_write_at_once_lose_nothing(built, mine):
    titles = ("Kelp", "Rust", "Soundings", "Assembly", "Gull Rock", "Iron Sleep")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda title: put(built, mine, title, 4), titles))
    assert {e.title for e in profile.load(mine)} == set(titles)


def test_recommend_goes_by_it_unless_something_is_named(bookrec, copied):
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


# --- books that the catalogue does not hold ---------------------------------------------------


def ask(built, tmp_path, loads, **options):
    def load(_):
        loads.append(1)
        return tiny.FakeEncoder()

    asked = tiny.ask(limit=5, series="any", **options)
    return recommend.run(built, *asked, tmp_path, load)


def titles_of(result):
    return [r.reasons.book.title for r in result.recommendations]


def test_a_book_nobody_has_heard_of(built, tmp_path):
    loads = []
    story = "A robot story of a machine, its maker and one small wire."
    options = {"seeds": (("My First Novel", None),), "description": story}
    found = ask(built, tmp_path, loads, **options)
    assert set(titles_of(found)[:3]) <= set(tiny.ROBOT_TITLES)
    because = found.recommendations[0].reasons.because
    assert [b.title for b in because] == ["My First Novel"]
    again = ask(built, tmp_path, loads, **options)
    assert titles_of(again) == titles_of(found)
    assert loads == [1]  # the second time nothing is encoded


def test_a_book_of_the_catalogue_keeps_its_own_description(built, tmp_path):
    seeds = (("Kelp", None),)
    found = ask(built, tmp_path, [], seeds=seeds, description="A robot story.")
    assert titles_of(found) == titles_of(ask(built, tmp_path, [], seeds=seeds))
    assert any("own description" in note for note in found.notes)
    with pytest.raises(UsageError, match="one title"):
        ask(built, tmp_path, [], description="Words without a title.")


def test_words_alone_claim_no_taste(built, tmp_path):
    found = ask(built, tmp_path, [], like="a robot, a machine and an engine")
    assert set(titles_of(found)) <= set(tiny.ROBOT_TITLES)
    for r in found.recommendations:
        assert (r.reasons.personal, r.reasons.because) == (0.0, ())
        assert r.reasons.predicted == r.reasons.expected
        assert r.reasons.likeness > 0.5


def test_words_steer_a_history(built, tmp_path):
    sea = {"seeds": (("Kelp", 5.0), ("Rust", 4.0))}
    steered = ask(built, tmp_path, [], like="robot machine engine", **sea)
    assert set(titles_of(steered)[:3]) <= set(tiny.ROBOT_TITLES)
    assert steered.recommendations[0].reasons.because


def test_a_history_that_only_dislikes_is_told_so(built, tmp_path):
    said = "You liked none of these"
    for seeds, told in (((("Kelp", 1.0),), True), ((("Kelp", 1.0), ("Rust", 5.0)), False)):
        found = ask(built, tmp_path, [], seeds=seeds)
        assert any(said in note for note in found.notes) is told
        assert len(found.recommendations) == 5
    words = ask(built, tmp_path, [], seeds=(("Kelp", 1.0),), like="robot machine")
    assert not any(said in note for note in words.notes)


def test_rows_outside_the_catalogue(built, tmp_path):
    rows = "title,author,rating,description\nKelp,Ida Brandt,2,\nThe Wire,Q. Nobody,5,{}\n"
    plain, told = rows.format(""), rows.format("A robot story of a machine and a wire.")
    loads = []
    unheard = ask(built, tmp_path, loads, history=plain.encode(), history_name="h.csv")
    assert loads == []
    assert any("how generous you are" in note for note in unheard.notes)
    known = ask(built, tmp_path, loads, history=told.encode(), history_name="h.csv")
    assert loads == [1]
    assert set(titles_of(known)[:3]) <= set(tiny.ROBOT_TITLES)
    named = [b.title for r in known.recommendations for b in r.reasons.because]
    assert named == ["The Wire"] * 5
    assert [u.why for u in known.unmatched] == ["unknown"]
    encoded = ask(
        built,
        tmp_path,
        loads,
        history=b"title,author,rating\nThe Engine of Robots,Kei Tanaka,5\n",
        history_name="h.csv",
        encode_unknown=True,
    )
    assert set(titles_of(encoded)) <= set(tiny.ROBOT_TITLES)
    with pytest.raises(TitleError):
        ask(built, tmp_path, [], history=b"title,rating\nThe Engine of Robots,5\n")


def test_strangers_tell_how_generous_a_reader_is(built, tmp_path):
    def personal(stars):
        rows = [f"Stranger {i},N. N.,{stars}" for i in range(8)]
        text = "\n".join(["title,author,rating", "Kelp,Ida Brandt,4", *rows])
        found = ask(built, tmp_path, [], history=text.encode(), history_name="h.csv")
        return found.recommendations[0].reasons.personal

    assert personal(5) > personal(3) > personal(1)


def test_a_book_of_file_and_profile_counts_once(built, tmp_path):
    """Inside the catalogue and out; the file's stars stand, the profile's description is kept."""

    def rows(stars, description):
        text = f'Kelp,Ida Brandt,2,\n"The Wire (Wires, #2)",Q. Nobody,{stars},{description}\n'
        return f"title,author,rating,description\n{text}".encode()

    def reasons(**files):
        found = ask(built, tmp_path, [], **files).recommendations
        return [r.reasons.as_dict() for r in found]

    told = "A robot story of a machine and a wire."
    once = reasons(history=rows(5, ""))
    assert reasons(history=rows(5, ""), profile=rows(5, "")) == once
    both = reasons(history=rows(5, ""), profile=rows(2, told))
    assert both == reasons(history=rows(5, told)) != once


def test_of_two_rows_of_a_book_the_newest_opinion_counts(built, tmp_path):
    """Goodreads lists the newest first, others end with it; no stars take none back."""
    plain, goodreads = "title,author,rating,status,note", "Title,Author,My Rating,Shelf,Book Id"
    five, two = "Kelp,Ida Brandt,5,read,", '"Kelp (Sea, #1)",Ida Brandt,2,read,'
    unrated, wish = "Kelp,Ida Brandt,,read,", "Kelp,Ida Brandt,,to-read,"

    def rating(*lines, name="history"):
        found = ask(built, tmp_path, [], **{name: "\n".join(lines).encode()})
        return found.recommendations[0].reasons.because[0].rating

    assert rating(plain, five, two) == 2.0
    assert rating(goodreads, five, two) == 5.0
    assert rating(plain, five, two, name="profile") == 2.0
    for columns in (plain, goodreads):
        assert rating(columns, unrated, two, wish) == rating(columns, wish, two, unrated) == 2.0


def test_text_is_encoded_as_the_catalogue_was(built, tmp_path):
    spot = NewTextEncoder(built, tmp_path, lambda _: tiny.FakeEncoder())
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        books = catalogue.books(range(5))
    stored = np.load(built.path("vectors.npy"))[:5]
    np.testing.assert_allclose(spot.books(books), stored, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(spot.query("a sea story")), 1.0, atol=1e-5)
    with pytest.raises(UsageError, match="encoded with fake:1"):
        NewTextEncoder(built, tmp_path, lambda _: tiny.FakeEncoder("fake:2")).query("something new")


def test_where_nothing_can_be_written_the_encoder_is_loaded_each_time(built, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    loads = []
    for _ in range(2):
        ask(built, tmp_path / "file", loads, like="a robot story")
    assert loads == [1, 1]
