"""Editions are grouped into works: printings of one book join, different books stay apart."""

import pytest
from tiny import LONG, edition

from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.works import all_series


def shown(*editions):
    """The titles of each work, sorted."""
    return sorted(sorted(e.title.shown for e in w.editions) for w in build_works(editions))


@pytest.mark.parametrize(
    "editions",
    [
        (edition("Salt Road, The", "Ann Marlow"), edition("The Salt Road (Penguin)", "Ann Marlow")),
        (edition("Rust", "James S.A. Corey"), edition("Rust", "James SA Corey")),
        (edition("Rust", "Ann Marlow", "Per Holt"), edition("Rust", "Per Holt")),
        (edition("Mindset", "C. Dweck"), edition("Mindset: The New Psychology", "C. Dweck")),
        (
            edition("Cien mares", "Ann Marlow", series="Tide #1", language="Spanish"),
            edition("A Hundred Seas", "Ann Marlow", series="Tide #1"),
        ),
        (
            edition("The Sorcerer's Stone", "J. Holt", series="Wizards #1"),
            edition("The Philosopher's Stone", "J. Holt", series="Wizards #1"),
        ),
        (  # Narnia is numbered in two orders
            edition("The Wardrobe", "C.S. Lewis", series="Narnia #1"),
            edition("The Wardrobe", "C.S. Lewis", series="Narnia (Publication Order) #2"),
        ),
        (  # one Goodreads id, whatever the rest says
            edition("Rust", "Ann Marlow", goodreads_id="7"),
            edition("Rost", "A. Marlowe", goodreads_id="7"),
        ),
    ],
    ids=lambda editions: editions[0].title.shown,
)
def test_editions_of_one_work_join(editions):
    assert len(build_works(editions)) == 1


@pytest.mark.parametrize(
    "editions",
    [
        (edition("Rust", "Ann Marlow"), edition("Rust", "Per Holt")),
        (edition("Saga, Vol. 1", "Ann Marlow"), edition("Saga, Vol. 2", "Ann Marlow")),
        (
            edition("The Tide", "Ann Marlow", series="The Tide #1"),
            edition("The Tide", "Ann Marlow", series="The Tide #2"),
        ),
        (edition("Star Wars", "G. L."), edition("Star Wars: Dark Disciple", "C. Golden")),
        (
            edition("Star Wars: Dark Disciple", "C. Golden"),
            edition("Star Wars: Lost Stars", "C. Golden"),
        ),
        (
            edition("Rust (Robots, #1)", "Kei Tanaka"),
            edition("Rust (Robots, #1-3)", "Kei Tanaka"),
        ),
        (edition("Rust", "Kei Tanaka"), edition("Rust: A Study Guide", "Kei Tanaka")),
        (edition("Henry IV, Part 1", "W. S."), edition("Henry IV, Part 2", "W. S.")),
        (  # a sub-series begins its numbers anew
            edition("Gull Rock", "Ann Marlow", series="The Tide #1"),
            edition("The Drowned Coast", "Ann Marlow", series="The Tide #1"),
        ),
    ],
    ids=lambda editions: editions[1].title.shown,
)
def test_different_works_stay_apart(editions):
    assert len(build_works(editions)) == 2


def test_a_veto_holds_for_the_whole_group():
    """An edition without a volume must not join volumes 1 and 2."""
    editions = [
        edition("The Tide", "Ann Marlow", series="The Tide #1"),
        edition("The Tide", "Ann Marlow"),
        edition("The Tide", "Ann Marlow", series="The Tide #2"),
    ]
    assert sorted(len(w.editions) for w in build_works(editions)) == [1, 2]


def test_a_work_takes_the_best_of_its_editions():
    work = build_works(
        [
            edition("Rust: An Oxidised Life", "Kei Tanaka", ratings=5, year=1961),
            edition("Rust", "Kei Tanaka", description="Short.", mean_rating=4.2, ratings=900),
        ]
    )[0]
    assert (work.description, work.year, work.mean_rating, work.ratings_count) == (
        LONG,
        1961,
        4.2,
        900,
    )
    english = build_works(
        [
            edition("Rust", "Kei Tanaka", language="German", description=f"Auf Deutsch. {LONG}"),
            edition("Rust", "Kei Tanaka", ratings=9, isbn="x"),
        ]
    )[0]
    assert (english.language, english.description) == ("English", LONG)


def test_a_work_needs_a_description_and_an_author_to_be_recommended():
    works = build_works(
        [
            edition("Rust", "Kei Tanaka", ratings=3),
            edition("Iron", "Kei Tanaka", description="Too short.", ratings=2),
            edition("Steel", ratings=1),
        ]
    )
    assert [w.described for w in works] == [True, False, False]


def test_all_series_are_kept_and_the_main_one_has_a_volume():
    work = build_works(
        [
            edition("Guards", "Ann Marlow", series="Discworld"),
            edition("Guards (Discworld, #8; City Watch #1)", "Ann Marlow"),
        ]
    )[0]
    assert (work.series.key, work.series.volume) == ("discworld", 8.0)
    assert {(s.key, s.volume) for s in all_series(work)} >= {("discworld", 8.0), ("city watch", 1)}


def test_the_order_of_rows_does_not_change_the_groups():
    editions = [
        edition("Rust", "Kei Tanaka", ratings=5),
        edition("Rust: A Long Way Down", "Kei Tanaka", ratings=4),
        edition("Rust", "Per Holt", ratings=3),
        edition("Rust (Robots, #2)", "Kei Tanaka", ratings=2),
    ]
    assert shown(*editions) == shown(*reversed(editions))


def test_titles_of_one_work_that_share_no_word():
    one = (edition("1984", "George Orwell"), edition("Nineteen Eighty-Four", "George Orwell"))
    two = (edition("1984", "Joe White"), edition("Nineteen Eighty-Four", "George Orwell"))
    assert (len(build_works(one)), len(build_works(two))) == (1, 2)


def test_a_format_in_the_title_is_no_other_work():
    board = edition("The Hungry Gull [Board book] Ann Marlow", "Ann Marlow")
    large = edition("Nine Fathoms (L)", "Ann Marlow")
    works = build_works(
        [
            board,
            large,
            edition("The Hungry Gull", "Ann Marlow"),
            edition("Nine Fathoms", "Ann Marlow"),
        ]
    )
    assert len(works) == 2


def test_a_translation_shares_author_series_and_volume():
    works = build_works(
        [
            edition("The Brass Mind", "Kei Tanaka", series="Robots #1"),
            edition("L'esprit, tome 1", "Kei Tanaka", series="Robots #1", language="French"),
            edition("Autre, tome 2", "Kei Tanaka", series="Robots #2", language="French"),
        ]
    )
    assert sorted(len(w.editions) for w in works) == [1, 2]


def test_the_author_is_not_the_narrator_that_one_edition_names():
    own = [edition(title, "Kei Tanaka") for title in ("Rust", "Iron", "Zinc", "Tin", "Lead")]
    figures = {"mean_rating": 4.1, "goodreads_id": "7"}
    radio = f"A radio play. {LONG}"
    works = build_works(
        [
            *own,
            edition("Brass", "Nel Reader", ratings=9, pages=1, description=radio, **figures),
            edition("Brass", "Kei Tanaka", ratings=8, pages=300, **figures),
        ]
    )
    brass = next(w for w in works if w.title == "Brass")
    assert (brass.authors, brass.pages, brass.ratings_count) == (("Kei Tanaka",), 300, 9)
    assert brass.description == LONG
