"""Titles in the ratings find their works; a doubtful title finds none."""

import pytest
import tiny
from tiny import edition

from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.matching import TitleMatcher

EDITIONS = (
    edition("The Salt Road", "Ann Marlow", ratings=9000),
    edition("Slack Water", "Ann Marlow", series="The Tide #2", ratings=8000),
    edition("The Harbour Master's Daughter", "Per Holt", ratings=7000),
    edition("Star Wars", "George Holt", ratings=6500),
    edition("Rust", "Kei Tanaka", ratings=6000),
    edition("Rust", "Rosa Vidal", ratings=100),
    edition("Ashes", "Kei Tanaka", ratings=5000),
    edition("Ashes", "Rosa Vidal", ratings=4000),
    edition("Legend", "David Gem", series="Drenai Saga #1", ratings=3000),
    edition("Legends of the Deep", "David Gem", series="Drenai Saga #2", ratings=2900),
    edition("Thinking in Waves: A Year at Sea", "C. Sagan", genres=("Science",), ratings=2500),
    edition("The Lion and the Wardrobe", "C. S.", series="Narnia #1", ratings=2400),
    edition("Saga, Vol. 1", "Brian V.", ratings=2300),
    edition("The Great Tide", "Ann Marlow", series="The Tide #1", ratings=2200),
    edition("The Great Tide Box Set (The Tide, #1-3)", "Ann Marlow", ratings=2100),
)
WORKS = build_works(EDITIONS)


@pytest.fixture(scope="module")
def match():
    matcher = TitleMatcher(WORKS)

    def run(raw):
        found = matcher.match(raw)
        work = WORKS[found.work] if found.work is not None else None
        return found.outcome, work and work.title, work and work.authors[0]

    return run


@pytest.mark.parametrize(
    ("raw", "how", "title"),
    [
        ("Salt Road, The", "exact", "The Salt Road"),
        ("Slack Water (The Tide, #2)", "exact", "Slack Water"),
        ("Slack Water", "exact", "Slack Water"),
        ("Thinking in Waves", "subtitle", "Thinking in Waves: A Year at Sea"),
        ("The Harbor Master's Daughter", "fuzzy", "The Harbour Master's Daughter"),
        ("The Harbour Mastre's Daughter", "fuzzy", "The Harbour Master's Daughter"),
        ("The Lion and the Wardrobe (Narnia, #2)", "exact", "The Lion and the Wardrobe"),
        ("The Great Tide (The Tide, #1)", "exact", "The Great Tide"),
    ],
)
def test_a_title_finds_its_work(match, raw, how, title):
    assert match(raw)[:2] == (how, title)


@pytest.mark.parametrize(
    "raw",
    [
        "Star Wars: Dark Disciple",  # not Star Wars
        "Saga, Vol. 2",  # not volume 1
        "Legend (Legend, #2)",  # another series
        "The Great Tide (The Tide, #1-3)",  # a set of the same title
        "The Great Tide (The Tide, #3)",  # the title is the series' name, so the volume decides
        "The Harbour Master's Sister",
        "The Salt Roads",
        "Thinking in Waves: How Radio Was Found",
        "The Salt Road: A Study Guide",
        "A Book Nobody Has Heard Of",
        "",
    ],
)
def test_a_title_of_another_book_finds_none(match, raw):
    assert match(raw) == ("unknown", None, None)


def test_of_works_with_one_title_only_a_dominant_one_is_found(match):
    """With 60 times the ratings readers mean that one. With 1.25 times either could be meant."""
    assert match("Rust") == ("exact", "Rust", "Kei Tanaka")
    assert match("Ashes") == ("ambiguous", None, None)


def test_a_misspelling_is_corrected_but_another_word_is_another_title():
    """Descriptions contain "winter" and "winner", which differ by one letter, but not "wimter"."""
    told = "The winner of the race was told what a long and bitter year it was to be."
    editions = [edition(t, "Per Holt", description=told) for t in tiny.SEA_TITLES[:6]]
    works = build_works([edition("The Long Winter of Iron", "Ann Marlow", ratings=9000), *editions])
    more = [edition(t, "Kei Tanaka") for t in tiny.ROBOT_TITLES[:6]]  # LONG has a winter
    matcher = TitleMatcher([*works, *build_works(more)])
    assert matcher.match("The Long Wimter of Iron").outcome == "fuzzy"
    assert matcher.match("The Long Winner of Iron").work is None


def test_a_volume_finds_its_work_under_another_wording():
    works = build_works([edition("The Long Slack Water", "Ann Marlow", series="The Tide #2")])
    found = TitleMatcher(works).match("Slack Water, Long (The Tide, #2)")
    assert (found.outcome, found.work) == ("volume", 0)
    assert TitleMatcher(works).match("Slack Water, Long (The Tide, #4)").work is None
