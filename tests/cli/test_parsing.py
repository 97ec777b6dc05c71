"""What is typed on the command line. One rule for stars, wherever they are typed."""

import pytest

from bookrec.cli.parsing import parse_line, parse_seed, typed_stars
from bookrec.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "stars"),
    [("0.5", 0.5), ("5", 5.0), ("4,5", 4.5), ("4½", 4.5), ("4.25", 4.25), ("★★★", 3.0)],
)
def test_stars_mean_the_same_wherever_they_are_typed(typed, stars):
    assert typed_stars(typed, "Dune") == stars
    assert parse_seed(f"Dune={typed}") == parse_seed(f"Dune = {typed}") == ("Dune", stars)
    assert parse_line(f"Dune\tHerbert\t{typed}") == ("Dune by Herbert", stars)


@pytest.mark.parametrize("typed", ["0", "0.4", "5.5", "10", "-1"])
def test_stars_off_the_scale_are_refused_with_the_same_message(typed):
    messages = set()
    for read, text in ((parse_seed, f"Dune={typed}"), (parse_line, f"Dune\t\t{typed}")):
        with pytest.raises(UsageError) as caught:
            read(text)
        messages.add((caught.value.message, caught.value.hint))
    with pytest.raises(UsageError) as caught:
        typed_stars(typed, "Dune")
    assert messages == {(caught.value.message, caught.value.hint)}
    assert "0.5 to 5" in caught.value.message


@pytest.mark.parametrize("title", ["E=mc²", "Dune=", "=4", "Love = War", "A=B=C"])
def test_a_title_may_contain_an_equals_sign(title):
    assert parse_seed(title) == (title, None)


def test_text_is_refused_where_only_stars_can_be_meant():
    for typed in ("five", "unrated", ""):
        with pytest.raises(UsageError, match="stars go from"):
            typed_stars(typed, "Dune")
