"""Books that are printings of one work, judged by author and title."""

from __future__ import annotations

import numpy as np

from bookrec.catalogue.database import Catalogue


def printings(catalogue: Catalogue) -> np.ndarray:
    """Return int64 (N,): a group number for each book, equal for printings of one work.

    Two books are printings of one work if they have the same first author and the full title of
    one is a title of the other, with or without subtitle. The groups are the connected components
    of this relation. `histories.reading.already_read` applies almost the same rule to the books of
    one reader; there any common author counts, and matches are not chained.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = catalogue.rows(
        "SELECT n.book, b.author_id, n.full, n.core FROM names n JOIN books b ON b.book = n.book "
        "WHERE b.author_id >= 0"
    )
    names: dict[tuple[int, str], int] = {}
    for _, author, full, _ in rows:
        names.setdefault((author, full), len(names))
    pairs = [
        (book, names[author, name])
        for book, author, full, core in rows
        for name in (full, core)
        if (author, name) in names
    ]
    books = len(catalogue)
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = books + len(names)
    ends = (table[:, 0], books + table[:, 1])
    graph = coo_array((np.ones(len(table), dtype=bool), ends), (size, size))
    _, found = connected_components(graph, directed=False)
    return np.asarray(found[:books], dtype=np.int64)
