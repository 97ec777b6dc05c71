"""What people type finds the book that they mean, in the built-in library.

benchmarks/quality/finder.py says the same of any workspace.
"""

import numpy as np
import pytest
from typed_queries import judged, queries

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.writing import write_catalogue


@pytest.fixture(scope="module")
def verdicts(works, tmp_path_factory):
    path = tmp_path_factory.mktemp("typed") / "catalogue.sqlite"
    none = np.zeros(0, dtype=np.int64)
    ordered = sorted(works, key=lambda w: not w.described)
    write_catalogue(path, ordered, [], Ratings(none, none, np.zeros(0)), {})
    with Catalogue(path) as catalogue:
        found = [(query, judged(catalogue, query)) for query in queries()]
    return [(q, v) for q, v in found if v.outcome != "not in the catalogue"]


def test_no_title_is_taken_as_another_without_a_word(verdicts):
    assert [(q.typed, v.said) for q, v in verdicts if v.outcome == "silently wrong"] == []


def test_nearly_all_find_what_is_meant(verdicts):
    missed = [(q.typed, q.by, v.said) for q, v in verdicts if v.outcome != "right"]
    assert len(verdicts) >= 220
    assert len(missed) <= 0.02 * len(verdicts), missed
