"""The map of books: two principal components, coloured by genre."""

import numpy as np

from bookrec.report.bookmap import OTHER, draw_map, main_genre


def test_the_map_separates_clusters_and_colours_main_genres():
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal(5, 1, (30, 6)), rng.normal(-5, 1, (20, 6))])
    genres = [("Fiction", "Poetry")] * 30 + [("Fantasy",)] * 19 + [("Fiction",)]
    books = draw_map(vectors, genres)
    assert books.legend == ("Poetry", "Fantasy")
    assert books.counts == [30, 19]
    assert books.genre.tolist() == [0] * 30 + [1] * 19 + [OTHER]
    sides = np.sign(books.places[:, 0])
    assert abs(sides[:30].sum()) == 30
    assert abs(sides[30:].sum()) == 20
    assert sides[0] != sides[-1]
    assert books.variance[0] > 0.9
    assert main_genre(()) == ""
    assert draw_map(vectors[:2], genres[:2]).places.shape == (2, 2)
