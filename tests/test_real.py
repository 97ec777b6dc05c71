"""The whole pipeline, with the packaged encoder, on a slice of the real Goodreads files."""

import csv
import json
from itertools import islice

import pytest
from running import REAL, in_this_process

from bookrec.catalogue.titles import normal, parse_title
from bookrec.sources.raw_files import find_raw_files

FILES = find_raw_files(REAL) if REAL.is_dir() else None
WHOLE = FILES and FILES.best_books and FILES.metadata and FILES.ratings
BOOKS, RATINGS = 500, 20_000  # rows of the first file of each kind
UNKNOWN = 32  # of rows about other books, one in this many is kept

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not WHOLE, reason=f"no real Goodreads files in {REAL} (set BOOKREC_TEST_DATA)"
    ),
]


def rows_of(path):
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from csv.reader(line.replace("\0", "") for line in file)


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def cut(raw):
    """Write a slice of the real files: some books, all metadata, ratings mostly of these books.

    Every title costs encoding time. A few ratings of other books are enough to show that they do
    no harm.
    """
    raw.mkdir()
    header, *books = islice(rows_of(FILES.best_books[0]), BOOKS + 1)
    write(raw / "books.csv", [header, *books])
    write(raw / "metadata.csv", rows_of(FILES.metadata[0]))
    known = {parse_title(row[header.index("title")]).full for row in books}
    header, *ratings = islice(rows_of(FILES.ratings[0]), RATINGS + 1)
    name = header.index("Name")
    kept = [
        r for n, r in enumerate(ratings) if n % UNKNOWN == 0 or parse_title(r[name]).full in known
    ]
    write(raw / "ratings.csv", [header, *kept])
    return len(kept)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run a command on the workspace of the slice and return its JSON."""
    home = tmp_path_factory.mktemp("real") / "workspace"

    def command(*args):
        done = in_this_process(*args, "--json", "--data-dir", home)
        assert done.returncode == 0, f"{args}: {done.stderr}"
        return json.loads(done.stdout)

    return command


@pytest.fixture(scope="module")
def merged(run, tmp_path_factory):
    """The report of `merge`, and how many rating rows it was given."""
    raw = tmp_path_factory.mktemp("slice") / "raw"
    ratings = cut(raw)
    return run("merge", "--raw", raw), ratings


@pytest.fixture(scope="module")
def fitted(run, merged):
    """The results of `embed` and `fit-alpha`."""
    embedded = run("embed", "--max-tokens", "32")
    run("train-projection", "--epochs", "6")
    return embedded, run("fit-alpha")


def test_most_ratings_find_their_book(merged):
    report, ratings = merged
    assert report["book_rows"] > 0.99 * BOOKS
    assert report["rating_rows"] > 0.98 * ratings
    assert 0.8 * BOOKS < report["described"] <= BOOKS
    assert 0.8 < report["share_matched"] < 0.95
    assert report["matched"]["exact"] > 100 * report["matched"]["fuzzy"]


def test_the_packaged_encoder_encodes_every_book_and_taste_improves_validation(merged, fitted):
    embedded, alpha = fitted
    assert embedded["encoded"] >= merged[0]["described"]
    assert alpha["score"] > dict(alpha["curve"])[0.0] + 0.008  # .022 on this slice


def test_each_part_of_the_model_improves_held_out_predictions(run, fitted):
    """57 readers of this slice are measured: personal .376, bias .314, mean .286.

    Without taste, loyalty or the readers' own scale one of the margins is missed. A mean that had
    seen its test rows would be far better than it is.
    """
    found = run("evaluate")
    methods, lift = found["methods"], found["lift"]["per_user_pearson"]
    pearson = {n: m["per_user_pearson"]["value"] for n, m in methods.items()}
    rmse = {n: m["rmse"]["value"] for n, m in methods.items()}
    assert found["readers"] >= 50
    assert lift["difference"] > 0.06
    assert pearson["personal"] > pearson["bias"] + 0.03 > pearson["mean"] + 0.04
    assert 0.15 < pearson["mean"] < 0.35
    assert 0.7 < rmse["personal"] < rmse["bias"] - 0.01 < rmse["mean"] - 0.06
    assert 0.85 < found["calibration"]["slope"]["value"] < 1.2


def test_the_hobbit_brings_ten_other_books_most_of_them_fantasy(run, fitted):
    books = run("recommend", "The Hobbit")
    assert len({b["title"] for b in books}) == len(books) == 10
    assert not [b for b in books if "hobbit" in normal(b["title"]).split()]
    assert all(b["author"] and 1 <= b["predicted_rating"] <= 5 for b in books)
    fantasy = [b for b in books if {"Fantasy", "Science Fiction"} & set(b["genres"])]
    assert len(fantasy) >= 6
