"""Titles: spellings of one title are equal, two books differ, and any text can be parsed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookrec.catalogue.titles import normal, parse_series, parse_title, same_series, series_key

# Pieces that the parser looks for, in any order.
PIECES = st.sampled_from(
    [
        *"abcI3 ()[],:;#-–&'.",
        "Book ",
        "Vol. 2",
        "The ",
        "A ",
        "Series",
        "; or, ",
        "Paperback",
        " #1-3",
        "é",
        "\N{COMBINING ACUTE ACCENT}",
    ]
)
TITLES = st.lists(PIECES, max_size=14).map("".join) | st.text()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Salt Road", "Salt Road, The"),
        ("An Iron Moon", "Iron Moon"),
        ("Wreckers & Kings", "wreckers AND kings"),
        ("Les Misérables", "Les Miserables"),
        ("Ender's Game", "Ender’s Game"),
        ("Catch-22", "Catch 22"),
        ("The A.B.C. Murders", "A.B.C. Murders"),
        ("Slack Water (The Tide, #2)", "Slack Water"),
        ("Slack Water (Penguin Classics)", "Slack Water"),
        ("Slack Water [Paperback] by Ann Marlow", "Slack Water"),
        ("Slack Water: A Novel", "Slack Water"),
        ("Henry IV, Part 1", "Henry IV, Part I"),
        ("Tide, Vol. 3", "Tide: Volume Three"),
    ],
)
def test_spellings_of_one_title_are_equal(one, other):
    assert parse_title(one).full == parse_title(other).full != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Star Wars", "Star Wars: Dark Disciple"),
        ("Henry IV, Part 1", "Henry IV, Part 2"),
        ("Rocky II", "Rocky III"),
        ("Fahrenheit 451", "Fahrenheit 452"),
        ("Tide, Vol. 3", "Tide, Vol. 13"),
        ("The Road", "Road Trip"),
    ],
)
def test_titles_of_two_books_differ(one, other):
    assert parse_title(one).full != parse_title(other).full


def test_a_subtitle_is_separated():
    title = parse_title("Mindset: The New Psychology of Success")
    assert (title.core, title.subtitle) == ("mindset", "new psychology of success")
    assert title.full == "mindset the new psychology of success"
    old = parse_title("Frankenstein; or, The Modern Prometheus")
    assert (old.core, old.shown) == ("frankenstein", "Frankenstein; or, The Modern Prometheus")
    assert parse_title("Moby-Dick or, the Whale").core == "moby dick"


@pytest.mark.parametrize(
    ("raw", "series"),
    [
        ("Slack Water (The Tide, #2)", [("The Tide", 2.0)]),
        ("Slack Water (The Tide #2)", [("The Tide", 2.0)]),
        ("Slack Water (The Tide, Book 2)", [("The Tide", 2.0)]),
        ("Guards! (Discworld, #8; City Watch #1)", [("Discworld", 8.0), ("City Watch", 1.0)]),
        ("First Light (The Tide, #0.5)", [("The Tide", 0.5)]),
        ("First Light (Robot 0.5)", [("Robot", 0.5)]),
        ("Slack Water (Penguin Classics)", []),
        ("Slack Water (1984)", []),
        ("The Tide (The Tide, #1-3)", [("The Tide", None)]),
    ],
)
def test_series_and_volumes_in_parentheses_are_read(raw, series):
    title = parse_title(raw)
    assert [(s.name, s.volume) for s in title.series] == series
    assert "#" not in title.shown


def test_the_series_column_is_read():
    found = parse_series("The Tide #2; Marlow's World, #15")
    assert [(s.name, s.volume) for s in found] == [("The Tide", 2.0), ("Marlow's World", 15.0)]
    assert parse_series("The Tide")[0].volume is None
    assert parse_series("") == parse_series("#4") == ()


def test_two_names_of_one_series_are_recognised():
    assert series_key("The Mars Trilogy") == series_key("Mars") == "mars"
    assert series_key("The Series") != ""
    assert same_series("mars", "mars colony")
    assert not same_series("tide", "tideland")
    assert not same_series("war", "war of ants")  # too short to tell


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("The Tide Boxed Set", "set"),
        ("The Tide (The Tide, #1-3)", "set"),
        ("The Tide Trilogy Boxset", "set"),
        ("The Complete Chronicles", "set"),
        ("The Tide: 3 Books in 1", "set"),
        ("CliffsNotes on Slack Water", "guide"),
        ("Slack Water: A Study Guide", "guide"),
        ("Summary of Slack Water", "guide"),
        ("The Tide Coloring Book", "art"),
        ("The Tide: The Graphic Novel", "adaptation"),
        ("A Hardy Boys Graphic Novel", "adaptation"),
        ("The Malady: A Sapkowski Sampler", "sampler"),
        ("Heartbreak: A Graphic Novel", "book"),
        ("The Art of Winning an Unfair Game", "book"),
        ("A Calendar of Tides", "book"),
        ("The Complete Stories", "book"),
        ("The Book of Salt", "book"),
        ("Slack Water (The Tide, #2)", "book"),
    ],
)
def test_sets_and_guides_are_recognised_by_their_titles(raw, kind):
    assert parse_title(raw).kind == kind


def test_a_volume_number_is_separated_from_other_digits():
    assert parse_title("Saga, Volume III").number == 3.0
    assert parse_title("Catch-22").number is None
    assert parse_title("11/22/63").digits == ("11", "22", "63")


@given(TITLES)
@example("0_&")
@example("The A B C")
def test_normalising_twice_changes_nothing(text):
    assert normal(normal(text)) == normal(text)


@given(TITLES)
@example("(Dune, #1)")
@example("[Paperback]")
@example(": A Novel")
def test_any_text_can_be_parsed(text):
    title = parse_title(text)
    assert title.shown.strip() or not any(c.isalpha() for c in text)
    assert bool(title.full) == bool(title.core)
