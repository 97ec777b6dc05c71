"""`bookrec recommend` on the tiny world, whose right answers are known."""

import csv
import json

import pytest
import tiny
from running import on


@pytest.fixture
def recommend(bookrec, built):
    """`bookrec recommend … --json` on the tiny world, parsed."""

    def run(*args):
        done = bookrec("recommend", *args, "--json", *on(built))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize("reader", range(1, tiny.READERS + 1))
def test_the_unread_book_of_the_loved_taste_comes_first(recommend, tmp_path, reader):
    file = tmp_path / "history.csv"
    rows = [(t, tiny.AUTHOR[t], n) for t, n in tiny.arrays(reader).items()]
    tiny.write_csv(file, "title,author,rating", *rows)
    found = recommend("-H", file, "--series", "any")
    sea, robot = tiny.withheld(reader)
    loved, other = (sea, robot) if reader % 2 == 0 else (robot, sea)
    assert [b["title"] for b in found] == [loved, other]
    assert found[0]["predicted_rating"] > 3.5 > 2.5 > found[1]["predicted_rating"]
    assert all(tiny.loves(reader, b["title"]) for b in found[0]["because"])


def test_every_described_book_may_come_once_and_nothing_else(recommend):
    """No other edition of the seed, no box set, no study guide, no book without a description."""
    everything = ("-n", "1000", "--series", "any", "--max-per-author", "99")
    found = recommend("The Patient Machine: How Robots Learned to Wait", *everything)
    titles = [b["title"] for b in found]
    assert sorted(titles) == sorted(set(tiny.AUTHOR) - {"The Patient Machine"})
    assert [b["rank"] for b in found] == list(range(1, 36))
    assert set(titles[:10]) <= set(tiny.ROBOT_TITLES)


@pytest.mark.parametrize(
    ("mode", "volumes"),
    [("next", {2.0}), ("first", set()), ("none", set()), ("any", {2.0, 3.0}), (None, {2.0})],
)
def test_the_series_option_decides_which_volumes_come(recommend, mode, volumes):
    options = ("--series", mode) if mode else ()
    found = recommend("A Storm of Salt", "-n", "99", "--max-per-author", "99", *options)
    assert {b["volume"] for b in found if b["series"]} == volumes


def test_filters_narrow_the_list(recommend):
    robots = recommend("Kelp", "--genre", "robots", "--exclude-author", "Vidal", "-n", "99")
    assert {b["author"] for b in robots} == {"Kei Tanaka", "J. R. Okoro"}
    assert len(robots) == 4  # two per author
    assert all("Robots" in b["genres"] for b in robots)
    early = recommend("Kelp", "--year", "1975-1980", "-n", "99")
    assert early
    assert {b["year"] for b in early} <= set(range(1975, 1981))


def test_a_low_rating_turns_the_list_to_the_other_taste(recommend):
    loved, hated = recommend("Kelp"), recommend("Kelp=1", "Rust=5")
    assert loved[0]["title"] in tiny.SEA_TITLES
    assert loved[0]["because"][0]["title"] == "Kelp"
    assert hated[0]["title"] in tiny.ROBOT_TITLES
    assert hated[0]["because"][0]["rating"] == 5.0


# --- many seeds, one list each ---------------------------------------------------------------


def test_titles_from_stdin_get_an_answer_per_line(bookrec, built):
    lines = "Kelp\nNo Such Book\n\nRust=1\nFog Horn\tPer Holt\t4\nKelp=9\n"
    fields = ("--fields", "title,author")
    done = bookrec("recommend", "--titles", "-", "-n", "2", *fields, *on(built), stdin=lines)
    assert done.returncode == 3
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    seeds = ["Kelp", "No Such Book", "Rust=1", "Fog Horn\tPer Holt\t4", "Kelp=9"]
    assert [a["seed"] for a in answers] == seeds
    assert ["error" in a for a in answers] == [False, True, False, False, True]
    assert [set(b) for b in answers[0]["recommendations"]] == [{"title", "author"}] * 2


def test_a_seed_of_a_list_gets_what_it_gets_alone(recommend, bookrec, built, tmp_path):
    alone = recommend("Kelp", "-n", "3")
    (tmp_path / "wanted.txt").write_text("Kelp\n")
    batch = ("recommend", "--titles", tmp_path / "wanted.txt", "-n", "3", *on(built))
    (listed,) = json.loads(bookrec(*batch, "--format", "json").stdout)
    assert listed["recommendations"] == alone
    flat = bookrec(*batch, "--format", "tsv", "--fields", "title")
    rows = [line.split("\t") for line in flat.stdout.splitlines()]
    assert rows == [["seed", "title"], *(["Kelp", b["title"]] for b in alone)]


# --- rows of a history that match no book ----------------------------------------------------


def test_unmatched_rows_are_written_to_a_file(bookrec, built, tmp_path):
    history = (
        "title,author,rating\nKelp,Ida Brandt,5\nA Book of Another World,Nobody,4\n"
        "Rust,Kei Tanaka,eleven\n"
    )
    path = tmp_path / "missed.csv"
    args = ("recommend", "--history", "-", "--unmatched", path, "-n", "1", "--json", *on(built))
    done = bookrec(*args, stdin=history)
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["because"][0]["title"] == "Kelp"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["title"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"A Book of Another World", "Rust"}
    assert (rows["A Book of Another World"]["line"], rows["Rust"]["line"]) == ("3", "4")
    assert rows["A Book of Another World"]["why"] == "unknown"
    assert "1 of 3" in done.stderr


def test_unmatched_rows_are_written_with_many_lists_and_need_a_history(bookrec, built, tmp_path):
    history, missed = tmp_path / "read.csv", tmp_path / "missed.csv"
    history.write_text("title,author,rating\nKelp,Ida Brandt,5\nA Stranger,Nobody,4\n", "utf-8")
    asked = ("recommend", "--titles", "-", "-n", "1", "--unmatched", missed, *on(built))
    done = bookrec(*asked, "--history", history, stdin="Soundings\nNo Such Book At All\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (3, 2)
    with missed.open(encoding="utf-8", newline="") as file:
        assert [(r["line"], r["title"]) for r in csv.DictReader(file)] == [("3", "A Stranger")]
    missed.unlink()
    for args in (asked, ("recommend", "Kelp", "--unmatched", missed, *on(built))):
        none = bookrec(*args, stdin="Soundings\n")
        assert (none.returncode, none.stdout, missed.exists()) == (2, "", False)
        assert "--history" in none.stderr


def test_a_history_without_a_known_book_is_an_unknown_title(bookrec, built):
    done = bookrec("recommend", "-H", "-", *on(built), stdin="title,rating\nSomething Else,5\n")
    assert (done.returncode, done.stdout) == (3, "")
