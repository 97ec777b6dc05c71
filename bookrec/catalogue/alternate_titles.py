"""Works published under two titles that share too few words for the rules of spelling.

A short table of facts, for the most read works.
"""

from __future__ import annotations

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import normal

# Author, title, alternate titles.
_ALTERNATES = (
    ("George Orwell", "Nineteen Eighty-Four", "1984"),
    ("Philip Pullman", "The Golden Compass", "Northern Lights"),
    ("Diana Gabaldon", "Outlander", "Cross Stitch"),
    ("Agatha Christie", "And Then There Were None", "Ten Little Indians"),
    ("Agatha Christie", "Murder on the Orient Express", "Murder in the Calais Coach"),
    ("Agatha Christie", "Five Little Pigs", "Murder in Retrospect"),
    ("Agatha Christie", "4:50 from Paddington", "What Mrs. McGillicuddy Saw!"),
    ("Agatha Christie", "Lord Edgware Dies", "Thirteen at Dinner"),
    ("Agatha Christie", "Hercule Poirot's Christmas", "A Holiday for Murder"),
    ("Primo Levi", "If This Is a Man", "Survival in Auschwitz"),
    ("Alfred Bester", "The Stars My Destination", "Tiger! Tiger!"),
    ("Anne Frank", "The Diary of a Young Girl", "The Diary of Anne Frank"),
    ("Thomas Keneally", "Schindler's List", "Schindler's Ark"),
    ("Albert Camus", "The Stranger", "The Outsider"),
    ("Marcel Proust", "In Search of Lost Time", "Remembrance of Things Past"),
    ("Fyodor Dostoyevsky", "Demons", "The Possessed", "The Devils"),
    ("Ben Aaronovitch", "Rivers of London", "Midnight Riot"),
)
_WORK = {
    (author_key(author), normal(name)): number
    for number, (author, *names) in enumerate(_ALTERNATES)
    for name in names
}


def alternate_work(authors: frozenset[str], title: str) -> str:
    """Return a key that is equal for the titles of one work in the table; "" for other titles.

    `authors` are author keys, `title` is a normalised title.
    """
    found = (_WORK.get((author, title)) for author in authors)
    return next((f"alternate {number}" for number in found if number is not None), "")
