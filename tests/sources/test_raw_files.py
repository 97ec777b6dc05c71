"""Raw files are recognised by their headers."""

from collections import Counter

from tiny import write_csv

from bookrec.sources.rating_files import read_ratings
from bookrec.sources.raw_files import RawKind, find_raw_files, raw_kind_of


def test_the_header_decides_the_kind_of_a_file(tmp_path):
    write_csv(tmp_path / "z.csv", "Rating,NAME, id ")
    (tmp_path / "a").mkdir()
    write_csv(tmp_path / "a" / "x.csv", "price,Description,author,TITLE,bookId")
    write_csv(tmp_path / "ratings.csv", "Name,Id,RatingDistTotal,Authors,Rating,PagesNumber")
    write_csv(tmp_path / "books.csv", "name,price")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / ".hidden.csv").write_bytes(b"ID,Name,Rating\n")
    found = find_raw_files(tmp_path)
    assert [p.name for p in found.best_books] == ["x.csv"]
    assert [p.name for p in found.metadata] == ["ratings.csv"]
    assert [p.name for p in found.ratings] == ["z.csv"]
    assert [p.name for p in found.others] == ["books.csv", "empty.csv"]


def test_a_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "r.csv").write_bytes(b"\xef\xbb\xbfID,Name,Rating\n1,Rust,liked it\n")
    assert raw_kind_of(tmp_path / "r.csv") is RawKind.RATINGS
    assert read_ratings([tmp_path / "r.csv"], Counter())["stars"].tolist() == [3.0]
