"""`history`: importing into, adding to and removing from the reader's own history."""

import sqlite3

import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from bookrec.errors import AmbiguousTitleError, TitleError
from bookrec.histories import profile
from bookrec.histories.profile import Entry
from bookrec.stages import history, recommend
from bookrec.workspace.folder import Workspace


def put(library, home, title, stars, **more):
    return history.add(library, home, Entry.typed(title, stars=stars), **more)


def test_imported_rows_are_kept_and_counted(built, workspace):
    result = history.import_file(built, workspace, tiny.GOODREADS_EXPORT.encode(), "export.csv")
    assert result.format == "goodreads"
    assert (result.added, result.updated, result.unchanged, result.unusable) == (5, 0, 0, 1)
    assert [u.why for u in result.unmatched] == [
        "unknown",
        "rating '9' is not a number from 0 to 5",
    ]
    assert [(e.title, e.rating, e.status) for e in profile.load(workspace)] == [
        ("Harbour of Nobody", 4.0, "read"),  # Goodreads lists the newest first
        ("Rust", None, "did-not-finish"),
        ("Gull Rock", None, "read"),
        ("Nine Fathoms", None, "to-read"),
        ("Kelp", 5.0, "read"),
    ]
    assert {e.goodreads_id for e in profile.load(workspace)} == {"900", "901", "902", "903", "904"}


def test_importing_again_changes_nothing_and_new_stars_win(built, workspace):
    history.import_file(built, workspace, tiny.GOODREADS_EXPORT.encode(), "export.csv")
    again = history.import_file(built, workspace, tiny.GOODREADS_EXPORT.encode(), "export.csv")
    assert (again.added, again.updated, again.unchanged, again.total) == (0, 0, 5, 5)
    plain = b"title,author,rating\nKelp,Ida Brandt,2.5\nRust,,\nSoundings,Per Holt,3\n"
    third = history.import_file(built, workspace, plain, "plain.csv")
    assert (third.added, third.total) == (1, 6)
    stars = {e.title: e.rating for e in profile.load(workspace)}
    assert (stars["Kelp"], stars["Rust"], stars["Soundings"]) == (2.5, None, 3.0)
    afresh = history.import_file(built, workspace, plain, "plain.csv", afresh=True)
    assert afresh.total == 3


def test_add_changes_stars_and_refuses_unknown_titles(built, workspace):
    first = put(built, workspace, "kelp", 5)
    assert (first.entry.title, first.entry.author, first.before) == ("Kelp", "Ida Brandt", None)
    second = put(built, workspace, "Kelp", 3)
    assert (second.entry.rating, second.before.rating, second.total) == (3.0, 5.0, 1)
    with pytest.raises(TitleError) as error:
        put(built, workspace, "Zzyzx and Other Roads", 4)
    assert "--anyway" in error.value.hint
    kept = put(built, workspace, "Zzyzx and Other Roads", 4, anyway=True)
    assert kept.total == 2


def counted(library, **files):
    """Return the books and stars that a recommendation from these files is based on."""
    first = recommend.run(library, *tiny.ask(limit=1, **files)).recommendations[0]
    return [(b.title, b.rating) for b in first.reasons.because]


def rows_of(home):
    return [(e.title, e.rating, e.status) for e in profile.load(home)]


@pytest.fixture
def other_name(copied):
    """A catalogue in which "Cold Weed" is another name of "Kelp"."""
    with sqlite3.connect(copied.path("catalogue.sqlite")) as db:
        (book,) = db.execute("SELECT book FROM books WHERE title = 'Kelp'").fetchone()
        db.execute("INSERT INTO names VALUES (?, 'cold weed', 'cold weed')", (book,))
    return copied


def test_rows_of_one_book_keep_their_stars_when_another_is_added(built, workspace):
    kelp, wish = Entry("Kelp", "Ida Brandt", 5.0), Entry("Kelp (Sea, #1)", "Ida Brandt")
    profile.save(workspace, [kelp, wish])
    put(built, workspace, "Rust", 4)
    rust = ("Rust", 4.0, "read")
    assert rows_of(workspace) == [("Kelp", 5.0, "read"), ("Kelp (Sea, #1)", None, "read"), rust]
    profile.save(workspace, [kelp, Entry("Kelp", "Ida Brandt", 2.0), Entry("kelp", "Ida Brandt")])
    history.import_file(built, workspace, b"title,rating\nRust,4\n", "plain.csv")
    assert rows_of(workspace) == [("Kelp", 2.0, "read"), rust]


def test_rows_that_one_catalogue_joins_are_kept_for_another(built, workspace, other_name):
    names = ("Cold Weed (Weeds, #1)", "Cold Weed (Weeds, #2)", "Cold Weed", "Kelp")
    rows = list(zip(names, (5.0, 1.0, None, 2.0), ("read",) * 4, strict=True))
    profile.save(workspace, [Entry(t, "Ida Brandt", r, s) for t, r, s in rows])
    assert counted(other_name, profile=profile.read_file(workspace)) == [("Kelp", 2.0)]
    put(other_name, workspace, "Rust", 4)
    assert rows_of(workspace) == [*rows, ("Rust", 4.0, "read")]
    file = "title,author,rating\n" + "".join(f'"{n}",Ida Brandt,3\n' for n in names[1:])
    for library in (other_name, built):
        history.import_file(library, workspace, file.encode(), "plain.csv")
        assert {t: r for t, r, _ in rows_of(workspace)} == {
            **dict.fromkeys(names, 3.0),
            names[0]: 5.0,
            "Rust": 4.0,
        }


def test_a_book_under_another_name_is_changed_not_added(workspace, other_name):
    profile.save(workspace, [Entry("Cold Weed", "Ida Brandt", 2.0)])
    changed = put(other_name, workspace, "Kelp", 5)
    assert (changed.before.rating, changed.entry.rating, changed.total) == (2.0, 5.0, 1)
    other = history.import_file(other_name, workspace, b"title,rating\nKelp,3\n", "plain.csv")
    assert (other.added, other.updated, other.total) == (0, 1, 1)


def test_of_rows_of_one_book_in_a_file_the_newest_stars_count(built, workspace):
    """As Goodreads writes them: newest first, with a wish for a book that was read."""
    one = '{},"Kelp{}",Ida Brandt,,,{},{},\n'
    head = tiny.GOODREADS_EXPORT.partition("\n")[0] + "\n"
    rows = ((1, "", 0, "to-read"), (2, " (Sea, #1)", 4, "read"), (3, "", 2, "did-not-finish"))
    file = (head + "".join(one.format(*row) for row in rows)).encode()
    first = history.import_file(built, workspace, file, "export.csv")
    assert rows_of(workspace) == [("Kelp", 2.0, "did-not-finish"), ("Kelp (Sea, #1)", 4.0, "read")]
    assert (first.added, first.updated, first.unchanged, first.total) == (2, 0, 0, 2)
    own = workspace.path("history.csv").read_bytes()
    for kind, data in (("history", file), ("profile", own)):
        assert counted(built, **{kind: data}) == [("Kelp", 4.0)]
    again = history.import_file(built, workspace, file, "export.csv")
    assert (again.added, again.unchanged) == (0, 2)
    assert workspace.path("history.csv").read_bytes() == own


def test_volumes_that_no_catalogue_holds_are_different_books(built, workspace):
    rows = "".join(f'"Untitled (Lost, #{n})",N. N.,{n}\n' for n in (1, 2, 3))
    history.import_file(built, workspace, f"title,author,rating\n{rows}".encode(), "plain.csv")
    assert [r for _, r, _ in rows_of(workspace)] == [1.0, 2.0, 3.0]
    with pytest.raises(AmbiguousTitleError):
        history.remove(workspace, "Untitled")
    assert len(history.remove(workspace, "Untitled (Lost, #2)")) == 1
    assert [r for _, r, _ in rows_of(workspace)] == [1.0, 3.0]


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
def test_known_stars_survive_any_change(built, tmp_path_factory, rows):
    """For each name in the file: its last known stars, and that the book was read."""

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


def test_a_removed_book_is_gone_and_an_unknown_one_is_an_error(built, workspace):
    put(built, workspace, "Kelp", 5)
    put(built, workspace, "Rust", 2)
    assert [e.title for e in history.remove(workspace, "KELP")] == ["Kelp"]
    assert [e.title for e in profile.load(workspace)] == ["Rust"]
    with pytest.raises(TitleError, match="in your history"):
        history.remove(workspace, "Kelp")


def test_remove_takes_all_rows_that_name_the_book(workspace):
    names = ("Kelp", "Kelp (Sea, #1)", "Kelp: A Graphic Novel by Others", "Rust")
    profile.save(workspace, [Entry(title, "Ida Brandt", 3.0) for title in names])
    assert [e.title for e in history.remove(workspace, "Kelp")] == ["Kelp", "Kelp (Sea, #1)"]
    assert [e.title for e in profile.load(workspace)] == list(names[2:])
