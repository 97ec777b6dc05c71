"""`explain`: a prediction in parts, the place of any book, and why a book is not listed."""

import sqlite3

import pytest
import tiny
from checks import adds_up

from bookrec.catalogue.database import Catalogue
from bookrec.errors import TitleError, UsageError
from bookrec.prediction import ranking as order
from bookrec.stages import explain, recommend

TASTE = (("Kelp", 5.0), ("A Storm of Salt", 5.0), ("Rust", 1.0), ("Fog Horn", None))


def why(built, title, author="", **options):
    asked = tiny.ask(**{"seeds": TASTE, "limit": 10, **options})
    return explain.run(built, title, author, *asked)


def reasons_of(found):
    return [bar.reason for bar in found.why_not]


def test_the_parts_of_every_listed_book_add_up(built):
    asked = tiny.ask(seeds=TASTE, limit=36, series="any", max_per_author=36)
    found = recommend.run(built, *asked).recommendations
    assert len(found) == 32
    for r in found:
        book = adds_up(r.reasons)
        assert len(book["because"]) + book["because_others"]["books"] == len(TASTE)


def test_without_reasons_the_parts_still_add_up(built):
    found = recommend.run(built, *tiny.ask(seeds=TASTE, explain=False)).recommendations
    book = adds_up(found[0].reasons)
    assert book["because"] == []
    assert book["because_others"]["books"] == len(TASTE)


def test_explain_agrees_with_recommend(built):
    found = recommend.run(built, *tiny.ask(seeds=TASTE)).recommendations
    for r in found:
        explained = why(built, r.reasons.book.title)
        assert (explained.why_not, explained.rank) == ((), r.rank)
        assert explained.reasons.predicted == r.reasons.predicted
        assert explained.place >= explained.rank
        assert len(adds_up(explained.reasons)["because"]) == len(TASTE)


def test_the_place_counts_all_books_whatever_the_filters_and_scores_each_once(built, monkeypatch):
    scored = []
    of = order.scored
    for module in (order, explain):
        monkeypatch.setattr(module, "scored", lambda *args: scored.extend(args[2]) or of(*args))
    titles = ("Soundings", "Kelp", "The Brass Mind", "Uncharted")
    plain = [why(built, title) for title in titles]
    narrow = [why(built, title, genres=("robots",), min_ratings=2000) for title in titles]
    assert [explained.place for explained in plain] == [explained.place for explained in narrow]
    assert len({explained.place for explained in plain}) == len(titles)
    every = why(built, "Soundings").among
    assert len(scored) == (2 * len(titles) + 1) * every + 2  # "Uncharted" is not one of them


def test_reasons_are_books_that_raise_the_prediction(built):
    first = recommend.run(built, *tiny.ask(seeds=TASTE)).recommendations[0]
    because = first.reasons.because
    assert {b.title for b in because} <= {"Kelp", "A Storm of Salt", "Fog Horn"}
    assert all(b.stars > 0 for b in because)
    assert "sea stories" in because[0].alike or "same author" in because[0].alike


def test_a_read_or_excluded_book_is_not_listed(built):
    explained = why(built, "Kelp")
    assert reasons_of(explained) == ["read"]
    assert "gave it 5 stars" in explained.why_not[0].text
    assert explained.rank is None
    assert explained.place >= 1
    loved = why(built, "Fog Horn")
    assert "a book you love" in loved.why_not[0].text
    left_out = why(built, "Soundings", not_titles=("Soundings",))
    assert reasons_of(left_out) == ["read"]


def test_a_volume_out_of_turn_is_not_listed(built):
    explained = why(built, "The Drowned Coast")
    assert reasons_of(explained) == ["series"]
    assert "volume 3 of The Tide; your next volume is 2" in explained.why_not[0].text
    free = {"series": "any", "limit": 36, "max_per_author": 36}
    assert reasons_of(why(built, "The Drowned Coast", **free)) == []
    assert "leaves series out" in why(built, "Slack Water", series="none").why_not[0].text
    assert "not started" in why(built, "Slack Water", series="first").why_not[0].text


def test_box_sets_and_books_without_a_description_are_not_listed(built):
    assert reasons_of(why(built, "The Tide Box Set")) == ["kind"]
    explained = why(built, "Uncharted")
    assert reasons_of(explained) == ["not_described"]
    adds_up(explained.reasons)


@pytest.mark.parametrize(
    ("option", "reason", "text"),
    [
        ({"genres": ("robots",)}, "genre", "Sea Stories"),
        ({"not_genres": ("sea stories",)}, "not-genre", "Sea Stories"),
        ({"years": (1900, 1950)}, "year", "1900-1950"),
        ({"pages": (None, 20)}, "pages", "-20"),
        ({"min_ratings": 10**9}, "min-ratings", "1000000000"),
        ({"max_ratings": 1}, "max-ratings", "it has"),
        ({"exclude_authors": ("Holt",)}, "exclude-author", "Per Holt"),
    ],
)
def test_each_filter_reports_what_the_book_has(built, option, reason, text):
    explained = why(built, "Soundings", **option)
    assert reasons_of(explained) == [reason]
    assert text in explained.why_not[0].text
    listed = recommend.run(built, *tiny.ask(seeds=TASTE, limit=36, **option))
    assert "Soundings" not in [r.reasons.book.title for r in listed.recommendations]


@pytest.mark.parametrize(
    ("column", "option", "reason", "text"),
    [
        ("genres = '[]'", {"genres": ("robots",)}, "genre", "its genres are unknown"),
        ("language = ''", {"languages": ("English",)}, "language", "its language is unknown"),
        ("language = 'Dutch'", {"languages": ("English",)}, "language", "it is in Dutch"),
        ("year = NULL", {"years": (1, 3000)}, "year", "its year is unknown"),
        ("pages = NULL", {"pages": (1, 9999)}, "pages", "its length is unknown"),
        ("ratings_count = 0, mean_rating = NULL", {"min_ratings": 1}, "min-ratings", "is unknown"),
        ("ratings_count = 0, mean_rating = NULL", {"max_ratings": 9}, "max-ratings", "is unknown"),
    ],
)
def test_a_book_fails_a_filter_by_an_unknown_value_unless_unknown_ones_are_let_in(
    copied, column, option, reason, text
):
    with sqlite3.connect(copied.path("catalogue.sqlite")) as db:
        db.execute(f"UPDATE books SET {column} WHERE title = 'Soundings'")
    explained = why(copied, "Soundings", **option)
    assert reasons_of(explained) == [reason]
    assert text in explained.why_not[0].text
    assert ("(--unknown lets it in)" in explained.why_not[0].text) == ("unknown" in text)
    if "unknown" in text:
        assert reason not in reasons_of(why(copied, "Soundings", unknown=True, **option))


def test_the_author_cap_and_the_end_of_the_list_are_reported(built):
    listed = recommend.run(built, *tiny.ask(seeds=TASTE, limit=36, series="any"))
    shown = {r.reasons.book.title for r in listed.recommendations}
    capped = next(t for t in tiny.SEA_TITLES if t not in shown | {t for t, _ in TASTE})
    explained = why(built, capped, series="any", limit=36)
    assert reasons_of(explained) == ["author_cap"]
    last = listed.recommendations[-1].reasons.book.title
    far = why(built, last, series="any", limit=3)
    assert reasons_of(far) == ["too_far"]
    assert far.rank == len(listed.recommendations)


def test_unknown_titles_and_empty_requests_are_refused(built):
    with pytest.raises(TitleError):
        why(built, "No Such Book Anywhere")
    with pytest.raises(UsageError, match="nothing to go by"):
        why(built, "Kelp", seeds=())
    with pytest.raises(UsageError, match="one title"):
        recommend.run(built, *tiny.ask(seeds=TASTE, author="Brandt"))


def test_an_editions_translated_title_finds_its_work(copied):
    with sqlite3.connect(copied.path("catalogue.sqlite")) as db:
        (book,) = db.execute("SELECT book FROM books WHERE title = 'Kelp'").fetchone()
        db.execute(
            "INSERT INTO names VALUES (?, 'cien anos de algas', 'cien anos de algas')", (book,)
        )
    assert reasons_of(why(copied, "Cien años de algas")) == ["read"]
    with Catalogue(copied.path("catalogue.sqlite")) as catalogue:
        assert catalogue.books([book])[0].title == "Kelp"


def test_an_author_may_be_typed_in_another_script(built):
    assert reasons_of(why(built, "Kelp", author="Брандт")) == ["read"]
    with pytest.raises(TitleError):
        why(built, "Kelp", author="Толстой")
