"""The rows of the built-in library's books file, read and grouped once."""

from collections import Counter

import pytest

from bookrec.catalogue.grouping import build_works
from bookrec.sources.book_files import read_best_books
from bookrec.workspace.library import built_in


@pytest.fixture(scope="session")
def editions():
    return list(read_best_books(built_in().path("books.csv"), Counter()))


@pytest.fixture(scope="session")
def works(editions):
    return build_works(editions)
