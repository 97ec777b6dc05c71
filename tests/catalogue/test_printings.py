"""Printings of one work."""

import numpy as np
import tiny

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.printings import printings
from bookrec.catalogue.ratings import Ratings

NOTHING = np.zeros(0, dtype=np.int64)


def test_printings_share_an_author_and_a_title(tmp_path):
    from bookrec.catalogue.grouping import build_works
    from bookrec.catalogue.writing import write_catalogue

    editions = [
        tiny.edition("Emma", "Jane Austen", ratings=5),
        tiny.edition("Emma", "Another Hand", ratings=4),
        tiny.edition("Persuasion", "Jane Austen", ratings=3),
        tiny.edition("Persuasion: A Story of the Navy", "Jane Austen", ratings=2),
    ]
    works = [work for one in editions for work in build_works([one])]
    path = tmp_path / "catalogue.sqlite"
    nobody = Ratings(NOTHING, NOTHING, np.zeros(0))
    write_catalogue(path, works, [], nobody, {})
    with Catalogue(path) as catalogue:
        found = printings(catalogue).tolist()
    assert found[2] == found[3]
    assert len(set(found)) == 3
