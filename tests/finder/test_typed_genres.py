"""Genres by the meaning of what is typed. The known names are Goodreads'."""

import pytest

from bookrec.finder.typed_genres import genres_meant

KNOWN = (
    "Adventure,Alternate History,Artificial Intelligence,Biography,Childrens,Christian,"
    "Christian Fiction,Classics,Comics,Cookbooks,Cooking,Crime,Dystopia,Epic Fantasy,Espionage,"
    "Fairy Tales,Fantasy,Feminism,Fiction,French Literature,Gay,Graphic Novels,"
    "Hard Science Fiction,Historical,Historical Fiction,History,Humor,LGBT,Literary Fiction,"
    "Magical Realism,Mathematics,Memoir,Mystery,Mystery Thriller,New Adult,Nonfiction,"
    "Novels,Paranormal Romance,Picture Books,Plays,Poetry,Politics,Post Apocalyptic,Queer,Romance,"
    "Science,Science Fiction,Science Fiction Fantasy,Short Stories,Social Science,Star Wars,"
    "Theatre,Thriller,Time Travel,Travel,True Crime,Vampires,War,Werewolves,Westerns,"
    "World War II,Young Adult,Young Adult Fantasy,Adult"
).split(",")


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("Mathematics", "Mathematics"),
        ("Maths", "Mathematics"),
        ("math", "Mathematics"),
        ("sci-fi", "Science Fiction,Hard Science Fiction"),
        ("SF", "Science Fiction,Hard Science Fiction"),
        ("hard sf", "Hard Science Fiction"),
        ("SFF", "Science Fiction Fantasy"),
        ("kids", "Childrens"),
        ("Children's books", "Childrens"),
        ("YA", "Young Adult"),
        ("YA fantasy", "Young Adult Fantasy"),
        ("Adult", "Adult"),
        ("biographies", "Biography"),
        ("memoirs", "Memoir"),
        ("non fiction", "Nonfiction"),
        ("Non-Fiction", "Nonfiction"),
        ("graphic novel", "Graphic Novels"),
        ("novels", "Novels"),
        ("comic books", "Comics"),
        ("LGBTQ+", "LGBT,Queer,Gay"),
        ("true-crime", "True Crime"),
        ("crime novels", "Crime"),
        ("cookery", "Cookbooks,Cooking"),
        ("humour", "Humor"),
        ("humorous", "Humor"),
        ("WWII", "World War II"),
        ("world war 2", "World War II"),
        ("war", "War,World War II"),
        ("history", "History"),
        ("historical novels", "Historical,Historical Fiction"),
        ("fantasy", "Fantasy,Epic Fantasy,Young Adult Fantasy"),
        ("romance", "Romance,Paranormal Romance"),
        ("mysteries", "Mystery,Mystery Thriller"),
        ("science", "Science"),
        ("travel", "Travel"),
        ("french", "French Literature"),
        ("literary", "Literary Fiction"),
        ("werewolf", "Werewolves"),
        ("books about vampires", "Vampires"),
        ("western", "Westerns"),
        ("short story", "Short Stories"),
        ("poems", "Poetry"),
        ("theater", "Theatre,Plays"),
        ("dystopian", "Dystopia"),
        ("post-apocalypse", "Post Apocalyptic"),
        ("magic realism", "Magical Realism"),
        ("fairytales", "Fairy Tales"),
        ("spy", "Espionage"),
        ("political", "Politics"),
        ("AI", "Artificial Intelligence"),
        ("klingon", ""),
        ("", ""),
    ],
)
def test_a_typed_genre_means(typed, means):
    assert genres_meant(typed, KNOWN) == frozenset(filter(None, means.split(",")))
