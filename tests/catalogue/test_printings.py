"""Printings of one work."""

import tiny

from bookrec.catalogue.printings import printings


def test_printings_share_an_author_and_a_title():
    from bookrec.catalogue.grouping import build_works

    editions = [
        tiny.edition("Emma", "Jane Austen", ratings=5),
        tiny.edition("Emma", "Another Hand", ratings=4),
        tiny.edition("Persuasion", "Jane Austen", ratings=3),
        tiny.edition("Persuasion: A Story of the Navy", "Jane Austen", ratings=2),
    ]
    works = [work for one in editions for work in build_works([one])]
    found = printings(works).tolist()
    assert found[2] == found[3]
    assert len(set(found)) == 3
