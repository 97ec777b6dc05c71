"""The built-in library answers as a bookseller would."""

from __future__ import annotations

import pytest
import tiny
from starter_pairs import PAIRS, Pair

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import normal, parse_title
from bookrec.stages import recommend
from bookrec.workspace.library import built_in


def titles(title: str, author: str, limit: int) -> list[str]:
    asked = tiny.ask(seeds=((title, None),), author=author, limit=limit, explain=False)
    found = recommend.run(built_in(), *asked).recommendations
    return [normal(r.reasons.book.title) for r in found]


def holds(pair: Pair) -> bool:
    given = titles(pair.title, pair.author, pair.within)
    return bool({parse_title(t).full for t in pair.any_of} & {parse_title(t).full for t in given})


def test_at_least_36_of_the_40_hand_chosen_pairs_hold() -> None:
    assert len(PAIRS) == 40
    missed = [f"{p.title} → {' / '.join(p.any_of)}" for p in PAIRS if not holds(p)]
    assert len(missed) <= 4, missed


@pytest.mark.slow
def test_every_book_brings_another_book_first_and_never_a_later_volume_than_the_next() -> None:
    with Catalogue(built_in().need("catalogue.sqlite")) as catalogue:
        books = list(catalogue.all_books())
    lines = (f"{book.title} by {book.author}" for book in books)
    asked = tiny.ask(limit=1, explain=False)
    answers = recommend.run_batch(built_in(), *asked, lines, lambda line: (line, None))
    wrong = []
    for book, (_, answer) in zip(books, answers, strict=True):
        assert isinstance(answer, recommend.RecommendResult), (book.title, answer)
        first = answer.recommendations[0].reasons.book
        same = first.index == book.index or normal(first.title) == normal(book.title)
        due = 1.0
        if first.series == book.series and book.volume is not None:
            due = float(int(book.volume) + 1) if book.volume >= 1 else 1.0
        late = first.series is not None and first.volume is not None and first.volume != due
        if same or late:
            wrong.append(f"{book.title} → {first.title} ({first.series} #{first.volume})")
    assert not wrong, wrong[:10]


@pytest.mark.parametrize("author", ["Herbert", "Frank Herbert", "herbert, frank", "F. Herbert"])
def test_dune_is_found_however_its_author_is_typed(author: str) -> None:
    assert "dune messiah" in titles("Dune", author, 5)
