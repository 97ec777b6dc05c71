"""What each method predicts from, as the page and the table of `evaluate` describe it."""

from __future__ import annotations

STAR_METHODS = {
    "mean": "The book's mean rating, shrunk towards the site-wide mean.",
    "reader_mean": "The reader's mean rating, the same for every book.",
    "bias": "The book's mean, the reader's offset from such means, and loyalty to series and "
    "author.",
    "text": "The bias model and the reader's own taste, with unprojected text vectors.",
    "personal": "The bias model and the reader's own taste, with the trained book vectors.",
}
LIST_METHODS = {
    "popularity": "The books that most known readers have read.",
    "itemknn": "Nearest neighbours of the history's books, by the readers they share.",
    "ease": "A ridge regression of each book on all others (Steck 2019).",
    "text": "bookrec's score with unprojected text vectors.",
    "personal": "bookrec's score with the trained book vectors.",
    "shown": "The same list after the rules on series order, authors and repeated titles: "
    "what recommend prints.",
}
