"""The bias model in closed form."""

import numpy as np
import pytest

from bookrec.catalogue.ids import BookIds
from bookrec.catalogue.ratings import SiteFigures
from bookrec.prediction.covariates import PriorCovariates
from bookrec.prediction.means import fit_means, reader_offset, site_prior

READERS = np.array([1, 1, 2, 2, 3])
BOOKS = np.array([0, 1, 0, 1, 0])
STARS = np.array([5.0, 2.0, 4.0, 3.0, 3.0])


def test_plain_means_in_closed_form():
    prior = np.array([3.5, 3.5, 3.0])
    means = fit_means(READERS, BOOKS, STARS, prior, damping=2.0, reader_damping=np.inf)
    # (5 + 4 + 3 + 2 · 3.5) / 5, (2 + 3 + 2 · 3.5) / 4, and the third is unrated
    assert means == pytest.approx([3.8, 3.0, 3.0])


def test_with_more_ratings_the_prior_counts_less():
    prior = np.array([2.0, 2.0])
    books = np.array([0] * 40 + [1])
    means = fit_means(np.arange(41), books, np.full(41, 5.0), prior, 10.0, np.inf)
    assert 2.0 < means[1] < 3.0 < 4.0 < means[0] < 5.0


def test_a_book_is_not_blamed_for_a_harsh_reader():
    """Reader 0 gives two stars less than the others, and is the only reader of book 20."""
    shared = np.arange(20)
    readers = np.concatenate([np.zeros(21), np.repeat(np.arange(1, 6), 20)]).astype(int)
    books = np.concatenate([shared, [20], np.tile(shared, 5)])
    stars = np.concatenate([np.full(21, 2.0), np.full(100, 4.0)])
    prior = np.full(21, 3.7)
    plain = fit_means(readers, books, stars, prior, 1.0, np.inf)
    fair = fit_means(readers, books, stars, prior, 1.0, 3.0)
    assert plain[20] == pytest.approx((2 + 3.7) / 2)
    assert fair[20] > 3.4


def test_an_unrated_book_gets_its_authors_effect():
    """Readers give author 0 two stars more than author 1. Books 8 and 9 are unrated."""
    author = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 1, -1])
    ids = BookIds(author, np.full(11, -1), np.full(11, np.nan))
    covariates = PriorCovariates(np.zeros((11, 1)), ids)
    readers, books = np.repeat(np.arange(40), 8), np.tile(np.arange(8), 40)
    stars = np.where(author[books] == 0, 4.5, 2.5)
    prior = np.full(11, 3.5)
    means = fit_means(readers, books, stars, prior, 10.0, 3.0, covariates)
    assert means[8] > 3.6 > 3.4 > means[9]
    assert means[10] == pytest.approx(3.5, abs=0.01)  # unknown author
    plain = fit_means(readers, books, stars, prior, 10.0, 3.0)
    assert plain[8] == plain[9] == 3.5


def test_reader_ids_may_be_any_integers():
    prior = np.full(2, 3.0)
    one = fit_means(READERS, BOOKS, STARS, prior, 2.0, 3.0)
    other = fit_means(READERS * 1_000_003 - 7, BOOKS, STARS, prior, 2.0, 3.0)
    assert np.array_equal(one, other)


def test_a_readers_offset_is_shrunk():
    assert reader_offset(np.array([1.0, 1.0]), 2.0) == pytest.approx(0.5)
    assert reader_offset(np.zeros(0), 2.0) == 0.0
    assert reader_offset(np.zeros(0), 0.0) == 0.0


def test_the_sites_means_are_mapped_to_the_readers_scale():
    """These readers give 1 + 0.5 · the site's mean, and these coefficients are found."""
    site = np.linspace(2.0, 5.0, 30)
    books = np.arange(30)
    prior = site_prior(SiteFigures(site, np.full(30, 1e9)), books, 1 + 0.5 * site)
    assert prior.coefficients == pytest.approx((1.0, 0.5))
    assert prior.mean == pytest.approx(1 + 0.5 * site)


def test_a_book_with_no_or_few_site_ratings_gets_an_average_prior():
    site = np.array([3.0, 5.0, np.nan, 5.0])
    count = np.array([1e9, 1e9, 500.0, 1.0])
    same = (0.0, 1.0)
    means = site_prior(SiteFigures(site, count), BOOKS, STARS, coefficients=same).mean
    assert means[:2] == pytest.approx([3.0, 5.0])
    assert means[2] == pytest.approx(np.nanmean(site))
    assert means[2] < means[3] < 4.5


def test_without_site_means_or_ratings_means_are_finite():
    none = np.zeros(0, dtype=np.int64)
    for site in (np.full(3, np.nan), np.full(3, 4.0)):
        prior = site_prior(SiteFigures(site, np.zeros(3)), none, np.zeros(0))
        means = fit_means(none, none, np.zeros(0), prior.mean, 10.0, 3.0)
        assert np.isfinite(means).all()
        assert ((means >= 1) & (means <= 5)).all()
