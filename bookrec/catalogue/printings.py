"""Which books of a catalogue are printings of one work, as far as their names tell."""

from __future__ import annotations

import numpy as np

from bookrec.catalogue.database import Catalogue


def printings(catalogue: Catalogue) -> np.ndarray:
    """int64 (N,): equal for books of one author where a title of one, with its subtitle, is a title
    of the other, with or without. That is the rule by which `recommend` knows a book as read."""
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
