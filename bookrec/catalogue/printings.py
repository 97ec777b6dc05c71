"""Works that are printings of one book, judged by author and title."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bookrec.catalogue.people import author_key
from bookrec.catalogue.works import Work, titles_of


def printings(works: Sequence[Work]) -> np.ndarray:
    """Return int64 (n,): a group number for each work, equal for printings of one book.

    Two works are printings of one book if they have the same first author and the full title of
    one is a title of the other, with or without subtitle. The groups are the connected components
    of this relation. Grouping keeps such works apart when their subtitles differ, because one title
    with two subtitles can also be two books; a reader of one is not recommended the other.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names: dict[tuple[str, str], int] = {}
    authored = [(i, author_key(w.authors[0]), w) for i, w in enumerate(works) if w.authors]
    for _, author, work in authored:
        for title in titles_of(work):
            names.setdefault((author, title.full), len(works) + len(names))
    pairs = [
        (i, names[author, name])
        for i, author, work in authored
        for title in titles_of(work)
        for name in (title.full, title.core)
        if (author, name) in names
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = len(works) + len(names)
    graph = coo_array((np.ones(len(table), dtype=bool), (table[:, 0], table[:, 1])), (size, size))
    _, found = connected_components(graph, directed=False)
    return np.asarray(found[: len(works)], dtype=np.int64)
