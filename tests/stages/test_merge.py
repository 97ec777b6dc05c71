"""`merge`: the tiny world's raw files become its catalogue."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import tiny

from bookrec import config
from bookrec.catalogue.database import Catalogue
from bookrec.errors import MissingError
from bookrec.progress import Silent
from bookrec.stages import merge
from bookrec.workspace.folder import Workspace
from bookrec.workspace.records import fingerprint_of


@pytest.fixture
def catalogue(merged):
    with Catalogue(merged.path("catalogue.sqlite")) as catalogue:
        yield catalogue


@pytest.fixture
def by_title(catalogue):
    return {b.title: b for b in catalogue.all_books()}


def run(raw, tmp_path):
    workspace = Workspace(tmp_path / "workspace")
    return workspace, merge.run(workspace, config.MergeConfig(raw=raw), Silent())


def test_the_report_counts_every_row(catalogue):
    report = catalogue.fact("report")
    rated = sum(len(tiny.arrays(r)) for r in range(1, tiny.READERS + 1))
    assert report["book_rows"] == 39
    assert (report["metadata_rows"], report["metadata_rows_kept"]) == (3, 2)
    assert report["rating_rows"] == rated + 3 + 2 + 1
    assert report["ratings"] == rated + 3 + 2  # the duplicate row counts once
    assert report["readers"] == tiny.READERS
    assert report["editions_merged"] == 2
    assert report["described"] == 38
    assert report["titles_only"] == 1
    assert report["dropped"] == {
        "mean rating outside 1 to 5 (made unknown)": 1,
        "reader without ratings": 1,
    }
    assert report["matched"]["exact"] == rated + 3 + 1
    assert report["matched"]["unknown"] == 2


def test_editions_sets_and_guides_are_sorted_out(by_title, catalogue):
    assert set(tiny.AUTHOR) < set(by_title)
    assert by_title["Slack Water"].series == "The Tide"
    assert by_title["Slack Water"].volume == 2.0
    assert by_title["Rust"].authors == ("Kei Tanaka",)
    titles = [b.title for b in by_title.values() if "Patient Machine" in b.title]
    assert titles == ["The Patient Machine"]  # not its second edition
    editions = catalogue.rows(
        "SELECT title FROM editions WHERE book = ?", (by_title["The Patient Machine"].index,)
    )
    assert len(editions) == 2
    kinds = dict(catalogue.rows("SELECT title, kind FROM books WHERE kind <> 'book'"))
    assert kinds == {"The Tide Box Set": "set", "The Brass Mind: A Study Guide": "guide"}


def test_metadata_fills_gaps_but_adds_no_book_to_recommend(by_title):
    assert by_title["Kelp"].year == 1961  # the books file has 1971 and later
    lonely = by_title["Uncharted"]
    assert (lonely.authors, lonely.ratings_count) == (("Per Holt",), 70_000)
    assert not lonely.described
    assert "A Book That Nobody Rated" not in by_title


def test_described_books_come_first_most_rated_first(catalogue):
    books = list(catalogue.all_books())
    first = books[: catalogue.described]
    assert all(b.described for b in first)
    assert not any(b.described for b in books[catalogue.described :])
    counts = [b.ratings_count for b in first]
    assert counts == sorted(counts, reverse=True)
    assert [b.index for b in books] == list(range(len(catalogue)))


def test_ratings_reach_their_books(catalogue, by_title):
    ratings = catalogue.ratings()
    given = {
        (int(r), int(b)): s
        for r, b, s in zip(ratings.readers, ratings.books, ratings.stars, strict=True)
    }
    for reader in range(1, tiny.READERS + 1):
        arrays = tiny.arrays(reader)
        mine = {b for r, b in given if r == reader and b < catalogue.described}
        assert {by_title[t].index: s for t, s in arrays.items()} == {
            b: given[reader, b] for b in mine
        }
    outside = by_title["A Book Without a Shop"].index
    assert given[1, outside] == given[2, outside] == 2.0


def test_an_impossible_mean_is_unknown_and_changes_no_other(catalogue):
    means = catalogue.site_figures().mean
    assert np.isnan(means[: catalogue.described]).sum() == 1
    assert np.nanmax(means) <= 5.0


def test_rows_and_columns_in_any_order_give_the_same_catalogue(tiny_world, merged, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for path in tiny_world.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        with (raw / f"other-{path.name}").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name.swapcase() for name in reversed(header)])
            writer.writerows(list(reversed(row)) for row in rows)
    workspace, _ = run(raw, tmp_path)
    query = "SELECT * FROM books ORDER BY book"
    with (
        Catalogue(workspace.path("catalogue.sqlite")) as one,
        Catalogue(merged.path("catalogue.sqlite")) as other,
    ):
        assert one.rows(query) == other.rows(query)
        for a, b in zip(
            (one.ratings().readers, one.ratings().books, one.ratings().stars),
            (other.ratings().readers, other.ratings().books, other.ratings().stars),
            strict=True,
        ):
            assert np.array_equal(a, b)


def test_duplicate_rows_change_only_the_count(tiny_world, catalogue, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(tiny_world, raw)
    shutil.copy(raw / "ratings_one.csv", raw / "ratings_again.csv")
    _, result = run(raw, tmp_path)
    before = catalogue.fact("report")
    assert result.report["rating_rows"] > before["rating_rows"]
    assert result.report["ratings"] == before["ratings"]


def test_one_book_under_two_titles_counts_once_as_the_mean(tiny_world, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(tiny_world, raw)
    (raw / "more.csv").write_text(
        "ID,Name,Rating\n500,Kelp,it was amazing\n500,Kelp (Penguin Classics),liked it\n"
    )
    workspace, _ = run(raw, tmp_path)
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        assert catalogue.rows(
            "SELECT b.title, r.stars FROM ratings r JOIN books b USING (book) WHERE reader = 500"
        ) == [("Kelp", 4.0)]


def test_a_missing_language_is_detected_from_the_description(tiny_world, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    text = (tiny_world / "books.csv").read_text("utf-8").replace(",English,", ",,", 1)
    (raw / "books.csv").write_text(text, "utf-8")
    workspace, _ = run(raw, tmp_path)
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        assert {b.language for b in catalogue.all_books()} == {"English"}


def test_a_fresh_catalogue_is_kept_and_a_changed_file_is_noticed(tiny_world, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(tiny_world, raw)
    workspace, first = run(raw, tmp_path)
    again = merge.run(workspace, config.MergeConfig(raw=raw), Silent())
    assert (first.skipped, again.skipped) == (False, True)
    assert again.report == first.report
    (raw / "ratings_two.csv").unlink()
    third = merge.run(workspace, config.MergeConfig(raw=raw), Silent())
    assert not third.skipped
    assert third.report["rating_rows"] < first.report["rating_rows"]


def test_the_location_of_the_raw_files_does_not_matter(tiny_world, tmp_path):
    workspace, _ = run(tiny_world, tmp_path)
    before = fingerprint_of(workspace, "catalogue.sqlite")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tiny_world, elsewhere)
    assert run(elsewhere, tmp_path)[1].skipped
    assert fingerprint_of(workspace, "catalogue.sqlite") == before


def test_raw_files_without_books_are_an_error_with_a_hint(tmp_path):
    (tmp_path / "ratings.csv").write_text("ID,Name,Rating\n1,Kelp,liked it\n")
    with pytest.raises(MissingError) as caught:
        run(tmp_path, tmp_path)
    assert "bookrec download" in caught.value.hint
    assert not (tmp_path / "workspace").exists()


def test_a_genre_has_one_spelling(tiny_world, tmp_path):
    raw = Path(shutil.copytree(tiny_world, tmp_path / "raw"))
    books = (raw / "books.csv").read_text("utf-8")
    (raw / "books.csv").write_text(books.replace("'Sea Stories'", "'Sea Story'", 1), "utf-8")
    workspace, _ = run(raw, tmp_path)
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        named = {g for genres in catalogue.genres() for g in genres}
    assert named == {"Fiction", "Sea Stories", "Robots", *tiny.MOOD}
