"""Completion: titles that begin as typed."""

from bookrec.catalogue.completion import titles_starting


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
