"""Series that only the titles in the ratings name."""

from tiny import edition

from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.learned_series import learn_series
from bookrec.catalogue.matching import TitleMatcher
from bookrec.catalogue.works import all_series


def test_a_series_is_learned_from_the_titles_in_the_ratings():
    works = build_works(
        [
            edition("Identity", "Ingrid Thoft", ratings=900),
            edition("Loyalty", "Ingrid Thoft", series="Fina Ludlow #1", ratings=800),
        ]
    )
    rows = {"Identity (Fina Ludlow, #2)": 9, "Identity": 4, "Identity (Eyes of Milan, #1)": 1}
    taught, refused = learn_series(works, rows)
    identity = next(w for w in taught if w.title == "Identity")
    assert (identity.series.name, identity.series.volume) == ("Fina Ludlow", 2.0)
    assert ("fina ludlow", 2.0) in {(s.key, s.volume) for s in all_series(identity)}
    assert refused == {"Identity (Eyes of Milan, #1)"}


def test_a_series_belongs_to_the_author_who_writes_it():
    works = build_works(
        [
            edition("Old Silver", "Ann Marlow", ratings=900),
            edition("Gold", "Per Holt", series="Metals #1", ratings=800),
            edition("Copper", "Per Holt", series="Metals #2", ratings=700),
        ]
    )
    taught, _ = learn_series(works, {"Old Silver (Metals, #3)": 5, "Old Silver": 2})
    assert next(w for w in taught if w.title == "Old Silver").series is None
    assert TitleMatcher(taught).match("Old Silver (Metals, #3)").work is None


def test_a_series_belongs_to_the_author_with_most_of_its_works():
    """The books file names Metals for one work only.

    Titles claim it for two works of Per Holt's and one of Ann Marlow's.
    """
    works = build_works(
        [
            edition("Old Silver", "Ann Marlow", ratings=900),
            edition("Gold", "Per Holt", series="Metals #1", ratings=800),
            edition("Copper", "Per Holt", ratings=700),
        ]
    )
    rows = {"Old Silver (Metals, #3)": 5, "Old Silver": 2, "Copper (Metals, #2)": 5}
    series = {w.title: w.series and w.series.volume for w in learn_series(works, rows)[0]}
    assert series == {"Old Silver": None, "Gold": 1.0, "Copper": 2.0}


def test_a_series_is_learned_only_from_a_works_own_title():
    """A match by volume alone may be another book, so nothing is learned from it."""
    works = build_works([edition("The Long Slack Water", "Ann Marlow", series="The Tide #2")])
    said = "Slack Water, Long (The Tide, #2; Wide World, #5)"
    assert TitleMatcher(works).match(said).outcome == "volume"
    taught, _ = learn_series(works, {said: 9})
    assert [s.name for s in all_series(taught[0])] == ["The Tide"]
    taught, _ = learn_series(works, {"The Long Slack Water (The Tide, #2; Wide World, #5)": 9})
    assert {"The Tide", "Wide World"} == {s.name for s in all_series(taught[0])}


def test_a_title_of_the_table_of_alternate_titles_teaches_no_series_and_is_not_refused():
    works = build_works([edition("My Brilliant Friend", "Elena Ferrante", ratings=900)])
    rows = {"La amiga estupenda (Dos amigas, #1)": 9, "My Brilliant Friend (Neapolitan, #1)": 8}
    taught, refused = learn_series(works, rows)
    assert {s.name for s in all_series(taught[0])} == {"Neapolitan"}
    assert refused == frozenset()


def test_a_title_of_one_word_needs_an_author_with_two_works_of_the_series():
    works = build_works([edition("Flawed", "Ann Marlow"), edition("Cold Iron", "Kei Tanaka")])
    rows = {"Flawed (Brodie Farrell, #7)": 5, "Cold Iron (Metals, #1)": 5}
    series = {w.title: w.series and w.series.volume for w in learn_series(works, rows)[0]}
    assert series == {"Flawed": None, "Cold Iron": 1.0}
