"""The books of the built-in library: every row, every series, every kind that was promised."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter, defaultdict

import pytest
from running import REAL, ROOT
from starter_pairs import PAIRS

from bookrec.catalogue.people import author_key, author_matches
from bookrec.catalogue.titles import normal
from bookrec.sources.raw_files import find_raw_files

COLUMNS = (
    "bookId,title,series,author,rating,description,language,isbn,genres,characters,bookFormat,"
    "edition,pages,publisher,publishDate,firstPublishDate,awards,numRatings,ratingsByStars,"
    "likedPercent,setting,coverImg,bbeScore,bbeVotes,price"
)
SHARED_WORDS = 8  # this many in a row count as a copied sentence
VOCABULARY = set(
    """Fiction, Nonfiction, Science Fiction, Fantasy, Classics, Literature, Literary Fiction,
    Contemporary, Historical Fiction, Historical, History, Mystery, Thriller, Mystery Thriller,
    Crime, Detective, Suspense, Horror, Gothic, Paranormal, Supernatural, Vampires, Romance,
    Contemporary Romance, Historical Romance, Chick Lit, Regency, Young Adult, Teen,
    Coming Of Age, Childrens, Middle Grade, Picture Books, Animals, Magic, High Fantasy,
    Epic Fantasy, Urban Fantasy, Mythology, Fairy Tales, Retellings, Dystopia, Post Apocalyptic,
    Time Travel, Space, Space Opera, Hard Science Fiction, Cyberpunk, Aliens, Robots,
    Artificial Intelligence, Speculative Fiction, Adventure, Humor, Satire, Comedy, War,
    Military Fiction, Poetry, Plays, Drama, Theatre, Short Stories, Essays, Novella, Comics,
    Graphic Novels, Manga, Superheroes, Biography, Memoir, Autobiography, Science,
    Popular Science, Physics, Biology, Evolution, Mathematics, Medicine, Psychology, Nature,
    Environment, Business, Economics, Finance, Leadership, Management, Productivity, Self Help,
    Personal Development, Philosophy, Politics, Religion, Spirituality, Travel, Food, Art, Music,
    Feminism, LGBT, Race, Magical Realism, Surreal, Existentialism, Epistolary, Victorian,
    British Literature, American, African Literature, Indian Literature, Japanese Literature,
    Chinese Literature, Russian Literature, French Literature, German Literature,
    Italian Literature, Spanish Literature, Latin American Literature, Ancient History, Medieval,
    Journalism, True Crime, World War II, Holocaust, Folklore, Steampunk, Fantasy Romance,
    Dark Fantasy, Noir, Spy Thriller, Family, Friendship, School""".replace("\n", " ").split(",")
)
VOCABULARY = {" ".join(genre.split()) for genre in VOCABULARY}
# The kinds of books promised: the genres that count, and the least number of books.
KINDS = {
    "science fiction": ({"Science Fiction"}, 120),
    "fantasy": ({"Fantasy"}, 150),
    "crime": ({"Crime", "Mystery", "Detective"}, 100),
    "classics": ({"Classics"}, 200),
    "literary": ({"Literary Fiction", "Literature"}, 150),
    "historical": ({"Historical Fiction"}, 100),
    "romance": ({"Romance"}, 80),
    "horror": ({"Horror"}, 50),
    "young adult": ({"Young Adult"}, 80),
    "children's": ({"Childrens"}, 60),
    "poetry and drama": ({"Poetry", "Plays"}, 60),
    "comics": ({"Comics", "Graphic Novels", "Manga"}, 35),
    "biography": ({"Biography"}, 40),
    "history": ({"History"}, 80),
    "science": ({"Science"}, 40),
    "business": ({"Business", "Economics"}, 35),
    "philosophy": ({"Philosophy"}, 60),
    "travel": ({"Travel"}, 30),
    "memoir": ({"Memoir"}, 50),
}


@pytest.fixture(scope="module")
def rows():
    with (ROOT / "bookrec" / "starter" / "books.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert ",".join(reader.fieldnames) == COLUMNS
        return list(reader)


def words(text):
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower().replace("’", "'"))


def runs(text):
    """Return all runs of eight words in a text."""
    found = words(text)
    return set(zip(*(found[n:] for n in range(SHARED_WORDS)), strict=False))


def test_every_cell_is_within_its_bounds_and_read_as_written(rows, editions):
    assert len(rows) == len(editions) >= 600
    wrong = []
    for row, edition in zip(rows, editions, strict=True):
        genres = ast.literal_eval(row["genres"])
        good = {
            "description": 60 <= len(row["description"].split()) <= 120,
            "read as written": edition.description == row["description"],
            "genres": 3 <= len(genres) <= 9 and set(genres) <= VOCABULARY,
            "genres read": list(edition.genres) == genres and len(set(genres)) == len(genres),
            "author": bool(edition.authors),
            "language": edition.language == "English",
            "pages": edition.pages == int(row["pages"]),
            "country": len(ast.literal_eval(row["setting"])) == 1,
            "figures": bool(row["rating"]) == bool(row["numRatings"]),
            "id": bool(re.fullmatch(r"\d+|s\d{4}-[a-z0-9-]+", row["bookId"])),
            "real id, real figures": not row["bookId"].isdigit() or bool(row["rating"]),
            "mean": not row["rating"] or 2 < edition.mean_rating < 5,
            "ratings": edition.ratings_count == int(row["numRatings"] or 0),
            "series": len(edition.series) == bool(row["series"]),
        }
        wrong += [f"{row['title']}: {what}" for what, holds in good.items() if not holds]
    assert wrong == []


def test_ids_are_unique(rows):
    assert [i for i, n in Counter(row["bookId"] for row in rows).items() if n > 1] == []


def test_every_row_is_a_work_of_its_own(rows, works):
    assert [[e.title.shown for e in w.editions] for w in works if len(w.editions) > 1] == []
    assert len(works) == len(rows)
    assert all(w.described for w in works)


def test_no_book_twice_under_one_author(editions):
    """Not even with the same words in another order, which `build_works` keeps apart."""
    seen = Counter(
        (author_key(e.authors[0]), " ".join(sorted(set(normal(e.title.full).split()))))
        for e in editions
    )
    assert [key for key, n in seen.items() if n > 1] == []


def test_rows_are_sorted_by_number_of_ratings(rows):
    counts = [int(row["numRatings"] or 0) for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_a_series_starts_at_its_first_volume_and_has_no_gaps(editions):
    volumes = defaultdict(list)
    names = defaultdict(set)
    for e in editions:
        for s in e.series:
            names[s.key, author_key(e.authors[0])].add(s.name)
            if s.volume is not None:
                volumes[s.key].append((s.volume, e))
    assert [n for n in names.values() if len(n) > 1] == []
    for key, members in volumes.items():
        numbers = sorted(v for v, _ in members)
        assert len(set(numbers)) == len(numbers), key
        assert numbers[0] <= 1, key
        # whole numbers follow each other; a prelude (0, 0.5) may stand before them
        whole = [v for v in numbers if v >= 1]
        assert whole == [float(i + 1) for i in range(len(whole))], key
        # A series is one author's, or the same first author's.
        assert len({author_key(e.authors[0]) for _, e in members}) == 1, key


def test_well_known_series_are_complete(editions):
    have = Counter(s.name for e in editions for s in e.series if s.volume is not None)
    expected = {
        "Dune": 6,
        "Earthsea Cycle": 6,
        "Discworld": 8,
        "The Chronicles of Narnia": 7,
        "Foundation": 7,
        "Harry Potter": 7,
        "The Expanse": 9,
        "The Lord of the Rings": 4,
        "The Hunger Games": 3,
        "His Dark Materials": 3,
    }
    assert {name: have[name] for name in expected if have[name] < expected[name]} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_as_many_books_as_promised(editions, kind):
    genres, least = KINDS[kind]
    assert sum(bool(genres & set(e.genres)) for e in editions) >= least


def test_books_come_from_many_countries_languages_and_centuries(rows):
    assert len({row["setting"] for row in rows}) >= 25
    languages = {row["edition"] for row in rows}
    assert all(e == "" or e.startswith("Translated from the ") for e in languages)
    assert len(languages) >= 15
    assert len({int(row["firstPublishDate"]) // 100 for row in rows}) >= 10


def test_years_are_read_as_written(rows, editions):
    """Years from 1000, and before 100 BCE; `parse_year` reads the others as two digits or days."""
    for row, edition in zip(rows, editions, strict=True):
        year = int(row["firstPublishDate"])
        if year >= 1000 or year <= -100:
            assert edition.year == year, row["title"]


@pytest.mark.slow
def test_no_description_shares_eight_words_with_a_real_one(rows):
    files = find_raw_files(REAL).best_books if REAL.is_dir() else []
    if not files:
        pytest.skip(f"no real Best Books file in {REAL} (set BOOKREC_TEST_DATA)")
    ours = {run for row in rows for run in runs(row["description"])}
    shared = set()
    for path in files:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for real in csv.DictReader(line.replace("\0", "") for line in file):
                shared |= ours & runs(real.get("description") or "")
    assert shared == set()


def test_no_two_descriptions_share_eight_words(rows):
    seen = Counter(run for row in rows for run in runs(row["description"]))
    assert [run for run, n in seen.items() if n > 1] == []


def test_both_books_of_every_pair_are_in_the_library(editions):
    assert len(PAIRS) == 40
    assert {p.kind for p in PAIRS} == set(KINDS)
    by_title = defaultdict(list)
    for e in editions:
        by_title[e.title.shown].append(e)
    for pair in PAIRS:
        found = [
            e
            for e in by_title[pair.title]
            if any(author_matches(pair.author, a) for a in e.authors)
        ]
        assert len(found) == 1, pair.title
        genres, _ = KINDS[pair.kind]
        assert genres & set(found[0].genres), pair.title
        assert pair.title not in pair.any_of
        assert [t for t in pair.any_of if t not in by_title] == [], pair.title
        for series in found[0].series:  # of its own series, only the next volume
            for other in (e for t in pair.any_of for e in by_title[t]):
                for s in other.series:
                    if s.key == series.key and s.volume and series.volume is not None:
                        assert s.volume == int(series.volume) + 1, (pair.title, other.title.shown)
