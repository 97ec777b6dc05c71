"""Kinds and contents that only the other works show."""

from tiny import LONG, edition

from bookrec.catalogue.derived import mark_kinds
from bookrec.catalogue.grouping import build_works


def marked(editions):
    return mark_kinds(build_works(editions))[0]


def contents(*editions):
    """Return the titles that each set contains, by its title."""
    works, pairs = mark_kinds(build_works(editions))
    found = {}
    for whole, part in pairs:
        found.setdefault(works[whole].title, set()).add(works[part].title)
    return found


def test_sets_and_guides_are_recognised_by_the_books_they_derive_from():
    works = marked(
        [
            edition("Rust", "Kei Tanaka", ratings=900),
            edition("Iron", "Kei Tanaka", ratings=800),
            edition("Rust / Iron", "Kei Tanaka"),
            edition("Kei Tanaka's Rust", "Bo Editor"),
            edition("The Making of Rust", "Bo Editor"),
            edition("Rust for Dummies", "Bo Editor"),
            edition("Salt and Iron", "Kei Tanaka"),
        ]
    )
    kinds = {w.title: w.kind for w in works}
    assert kinds == {
        "Rust": "book",
        "Iron": "book",
        "Rust / Iron": "set",
        "Kei Tanaka's Rust": "guide",
        "The Making of Rust": "guide",
        "Rust for Dummies": "guide",
        "Salt and Iron": "book",
    }


def test_a_series_in_one_book_is_a_set():
    volumes = [edition(f"Rust {i}", "Kei Tanaka", series=f"The Robots #{i}") for i in (1, 2)]
    others = [
        edition("The Robots", "Kei Tanaka", series="The Robots"),
        edition("The Complete Robots", "Kei Tanaka", series="The Robots"),
        edition("A Spark", "Kei Tanaka", series="The Robots"),
        edition("The Tide", "Ann Marlow", series="The Tide"),
        edition("Slack Water", "Ann Marlow", series="The Tide #1"),
        edition("Kelp", "Ann Marlow"),
        edition("Gull Rock", "Ann Marlow"),
        edition("Sails", "Ida Brandt", series="Sails #1"),
        edition("Masts", "Ida Brandt", series="Sails #2"),
        edition("Keels", "Ida Brandt", series="Sails #3"),
        edition("Gears", "Kei Tanaka", series="Gears #1"),
        edition("Cogs", "Kei Tanaka", series="Gears #2"),
    ]
    kinds = {w.title: w.kind for w in marked([*volumes, *others])}
    assert {title for title, kind in kinds.items() if kind == "set"} == {
        "The Robots",
        "The Complete Robots",
    }


ROBOTS = (
    edition("Rust", "Kei Tanaka", series="Robots #1", ratings=900),
    edition("Cold Iron", "Kei Tanaka", series="Robots #2", ratings=500),
    edition("Quick Silver", "Kei Tanaka", series="Robots #3", ratings=400),
    edition("A Fourth Metal", "Kei Tanaka", series="Robots #4", ratings=300),
)


def test_a_set_contains_what_its_title_range_or_series_says():
    found = contents(
        *ROBOTS,
        edition("Rust / Cold Iron", "Kei Tanaka"),
        edition("Metals: Cold Iron, Quick Silver", "Kei Tanaka"),
        edition("Robots Boxed Set (Robots, #2-4)", "Kei Tanaka"),
        edition("The Great Robots Trilogy", "Kei Tanaka"),
        edition("Rust / Cold Iron by Another", "Ida Brandt"),
    )
    assert found == {
        "Rust / Cold Iron": {"Rust", "Cold Iron"},
        "Metals: Cold Iron, Quick Silver": {"Cold Iron", "Quick Silver"},
        "Robots Boxed Set": {"Cold Iron", "Quick Silver", "A Fourth Metal"},
        "The Great Robots Trilogy": {"Rust", "Cold Iron", "Quick Silver"},
    }


def test_a_description_says_what_a_set_contains():
    one = f"Here in one volume are Cold Iron and Quick Silver. {LONG}"
    praise = f"By the author of Cold Iron and Quick Silver. {LONG}"
    thin = {"pages": 90, "description": f"Contains Cold Iron and Quick Silver. {LONG}"}
    found = contents(
        *ROBOTS[:1],
        edition("Cold Iron", "Kei Tanaka", pages=200, ratings=500),
        edition("Quick Silver", "Kei Tanaka", pages=210, ratings=500),
        edition("Two Metals", "Kei Tanaka", description=one),
        edition("Tin", "Kei Tanaka", description=praise),
        edition("An Extract", "Kei Tanaka", **thin),
    )
    assert found == {"Two Metals": {"Cold Iron", "Quick Silver"}}


def test_the_form_most_readers_know_is_a_book_although_it_has_parts():
    works, pairs = mark_kinds(
        build_works([*ROBOTS, edition("The Robots Trilogy", "Kei Tanaka", ratings=1000)])
    )
    trilogy = next(i for i, w in enumerate(works) if w.title == "The Robots Trilogy")
    assert works[trilogy].kind == "book"
    assert len([whole for whole, _ in pairs if whole == trilogy]) == 3


def test_a_little_read_book_in_another_language_is_a_translation():
    works = marked(
        [
            *ROBOTS,
            edition("Hierro frío", "Kei Tanaka", language="Spanish", ratings=2),
            edition("Much Read", "Kei Tanaka", language="Spanish", ratings=400),
            edition("Fog", "Ida Brandt", language="German", ratings=2),
        ]
    )
    kinds = {w.title: w.kind for w in works}
    assert (kinds["Hierro frío"], kinds["Much Read"], kinds["Fog"]) == (
        "translation",
        "book",
        "book",
    )


def test_a_picture_book_of_a_known_title_by_another_hand():
    works = marked(
        [
            edition("The Brass Mind", "Kei Tanaka", ratings=20_000),
            edition("The Art of The Brass Mind", "Per Holt"),
            edition("The Art of Salt Water", "Per Holt"),
        ]
    )
    kinds = {w.title: w.kind for w in works}
    assert kinds["The Art of The Brass Mind"] == "art"
    assert kinds["The Art of Salt Water"] == "book"
