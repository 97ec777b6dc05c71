"""What a book without stars says: a little for its like, against them if it was given up."""

import pytest

from bookrec.config import RecommendConfig
from bookrec.data.catalogue import Catalogue
from bookrec.data.histories import MILD_DISLIKE, MILD_LIKING
from bookrec.serving.model import Served
from bookrec.serving.taste import read_base, taste_of
from bookrec.stages import explain

STARS = {"Nine Fathoms": 0, "Gull Rock": 0, "The Brass Mind": 0, "Circuit Garden": 0}


def history(stars, *unrated):
    """A file of two sea stories and two robot stories with as many stars each, and more rows."""
    rows = ["title,rating,status", *(f"{t},{stars},read" for t in STARS), *unrated]
    return RecommendConfig(history="\n".join(rows).encode(), history_name="mine.csv")


def leaning(built, config):
    """By how much the reader would like a sea story more than a robot story, both of authors that
    are new to them: stars beyond the means."""
    sea, robot = (explain.run(built, title, "", config).reasons for title in ("Kelp", "Assembly"))
    assert sea.loyalty == robot.loyalty == 0
    return sea.personal - robot.personal


@pytest.mark.parametrize("stars", [1, 3, 5])
def test_read_leans_towards_its_like_and_given_up_away_however_harsh_the_reader(built, stars):
    plain = leaning(built, history(stars))
    read = leaning(built, history(stars, "Fog Horn,,read"))
    left = leaning(built, history(stars, "Fog Horn,,did-not-finish"))
    assert left < plain - 0.05 < plain + 0.01 < read


def test_it_leans_from_what_the_reader_usually_gives(built):
    """Against means of about 3, readers of 2 and of 5 differ by 3 stars: so do their unrated."""
    with Catalogue(built.path("catalogue.sqlite")) as catalogue:
        served = Served.load(built, catalogue)

        def residuals(stars):
            config = history(stars, "Fog Horn,,read", "Soundings,,did-not-finish")
            taste = taste_of(served, read_base(catalogue, config), config, built.root)
            return taste.history.residuals

        for stars in (2, 5):
            *rated, read, left = residuals(stars)
            usual = sum(rated) / len(rated)
            assert read == pytest.approx(usual + MILD_LIKING, abs=0.15)
            assert left == pytest.approx(usual + MILD_DISLIKE, abs=0.15)
