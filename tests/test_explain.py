"""Reasons that add up, for any book; and why a book is not on the list."""

import json

import pytest
import tiny

from bookrec.config import RecommendConfig
from bookrec.data.catalogue import Catalogue
from bookrec.errors import TitleError, UsageError
from bookrec.stages import explain, recommend

TASTE = (("Kelp", 5.0), ("A Storm of Salt", 5.0), ("Rust", 1.0), ("Fog Horn", None))


def adds_up(reasons):
    """Every figure as it is written out, to the last digit."""
    book = json.loads(json.dumps(reasons.as_dict()))
    total = book["mean_rating"] + book["personal"] + book["clipped"]
    assert total == pytest.approx(book["predicted_rating"], abs=1e-9)
    others = book["because_others"]
    parts = sum(b["stars"] for b in book["because"]) + others["stars"] + book["loyalty"]
    assert parts == pytest.approx(book["personal"], abs=1e-9)
    if others["share"] is not None:
        shares = sum(b["share"] for b in book["because"]) + others["share"]
        assert shares == pytest.approx(1.0, abs=1e-9)
    return book


def why(built, title, author="", **options):
    config = RecommendConfig(**{"seeds": TASTE, "limit": 10, **options})
    return explain.run(built, title, author, config)


def reasons_of(found):
    return [bar.reason for bar in found.bars]


def test_parts_sum_to_the_whole(built):
    config = RecommendConfig(seeds=TASTE, limit=36, series="any", max_per_author=36)
    found = recommend.run(built, config).recommendations
    assert len(found) == 32
    for r in found:
        book = adds_up(r.reasons)
        assert len(book["because"]) + book["because_others"]["books"] == len(TASTE)


def test_the_end_of_the_scale_is_said(built):
    loved = tuple((title, 5.0) for title in tiny.SEA_TITLES[1:])
    found = recommend.run(built, RecommendConfig(seeds=loved, series="any")).recommendations
    everything = [adds_up(r.reasons) for r in found]
    for book in everything:
        over = book["mean_rating"] + book["personal"] > 5
        assert (book["clipped"] < 0) == over
        assert book["predicted_rating"] <= 5


def test_no_explain_names_nobody_and_still_adds_up(built):
    found = recommend.run(built, RecommendConfig(seeds=TASTE, explain=False)).recommendations
    book = adds_up(found[0].reasons)
    assert book["because"] == []
    assert book["because_others"]["books"] == len(TASTE)


def test_explain_agrees_with_recommend(built):
    found = recommend.run(built, RecommendConfig(seeds=TASTE)).recommendations
    for r in found:
        told = why(built, r.reasons.book.title)
        assert (told.bars, told.rank) == ((), r.rank)
        assert told.reasons.predicted == r.reasons.predicted
        assert told.place >= told.rank
        assert len(adds_up(told.reasons)["because"]) == len(TASTE)


def test_a_reason_speaks_for_the_book(built):
    first = recommend.run(built, RecommendConfig(seeds=TASTE)).recommendations[0]
    because = first.reasons.because
    assert {b.title for b in because} <= {"Kelp", "A Storm of Salt", "Fog Horn"}
    assert all(b.stars > 0 for b in because)
    assert "sea stories" in because[0].alike or "same author" in because[0].alike


def test_read_already(built):
    told = why(built, "Kelp")
    assert reasons_of(told) == ["read"]
    assert "gave it 5 stars" in told.bars[0].text
    assert told.rank is None
    assert told.place >= 1
    loved = why(built, "Fog Horn")
    assert "one you love" in loved.bars[0].text
    left_out = why(built, "Soundings", not_titles=("Soundings",))
    assert reasons_of(left_out) == ["read"]


def test_a_later_volume_than_the_one_due(built):
    told = why(built, "The Drowned Coast")
    assert reasons_of(told) == ["series"]
    assert "volume 3 of The Tide; volume 2 is due" in told.bars[0].text
    free = {"series": "any", "limit": 36, "max_per_author": 36}
    assert reasons_of(why(built, "The Drowned Coast", **free)) == []
    assert "leaves series out" in why(built, "Slack Water", series="none").bars[0].text
    assert "not begun" in why(built, "Slack Water", series="first").bars[0].text


def test_box_sets_and_books_without_a_description(built):
    assert reasons_of(why(built, "The Tide Box Set")) == ["kind"]
    told = why(built, "Uncharted")
    assert reasons_of(told) == ["not_described"]
    adds_up(told.reasons)


@pytest.mark.parametrize(
    ("option", "reason", "says"),
    [
        ({"genres": ("robots",)}, "genre", "Sea Stories"),
        ({"not_genres": ("sea stories",)}, "not-genre", "Sea Stories"),
        ({"years": (1900, 1950)}, "year", "1900-1950"),
        ({"pages": (None, 20)}, "pages", "-20"),
        ({"min_ratings": 10**9}, "min-ratings", "1000000000"),
        ({"max_ratings": 1}, "max-ratings", "it has"),
        ({"languages": ("French",)}, "language", "English"),
        ({"exclude_authors": ("Holt",)}, "exclude-author", "Per Holt"),
    ],
)
def test_filters_say_what_the_book_has(built, option, reason, says):
    told = why(built, "Soundings", **option)
    assert reasons_of(told) == [reason]
    assert says in told.bars[0].text
    listed = recommend.run(built, RecommendConfig(seeds=TASTE, limit=36, **option))
    assert "Soundings" not in [r.reasons.book.title for r in listed.recommendations]


def test_the_author_cap_and_the_end_of_the_list(built):
    listed = recommend.run(built, RecommendConfig(seeds=TASTE, limit=36, series="any"))
    shown = {r.reasons.book.title for r in listed.recommendations}
    capped = next(t for t in tiny.SEA_TITLES if t not in shown | {t for t, _ in TASTE})
    told = why(built, capped, series="any", limit=36)
    assert reasons_of(told) == ["author_cap"]
    last = listed.recommendations[-1].reasons.book.title
    far = why(built, last, series="any", limit=3)
    assert reasons_of(far) == ["too_far"]
    assert far.rank == len(listed.recommendations)


def test_titles_that_cannot_be_explained(built):
    with pytest.raises(TitleError):
        why(built, "No Such Book Anywhere")
    with pytest.raises(UsageError, match="nothing to go by"):
        why(built, "Kelp", seeds=())
    with pytest.raises(UsageError, match="one title"):
        recommend.run(built, RecommendConfig(seeds=TASTE, author="Brandt"))


def test_unknown_passes_a_filter_and_is_said(copied):
    import sqlite3

    with sqlite3.connect(copied.path("catalogue.sqlite")) as db:
        db.execute("UPDATE books SET pages = NULL, year = NULL WHERE title = 'Soundings'")
    config = RecommendConfig(seeds=TASTE, pages=(1, 2), years=(1, 2), limit=36)
    found = recommend.run(copied, config)
    assert [r.reasons.book.title for r in found.recommendations] == ["Soundings"]
    assert "--pages lets books pass of which that is not known: 1." in found.notes
    assert reasons_of(why(copied, "Soundings", pages=(1, 2))) == []


def test_dials_have_two_different_ends(built):
    def listed(**options):
        config = RecommendConfig(seeds=(("Kelp", None),), limit=6, series="any", **options)
        return recommend.run(built, config).recommendations

    def ratings(found):
        return sum(r.reasons.book.ratings_count for r in found) / len(found)

    def worlds(found):
        return {"Robots" in r.reasons.book.genres for r in found}

    assert ratings(listed(novelty=0.0)) > 3 * ratings(listed(novelty=1.0))
    assert worlds(listed(diversity=0.0)) == {False}
    assert worlds(listed(diversity=1.0)) == {False, True}


def test_a_translation_that_some_edition_carries_finds_its_work(copied):
    import sqlite3

    with sqlite3.connect(copied.path("catalogue.sqlite")) as db:
        (book,) = db.execute("SELECT book FROM books WHERE title = 'Kelp'").fetchone()
        db.execute(
            "INSERT INTO names VALUES (?, 'cien anos de algas', 'cien anos de algas')", (book,)
        )
    assert reasons_of(why(copied, "Cien años de algas")) == ["read"]
    with Catalogue(copied.path("catalogue.sqlite")) as catalogue:
        assert catalogue.books([book])[0].title == "Kelp"


def test_an_author_in_another_script(built):
    assert reasons_of(why(built, "Kelp", author="Брандт")) == ["read"]
    with pytest.raises(TitleError):
        why(built, "Kelp", author="Толстой")
