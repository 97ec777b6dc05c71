"""The built-in library: every row of its books, and its simulated ratings from their seed."""

import ast
import csv
import re
import statistics
from collections import Counter, defaultdict

import pytest
from running import REAL, ROOT, tool
from starter_pairs import PAIRS

from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.matching import TitleMatcher
from bookrec.catalogue.people import author_key, author_matches
from bookrec.catalogue.titles import normal
from bookrec.sources.book_files import read_best_books
from bookrec.sources.rating_files import read_ratings
from bookrec.sources.raw_files import find_raw_files

STARTER = ROOT / "bookrec" / "starter"
BOOKS = STARTER / "books.csv"
RATINGS = STARTER / "user_rating_simulated.csv"

COLUMNS = (
    "bookId,title,series,author,rating,description,language,isbn,genres,characters,bookFormat,"
    "edition,pages,publisher,publishDate,firstPublishDate,awards,numRatings,ratingsByStars,"
    "likedPercent,setting,coverImg,bbeScore,bbeVotes,price"
)
SHARED_WORDS = 8  # as many in a row are somebody else's sentence
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
# A rating names its book by title alone: of these titles the library has two books.
TWINS = {"A Doll's House", "Confessions", "Invisible Man", "The Invisible Man"}
# The kinds the library promises: the genres that say so, and the least number of books.
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
    with BOOKS.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert ",".join(reader.fieldnames) == COLUMNS
        return list(reader)


@pytest.fixture(scope="module")
def editions():
    return list(read_best_books(BOOKS, Counter()))


@pytest.fixture(scope="module")
def works(editions):
    return build_works(editions)


@pytest.fixture(scope="module")
def readers():
    if not (ROOT / "tools").is_dir():
        pytest.skip("the generator is not part of this distribution (tools/)")
    return tool("starter/readers.py")


def words(text):
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower().replace("’", "'"))


def runs(text):
    w = words(text)
    return {" ".join(w[i : i + SHARED_WORDS]) for i in range(len(w) - SHARED_WORDS + 1)}


def test_every_row(rows, editions):
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


def test_one_work_a_row(rows, works):
    assert [[e.title.shown for e in w.editions] for w in works if len(w.editions) > 1] == []
    assert len(works) == len(rows)
    assert all(w.described for w in works)


def test_no_book_twice_under_one_author(editions):
    """`build_works` would let the same words in another order pass."""
    seen = Counter(
        (author_key(e.authors[0]), " ".join(sorted(set(normal(e.title.full).split()))))
        for e in editions
    )
    assert [key for key, n in seen.items() if n > 1] == []


def test_most_rated_first(rows):
    counts = [int(row["numRatings"] or 0) for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_series_run_from_their_start_without_gaps(editions):
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


def test_whole_series_where_readers_expect_them(editions):
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
def test_kinds(editions, kind):
    genres, least = KINDS[kind]
    assert sum(bool(genres & set(e.genres)) for e in editions) >= least


def test_many_countries_languages_and_centuries(rows):
    assert len({row["setting"] for row in rows}) >= 25
    languages = {row["edition"] for row in rows}
    assert all(e == "" or e.startswith("Translated from the ") for e in languages)
    assert len(languages) >= 15
    assert len({int(row["firstPublishDate"]) // 100 for row in rows}) >= 10


def test_years_come_through(rows, editions):
    """Years of four digits and of three before the common era; see `parse_year` for the others."""
    for row, edition in zip(rows, editions, strict=True):
        year = int(row["firstPublishDate"])
        if year >= 1000 or year <= -100:
            assert edition.year == year, row["title"]


def test_no_sentence_of_anyone_else(rows):
    files = find_raw_files(REAL).best_books if REAL.is_dir() else []
    if not files:
        pytest.skip(f"no real Best Books file in {REAL} (set BOOKREC_TEST_DATA)")
    owner = {run: row["title"] for row in rows for run in runs(row["description"])}
    shared = []
    for path in files:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for real in csv.DictReader(line.replace("\0", "") for line in file):
                w = words(real.get("description") or "")
                for i in range(len(w) - SHARED_WORDS + 1):
                    if (run := " ".join(w[i : i + SHARED_WORDS])) in owner:
                        shared.append((owner[run], run))
    assert shared == []


def test_no_run_of_words_twice_in_the_library(rows):
    """Nor may the descriptions repeat each other's formulas."""
    seen = Counter(run for row in rows for run in runs(row["description"]))
    assert [run for run, n in seen.items() if n > 1] == []


def test_ratings_are_what_the_seed_gives(readers, tmp_path):
    readers.write(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == RATINGS.read_bytes()
    readers.write(tmp_path / "other.csv", seed=readers.SEED + 1)
    assert (tmp_path / "other.csv").read_bytes() != RATINGS.read_bytes()


def test_ratings_are_realistic():
    assert RATINGS.stat().st_size < 1_500_000
    dropped = Counter()
    rows = list(read_ratings([RATINGS], dropped).itertuples())
    assert not dropped
    assert len(rows) >= 20_000
    twice = Counter((r.reader, r.title) for r in rows)
    assert {title for (_, title), n in twice.items() if n > 1} <= TWINS
    per_reader = Counter(r.reader for r in rows)
    assert len(per_reader) == 600
    assert min(per_reader.values()) >= 20
    assert max(per_reader.values()) <= 120
    stars = [r.stars for r in rows]
    assert statistics.fmean(stars) == pytest.approx(3.75, abs=0.1)
    assert statistics.pstdev(stars) == pytest.approx(1.0, abs=0.08)
    assert share_of_groups([(r.reader, r.stars) for r in rows]) == pytest.approx(0.15, abs=0.04)
    assert share_of_groups([(r.title, r.stars) for r in rows]) == pytest.approx(0.10, abs=0.04)


def share_of_groups(pairs):
    """The share of variance between groups: one-way analysis of variance, unequal sizes."""
    groups = defaultdict(list)
    for group, value in pairs:
        groups[group].append(value)
    n, k = len(pairs), len(groups)
    grand = statistics.fmean(value for _, value in pairs)
    means = {g: statistics.fmean(v) for g, v in groups.items()}
    within = sum((value - means[g]) ** 2 for g, value in pairs) / (n - k)
    between = sum(len(v) * (means[g] - grand) ** 2 for g, v in groups.items()) / (k - 1)
    size = (n - sum(len(v) ** 2 for v in groups.values()) / n) / (k - 1)
    return (between - within) / size / ((between - within) / size + within)


def test_ratings_name_the_books(works, readers, editions):
    """Every printed name finds its own book, save titles that two books share."""
    matcher = TitleMatcher(works)
    number = {w.editions[0].goodreads_id: i for i, w in enumerate(works)}
    printed = {readers.printed_name(e): number[e.goodreads_id] for e in editions}
    names = set(read_ratings([RATINGS], Counter())["title"])
    assert names <= set(printed)
    twins = {n for n in names if matcher.match(n).how == "ambiguous"}
    assert twins <= TWINS
    wrong = [n for n in names - TWINS if matcher.match(n).work != printed[n]]
    assert wrong == []


def test_pairs_are_in_the_library(editions):
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
        for series in found[0].series:  # of its own series, only the volume that is due
            for other in (e for t in pair.any_of for e in by_title[t]):
                for s in other.series:
                    if s.key == series.key and s.volume and series.volume is not None:
                        assert s.volume == int(series.volume) + 1, (pair.title, other.title.shown)
