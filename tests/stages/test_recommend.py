"""`recommend`: by words, by books outside the catalogue, and by several files."""

import pytest
import tiny

from bookrec.errors import TitleError, UsageError
from bookrec.stages import explain, recommend


def ask(built, tmp_path, loads, **options):
    def load(_):
        loads.append(1)
        return tiny.FakeEncoder()

    asked = tiny.ask(limit=5, series="any", **options)
    return recommend.run(built, *asked, tmp_path, load)


def titles_of(result):
    return [r.reasons.book.title for r in result.recommendations]


def test_an_unknown_book_with_a_description_is_a_seed_and_is_encoded_once(built, tmp_path):
    loads = []
    story = "A robot story of a machine, its maker and one small wire."
    options = {"seeds": (("My First Novel", None),), "description": story}
    found = ask(built, tmp_path, loads, **options)
    assert set(titles_of(found)[:3]) <= set(tiny.ROBOT_TITLES)
    because = found.recommendations[0].reasons.because
    assert [b.title for b in because] == ["My First Novel"]
    again = ask(built, tmp_path, loads, **options)
    assert titles_of(again) == titles_of(found)
    assert loads == [1]  # nothing is encoded the second time


def test_a_book_of_the_catalogue_keeps_its_own_description(built, tmp_path):
    seeds = (("Kelp", None),)
    found = ask(built, tmp_path, [], seeds=seeds, description="A robot story.")
    assert titles_of(found) == titles_of(ask(built, tmp_path, [], seeds=seeds))
    assert any("own description" in note for note in found.notes)
    with pytest.raises(UsageError, match="one title"):
        ask(built, tmp_path, [], description="Words without a title.")


def test_words_alone_rank_without_a_personal_part(built, tmp_path):
    found = ask(built, tmp_path, [], like="a robot, a machine and an engine")
    assert set(titles_of(found)) <= set(tiny.ROBOT_TITLES)
    for r in found.recommendations:
        assert (r.reasons.personal, r.reasons.because) == (0.0, ())
        assert r.reasons.predicted == r.reasons.expected
        assert r.reasons.likeness > 0.5
        assert r.reasons.matches


def test_what_does_not_fit_the_words_is_not_listed(built, tmp_path):
    with pytest.raises(TitleError, match="No book here fits 'asdfghjkl'") as refused:
        ask(built, tmp_path, [], like="asdfghjkl", seeds=(("Kelp", 5.0),))
    assert refused.value.exit_code == 3
    assert "--like" in refused.value.hint
    asked = tiny.ask(limit=99, series="any", like="robot machine engine")
    found = recommend.run(built, *asked, tmp_path, lambda _: tiny.FakeEncoder())
    assert titles_of(found)
    assert set(titles_of(found)) <= set(tiny.ROBOT_TITLES)
    why = explain.run(built, "Kelp", "", *asked, tmp_path, lambda _: tiny.FakeEncoder())
    assert [w.reason for w in why.why_not] == ["not_like"]


def test_words_outweigh_a_history(built, tmp_path):
    sea = {"seeds": (("Kelp", 5.0), ("Rust", 4.0))}
    steered = ask(built, tmp_path, [], like="robot machine engine", **sea)
    assert set(titles_of(steered)[:3]) <= set(tiny.ROBOT_TITLES)
    assert steered.recommendations[0].reasons.because


def test_a_history_without_a_liked_book_gets_a_note(built, tmp_path):
    remark = "You liked none of these"
    for seeds, noted in (((("Kelp", 1.0),), True), ((("Kelp", 1.0), ("Rust", 5.0)), False)):
        found = ask(built, tmp_path, [], seeds=seeds)
        assert any(remark in note for note in found.notes) is noted
        assert len(found.recommendations) == 5
    words = ask(built, tmp_path, [], seeds=(("Kelp", 1.0),), like="robot machine")
    assert not any(remark in note for note in words.notes)


def test_rows_outside_the_catalogue_count_by_their_description(built, tmp_path):
    rows = "title,author,rating,description\nKelp,Ida Brandt,2,\nThe Wire,Q. Nobody,5,{}\n"
    plain, described = rows.format(""), rows.format("A robot story of a machine and a wire.")
    loads = []
    unheard = ask(built, tmp_path, loads, history=plain.encode(), history_name="h.csv")
    assert loads == []
    assert any("how you rate" in note for note in unheard.notes)
    known = ask(built, tmp_path, loads, history=described.encode(), history_name="h.csv")
    assert loads == [1]
    assert set(titles_of(known)[:3]) <= set(tiny.ROBOT_TITLES)
    named = [b.title for r in known.recommendations for b in r.reasons.because]
    assert named == ["The Wire"] * 5
    assert [u.why for u in known.unmatched] == ["unknown"]
    encoded = ask(
        built,
        tmp_path,
        loads,
        history=b"title,author,rating\nThe Engine of Robots,Kei Tanaka,5\n",
        history_name="h.csv",
        encode_unknown=True,
    )
    assert set(titles_of(encoded)) <= set(tiny.ROBOT_TITLES)
    with pytest.raises(TitleError):
        ask(built, tmp_path, [], history=b"title,rating\nThe Engine of Robots,5\n")


def test_unknown_books_still_show_how_generous_a_reader_is(built, tmp_path):
    def personal(stars):
        rows = [f"Stranger {i},N. N.,{stars}" for i in range(8)]
        text = "\n".join(["title,author,rating", "Kelp,Ida Brandt,4", *rows])
        found = ask(built, tmp_path, [], history=text.encode(), history_name="h.csv")
        return found.recommendations[0].reasons.personal

    assert personal(5) > personal(3) > personal(1)


def test_a_book_in_file_and_profile_counts_once(built, tmp_path):
    """Inside the catalogue and out: the file's stars count, the profile's description is kept."""

    def rows(stars, description):
        text = f'Kelp,Ida Brandt,2,\n"The Wire (Wires, #2)",Q. Nobody,{stars},{description}\n'
        return f"title,author,rating,description\n{text}".encode()

    def reasons(**files):
        found = ask(built, tmp_path, [], **files).recommendations
        return [r.reasons.as_dict() for r in found]

    story = "A robot story of a machine and a wire."
    once = reasons(history=rows(5, ""))
    assert reasons(history=rows(5, ""), profile=rows(5, "")) == once
    both = reasons(history=rows(5, ""), profile=rows(2, story))
    assert both == reasons(history=rows(5, story)) != once


def test_of_two_rows_of_a_book_the_newer_stars_count(built, tmp_path):
    """Goodreads lists the newest first, others last. A row without stars removes none."""
    plain, goodreads = "title,author,rating,status,note", "Title,Author,My Rating,Shelf,Book Id"
    five, two = "Kelp,Ida Brandt,5,read,", '"Kelp (Sea, #1)",Ida Brandt,2,read,'
    unrated, wish = "Kelp,Ida Brandt,,read,", "Kelp,Ida Brandt,,to-read,"

    def rating(*lines, name="history"):
        found = ask(built, tmp_path, [], **{name: "\n".join(lines).encode()})
        return found.recommendations[0].reasons.because[0].rating

    assert rating(plain, five, two) == 2.0
    assert rating(goodreads, five, two) == 5.0
    assert rating(plain, five, two, name="profile") == 2.0
    for columns in (plain, goodreads):
        assert rating(columns, unrated, two, wish) == rating(columns, wish, two, unrated) == 2.0


def test_without_a_writable_cache_the_encoder_is_loaded_each_time(built, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    loads = []
    for _ in range(2):
        ask(built, tmp_path / "file", loads, like="a robot story")
    assert loads == [1, 1]


def test_novelty_and_diversity_change_the_list(built):
    def listed(**options):
        asked = tiny.ask(seeds=(("Kelp", None),), limit=6, series="any", **options)
        return recommend.run(built, *asked).recommendations

    def ratings(found):
        return sum(r.reasons.book.ratings_count for r in found) / len(found)

    def worlds(found):
        return {"Robots" in r.reasons.book.genres for r in found}

    assert ratings(listed(novelty=0.0)) > 3 * ratings(listed(novelty=1.0))
    assert worlds(listed(diversity=0.0)) == {False}
    assert worlds(listed(diversity=1.0)) == {False, True}


def test_a_set_is_listed_if_asked_for_no_part_is_read_and_without_its_parts(built, tmp_path):
    parts, box = {"A Storm of Salt", "Slack Water", "The Drowned Coast"}, "The Tide Box Set"

    def listed(seed, **options):
        asked = tiny.ask(limit=40, series="any", max_per_author=9, seeds=((seed, None),), **options)
        return titles_of(recommend.run(built, *asked, tmp_path, lambda _: tiny.FakeEncoder()))

    assert box not in listed("Kelp")
    with_box = listed("Kelp", kinds=("set",))
    assert (box in with_box) != bool(parts & set(with_box))
    assert box not in listed("Slack Water", kinds=("set",))
    assert parts - {"Slack Water"} <= set(listed("Slack Water", kinds=("set",)))
    read_box = listed(box, kinds=("set",))
    assert not parts & set(read_box)


def test_a_request_in_words_is_compared_once_for_all_lines_of_a_batch(built, tmp_path, monkeypatch):
    from bookrec.cli.parsing import parse_line
    from bookrec.prediction import taste

    compared = []
    monkeypatch.setattr(
        taste, "asked", lambda *a, asked=taste.asked: compared.append(1) or asked(*a)
    )
    asked = tiny.ask(limit=3, like="a robot, a machine and an engine")
    lines = iter(["Kelp", "Rust", "Iron Sleep"])
    made = recommend.run_batch(
        built, *asked, lines, parse_line, tmp_path, lambda _: tiny.FakeEncoder()
    )
    assert [len(found.recommendations) for _, found in made] == [3, 3, 3]
    assert compared == [1]
