"""What a request in words asks for."""

from bookrec.finder.concept_table import ENTRIES
from bookrec.finder.concepts import _stems, concepts, is_of_kind, wants_fiction


def typed(text, genres=()):
    return [c.typed for c in concepts(text, genres)]


def test_a_request_is_cut_into_concepts_without_filler_words():
    assert typed("I would like to read a funny story about dragons") == ["funny", "dragons"]
    assert typed("a slow first-contact story") == ["slow", "first contact"]
    assert typed("asdfghjkl") == ["asdfghjkl"]  # unknown words count too
    assert typed("the books, and a novel!") == []


def test_a_concept_has_words_of_the_same_meaning_and_genres():
    (heist,) = concepts("heists")
    assert "thief" in heist.related
    assert "heist" not in heist.related
    assert (heist.genres, heist.wider) == ((), ("crime",))
    first, second = concepts("melancholy vampires")
    assert (first.mood, second.mood) == (True, False)
    assert second.genres == ("vampires",)


def test_phrases_go_before_their_words_and_genres_of_the_catalogue_are_known():
    assert typed("science fiction of the cold war") == ["science fiction", "cold war"]
    assert concepts("weird west tales", ["Weird West"])[0].genres == ("weird west",)
    assert typed("weird west tales") == ["weird", "west"]
    assert typed("detective and sleuth") == ["detective"]  # one thing, asked for twice


def test_fiction_or_not():
    asked = ("a novel about Rome", "a history of Rome", "a true story of survival", "Rome")
    assert [wants_fiction(text) for text in asked] == [True, False, False, None]
    for genres, kinds in (
        ({"history", "nonfiction"}, (False, True)),
        ({"fiction", "history"}, (True, False)),
        ({"philosophy"}, (False, True)),
        ({"fiction", "nonfiction"}, (False, True)),
        ({"animals"}, (True, True)),
        (set(), (True, True)),
    ):
        assert (is_of_kind(genres, True), is_of_kind(genres, False)) == kinds, genres


def test_no_phrase_stands_in_the_table_twice():
    """The second line would hide the first."""
    lines = ENTRIES.strip().replace("\n  ", " ").splitlines()
    phrases = [_stems(p) for x in lines for p in x.lstrip("*").partition(":")[0].split(",")]
    assert sorted(phrases) == sorted(set(phrases))
