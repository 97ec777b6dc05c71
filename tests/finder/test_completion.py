"""Completion: titles that begin as typed."""

from bookrec.finder.completion import titles_starting


def test_titles_that_start_as_typed_are_offered_most_rated_first(merged):
    def offered(typed):
        return titles_starting(merged.path("catalogue.sqlite"), typed)

    assert offered("ru") == ["Rust"]
    assert offered("The B") == ["The Brass Mind"]  # not the study guide of the same name
    # articles do not count unless they are typed as the title has them
    assert offered("s") == [
        "The Sunken Bell",
        "Signal and Steel",
        "Soundings",
        "Slack Water",
        "A Storm of Salt",
    ]
    assert offered("S") == ["Signal and Steel", "Soundings", "Slack Water"]


def test_nothing_typed_offers_neither_sets_nor_guides(merged):
    offered = titles_starting(merged.path("catalogue.sqlite"), "", limit=100)
    assert len(offered) == 36
    assert not [title for title in offered if "Box Set" in title or "Guide" in title]
