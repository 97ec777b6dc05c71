"""One spelling a person."""

from tiny import edition

from bookrec.catalogue.same_person import one_spelling


def names(*editions):
    return [e.authors for e in one_spelling(editions)]


def test_spellings_and_scripts_of_one_person_become_the_most_rated_latin_one():
    found = names(
        edition("Crime and Punishment", "Fyodor Dostoyevsky", ratings=900),
        edition("Crime and Punishment", "Fyodor Mikhailovich Dostoevsky", ratings=5),
        edition("Crime and Punishment", "Фёдор Достоевский", ratings=1000),
        edition("Sons and Lovers", "D. H. Lawrence", ratings=9),
        edition("Sons and Lovers", "David Herbert Lawrence", ratings=3),
        edition("Kangaroo", "David Herbert Lawrence", ratings=1),
    )
    assert found == [("Fyodor Dostoyevsky",)] * 3 + [("D. H. Lawrence",)] * 3


def test_two_people_stay_two():
    pairs = [
        ("Rust", ("Ann Tanaka",), "Iron", ("Abe Tanaka",)),  # no title in common
        ("Rust", ("Ann Tanaka",), "Rust", ("Kei Tanaka",)),  # other first names
        ("Rust", ("Ann Tanaka", "Abe Tanaka"), "Rust", ("Abe Tanaka",)),  # authors together
        ("Rust", ("Ann Marlow",), "Rust", ("Ann Tanaka",)),  # other last names
        ("Rust", ("Ann Marlow",), "Iron", ("Ann Marlow III",)),  # one key, two people
    ]
    for one, first, other, second in pairs:
        assert names(edition(one, *first), edition(other, *second)) == [first, second]


def test_a_name_in_two_scripts_on_one_edition_is_one_author():
    assert names(edition("Diary", "Helen Fielding", "Хелен Филдинг")) == [("Helen Fielding",)]
