"""Exports of each site, with the traps of each, in small; and stars as they are written."""

import csv
import io

import pytest

from bookrec.histories.formats import parse_stars
from bookrec.histories.rows import HistoryRow, read_history

GOODREADS_HEADER = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,"
    "Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,"
    "Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,"
    "Private Notes,Read Count,Owned Copies"
)
STORYGRAPH_HEADER = (
    "Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,"
    "Read Count,Moods,Pace,Character- or Plot-Driven?,Strong Character Development?,"
    "Loveable Characters?,Diverse Characters?,Flawed Characters?,Star Rating,Review,"
    "Content Warnings,Content Warning Description,Tags,Owned?"
)
LIBRARYTHING_HEADER = (
    "Book Id\tTitle\tSort Character\tPrimary Author\tReview\tRating\tDate Read\tCollections\tISBN\t"
    "ISBNs"
)
BOOKWYRM_HEADER = (
    "title,author_text,remote_id,openlibrary_key,finna_key,inventaire_id,librarything_key,"
    "goodreads_key,bnf_id,viaf,wikidata,asin,aasin,isfdb,isbn_10,isbn_13,oclc_number,start_date,"
    "finish_date,stopped_date,rating,review_name,review_cw,review_content,review_published,shelf,"
    "shelf_name,shelf_date"
)


def read(text: str | bytes) -> tuple[HistoryRow, ...]:
    return read_history(text.encode() if isinstance(text, str) else text, "books.csv").rows


def titled(rows: tuple[HistoryRow, ...]) -> list[tuple[str, str, float | None]]:
    return [(row.title, row.author, row.stars) for row in rows]


def goodreads(*rows: dict[str, str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, GOODREADS_HEADER.split(","), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_a_goodreads_export():
    text = goodreads(
        {
            "Book Id": "13496",
            "Title": "A Storm of Salt (The Tide, #3)",
            "Author": "Ann  Marlow",
            "ISBN": '="0143039946"',
            "ISBN13": '="9780143039945"',
            "My Rating": "5",
            "Exclusive Shelf": "read",
            "My Review": 'First line.<br/>Second, with "quotes"\nand a line of its own.',
        },
        {"Book Id": "2", "Title": "Unrated", "My Rating": "0", "Exclusive Shelf": "read"},
        {
            "Book Id": "3",
            "Title": "Begun",
            "My Rating": "0",
            "Exclusive Shelf": "currently-reading",
        },
        {"Book Id": "4", "Title": "Wished", "My Rating": "0", "Exclusive Shelf": "to-read"},
        {"Book Id": "2.42E+08", "Title": "Left", "ISBN": '=""', "Exclusive Shelf": "dnf-2023"},
    )
    history = read_history(text.encode(), "export.txt")
    assert history.format == "goodreads"
    first = history.rows[0]
    assert first.title == "A Storm of Salt (The Tide, #3)"
    assert first.author == "Ann  Marlow"
    assert first.isbns == ("9780143039945",)
    assert first.goodreads_id == "13496"
    assert [row.line for row in history.rows] == [2, 4, 5, 6, 7]
    assert [row.stars for row in history.rows] == [5.0, None, None, None, None]
    assert [row.use for row in history.rows] == ["rated", "read", "reading", "wanted", "abandoned"]
    assert history.rows[4].goodreads_id == ""
    assert history.rows[4].isbns == ()


def test_a_shelf_of_the_readers_own_counts_as_read_only_with_stars_or_a_date():
    own = {"My Rating": "0", "Exclusive Shelf": "owned"}
    rows = read(
        goodreads(
            {"Title": "Stars", **own, "My Rating": "4"},
            {"Title": "Date", **own, "Date Read": "2023/01/05"},
            {"Title": "Neither", **own},
        )
    )
    assert [row.status for row in rows] == ["read", "read", "to-read"]


def test_a_goodreads_export_that_a_spreadsheet_has_quoted_twice():
    plain = goodreads(
        {
            "Book Id": "7",
            "Title": "Knights, Watching",
            "Author": "Tim Oak",
            "ISBN": '="0143039946"',
            "My Rating": "4",
            "Exclusive Shelf": "read",
            "My Review": "two\nlines",
        }
    )
    header, _, row = plain.partition("\r\n")
    out = io.StringIO(newline="")
    csv.writer(out).writerow([row.rstrip("\r\n")])
    for head in (header, f'"{header}"'):
        (found,) = read(head + "\r\n" + out.getvalue())
        assert (found.title, found.author, found.stars) == ("Knights, Watching", "Tim Oak", 4.0)
        assert found.isbns == ("9780143039945",)
        assert found.problem == ""


def test_a_storygraph_export_with_quarter_stars_and_mojibake():
    row = "{},{},,{},paperback,{},2024/12/01,,,1,,,,,,,,{},,,,,No\n"
    text = (
        STORYGRAPH_HEADER
        + "\n"
        + row.format("JosÃ©â€™s Garden", '"Ann Marlow, Bo Reed"', "9780143039945", "read", "4.75")
        + row.format("Web Novel", "Anon", "a1b2-c3d4", "did-not-finish", "")
        + row.format("Later", "Bo Reed", "", "to-read", "")
    )
    history = read_history(text.encode(), "x")
    assert history.format == "storygraph"
    assert titled(history.rows) == [
        ("José’s Garden", "Ann Marlow", 4.75),
        ("Web Novel", "Anon", None),
        ("Later", "Bo Reed", None),
    ]
    assert [row.use for row in history.rows] == ["rated", "abandoned", "wanted"]
    assert [row.isbns for row in history.rows] == [("9780143039945",), (), ()]


def test_an_older_storygraph_export():
    text = "Title,Author,ISBN,Format,Read Status,Star Rating\nTides,Ann Marlow,,audio,read,3.5\n"
    history = read_history(text.encode(), "x")
    assert history.format == "storygraph"
    assert titled(history.rows) == [("Tides", "Ann Marlow", 3.5)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_librarything_table_in_every_encoding(encoding):
    text = f"""{LIBRARYTHING_HEADER}
1\t"Yes," Môrag\t1\tMarlow, Ann\t"Never closed\t4.5\t\tYour library\t[0143039946]\t9780143039945
2\tThe Tide\t5\tReed, Bo, Jr.\t\t\t\tYour library, To read\t\t
3\tOwned &amp; Unrated\t1\tPlato\t\t\t\tYour library\t\t
4\tHalf\t1\t\t\t\t\tCurrently reading, Your library\t\t
"""
    history = read_history(text.encode(encoding), "export.xls")
    assert history.format == "librarything"
    assert titled(history.rows) == [
        ('"Yes," Môrag', "Ann Marlow", 4.5),
        ("The Tide", "Bo Reed Jr.", None),
        ("Owned & Unrated", "Plato", None),
        ("Half", "", None),
    ]
    assert [row.use for row in history.rows] == ["rated", "wanted", "read", "reading"]
    assert history.rows[0].isbns == ("9780143039945",)
    assert [row.line for row in history.rows] == [2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_librarything_json_export(encoding):
    text = """{
 "11": {"books_id": "11", "title": "The Tide", "primaryauthor": "Marlow, Ann", "rating": 3.5,
   "authors": [{"lf": "Marlow, Ann", "fl": "Ann Marlow"}], "collections": ["Your library"],
   "isbn": {"0": "0143039946", "2": "9780143039945"}, "genre": ["Fiction", "Sea stories"]},
 "12": {"books_id": "12", "title": "Dunes", "authors": [[]], "collections": ["Wishlist"],
   "isbn": []},
 "13": {"books_id": "13", "primaryauthor": "Reed, Bo"}
}"""
    history = read_history(text.encode(encoding), "x")
    assert history.format == "librarything"
    first, second, third = history.rows
    assert (first.title, first.author, first.stars) == ("The Tide", "Ann Marlow", 3.5)
    assert first.isbns == ("9780143039945",)
    assert first.genres == ("Fiction", "Sea stories")
    assert second.use == "wanted"
    assert (third.problem, third.use) == ("no title", "unusable")
    assert [row.line for row in history.rows] == [2, 5, 7]


def test_a_bookwyrm_export():
    cells = dict.fromkeys(BOOKWYRM_HEADER.split(","), "")
    cells |= {"title": "Perimeters", "author_text": "Ann Marlow, Bo Reed", "goodreads_key": "99"}
    cells |= {"isbn_10": "0143039946", "isbn_13": "9780143039945", "rating": "4.50"}
    row = ",".join(f'"{cell}"' for cell in (cells | {"shelf": "read"}).values())
    left = ",".join(f'"{c}"' for c in (cells | {"shelf": "stopped-reading", "rating": ""}).values())
    history = read_history(f"{BOOKWYRM_HEADER}\r\n{row}\r\n{left}\r\n".encode(), "x")
    assert history.format == "bookwyrm"
    assert titled(history.rows)[0] == ("Perimeters", "Ann Marlow", 4.5)
    assert history.rows[0].goodreads_id == "99"
    assert history.rows[0].isbns == ("9780143039945",)
    assert history.rows[1].use == "abandoned"


def test_an_open_library_reading_log():
    header = "Work ID,Title,Authors,Bookshelf,My Ratings\n"
    rows = read(header + "1,Tides,Ann,Already Read,5\n2,Ebb,Bo,Want to Read,\n")
    assert [row.use for row in rows] == ["rated", "wanted"]


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("", None),
        ("0", None),
        ("0.0", None),
        ("n/a", None),
        ("4.25", 4.25),
        ("4,5", 4.5),
        ("4½", 4.5),
        ("5★", 5.0),
        ("★★★★☆", 4.0),
        ("★★★½", 3.5),
        ("⭐️⭐️", 2.0),
        ("3 stars", 3.0),
        ("4/5", 4.0),
        ("Did not like it", 1.0),
        ("really liked it", 4.0),
    ],
)
def test_stars_are_read_however_they_are_written(text, stars):
    assert parse_stars(text) == stars


@pytest.mark.parametrize(
    "text", ["8", "5.5", "-1", "8/10", "★★★★★★", "★★★★★½", "five", "1e0", "True"]
)
def test_a_rating_off_the_scale_is_refused(text):
    with pytest.raises(ValueError, match="not a number from 0 to 5"):
        parse_stars(text)
