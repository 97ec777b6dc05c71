"""Series that titles show."""

from tiny import edition

from bookrec.catalogue.series_completion import complete_series


def volumes(*editions):
    return [[(s.name, s.volume) for s in e.series] for e in complete_series(editions)]


def test_a_numbered_title_is_a_volume_if_the_author_has_another():
    assert volumes(
        edition("Saga, Vol. 1 (Saga, #1)", "Ann Marlow"),
        edition("Saga, Volume 8", "Ann Marlow"),
        edition("Le conte, tome 2", "Per Holt"),
        edition("Le conte, tome 3: La mer", "Per Holt"),
        edition("Letters, Volume 2", "Ida Brandt"),
        edition("Saga, Volume 9", "Ida Brandt"),
    ) == [[("Saga", 1.0)], [("Saga", 8.0)], [("Le conte", 2.0)], [("Le conte", 3.0)], [], []]


def test_a_known_volume_of_the_series_stands():
    assert volumes(
        edition("The Tide, Part 2 (The Tide, #5)", "Ann Marlow"),
        edition("The Tide, Part 1", "Ann Marlow"),
    ) == [[("The Tide", 5.0)], [("The Tide", 1.0)]]


def test_the_table_of_known_series_goes_before_the_file():
    found = volumes(
        edition("Leviathan Falls", "James S.A. Corey"),
        edition("Leviathan Falls", "Ann Marlow"),
        edition("Leviathan Falls (The Expanse, #8)", "James S.A. Corey"),
    )
    assert found == [[("The Expanse", 9.0)], [], [("The Expanse", 9.0)]]
