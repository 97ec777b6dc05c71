"""What a book without stars says: a little for its like, against them if it was given up."""

import pytest
import tiny

from bookrec.stages import explain

STARS = {"Nine Fathoms": 0, "Gull Rock": 0, "The Brass Mind": 0, "Circuit Garden": 0}


def history(stars, *unrated):
    """A file of two sea stories and two robot stories with as many stars each, and more rows."""
    rows = ["title,rating,status", *(f"{t},{stars},read" for t in STARS), *unrated]
    return tiny.ask(history="\n".join(rows).encode(), history_name="mine.csv")


def leaning(built, asked):
    """By how much the reader would like a sea story more than a robot story, both of authors that
    are new to them: stars beyond the means."""
    sea, robot = (explain.run(built, title, "", *asked).reasons for title in ("Kelp", "Assembly"))
    assert sea.loyalty == robot.loyalty == 0
    return sea.personal - robot.personal


@pytest.mark.parametrize("stars", [1, 3, 5])
def test_a_book_given_up_counts_against_its_like_and_one_read_does_not(built, stars):
    """From the file to the prediction, however harsh the reader."""
    read, left = (
        leaning(built, history(stars, f"Fog Horn,,{status}")) for status in ("read", "dnf")
    )
    assert left < read - 0.02
