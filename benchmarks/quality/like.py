"""How many of the first ten books of `recommend --like` answer the request.

    python benchmarks/quality/like.py [WORKSPACE] [--show]

Without WORKSPACE, the built-in library. like_requests.toml holds the requests and what answers them
in any library, like_starter.toml the answers in the built-in library. A list's figure is the number
of its books that answer, divided by the number that could: at most ten, fewer where the library,
its series order and its caps leave fewer. --show prints the lists; + marks an answer.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import normal, series_named
from bookrec.config import Filters, ListOptions
from bookrec.errors import TitleError
from bookrec.histories.request import Request
from bookrec.model.book_encoder import Loader, load_encoder
from bookrec.prediction.caps import Caps, capped
from bookrec.prediction.series_order import SeriesProgress
from bookrec.stages import recommend
from bookrec.workspace.folder import Workspace
from bookrec.workspace.library import built_in

HERE = Path(__file__).parent
FIRST = 10


def fits(line: str, genres: set[str], text: str) -> bool:
    """Return whether an alternative of a line of like_requests.toml fits a book."""
    for alternative in line.split("|"):
        if alternative.startswith("g:"):
            if alternative[2:].lower() in genres:
                return True
        else:
            end = r"\b" if alternative.endswith(" ") else ""
            if re.search(rf"(?<!\w){re.escape(alternative.strip())}{end}", text):
                return True
    return False


def answers(request: dict[str, Any], book: Book) -> bool:
    """Return whether a book answers a request; what was judged by eye goes before the rules."""
    titles = {book.title, book.title.split(": ")[0]}
    if titles & set(request.get("good", ())) or titles & set(request.get("bad", ())):
        return bool(titles & set(request.get("good", ())))
    if titles & set(request.get("titles", ())) or set(book.authors) & set(
        request.get("authors", ())
    ):
        return True
    genres = {genre.lower() for genre in book.genres}
    text = " ".join([book.title, book.series or "", *book.genres, book.description]).lower()
    return not any(fits(line, genres, text) for line in request.get("none", ())) and all(
        fits(line, genres, text) for line in request["all"]
    )


def possible(catalogue: Catalogue, books: list[Book]) -> int:
    """Return how many of the books that answer a list of ten can have, after series and caps."""
    listable = set(catalogue.recommendable().nonzero()[0].tolist())
    of = {book.index: book for book in books if book.index in listable}
    caps = Caps(
        catalogue.ids().authors,
        lambda i: series_named(of[i].series, of[i].volume),
        lambda i: normal(of[i].title),
        SeriesProgress.of([]),
        ListOptions.series,
        ListOptions.max_per_author,
    )
    return len(capped(sorted(of), caps, FIRST))


def listed(workspace: Workspace, home: Path, load: Loader, text: str) -> list[Book]:
    """Return the first books for a request; none if nothing fits."""
    asked = (Request(like=text), Filters(), ListOptions(limit=FIRST))
    try:
        found = recommend.run(workspace, *asked, home, load).recommendations
    except TitleError:
        return []
    return [r.reasons.book for r in found]


def main() -> None:
    """Print each request with its answers, and the mean."""
    parser = argparse.ArgumentParser(description="How well recommend --like finds.")
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--show", action="store_true", help="print the lists")
    chosen = parser.parse_args()
    workspace = Workspace(chosen.workspace) if chosen.workspace else built_in()
    requests = tomllib.loads((HERE / "like_requests.toml").read_text("utf-8"))["request"]
    known = tomllib.loads((HERE / "like_starter.toml").read_text("utf-8"))
    load, shares = lru_cache(load_encoder), []
    with (
        tempfile.TemporaryDirectory() as home,
        Catalogue(workspace.need("catalogue.sqlite")) as catalogue,
    ):
        books = [b for b in catalogue.all_books() if b.described]
        for request in requests:
            if chosen.workspace:
                good = [b for b in books if answers(request, b)]
            else:
                titles = set(known[request["text"]])
                good = [b for b in books if {b.title, b.title.split(": ")[0]} & titles]
            found = listed(workspace, Path(home), load, request["text"])
            hits, could = [b for b in found if b in good], possible(catalogue, good)
            shares.append(min(1.0, len(hits) / max(1, could)))
            print(f"{len(hits):2} of {could:2}  {request['text']}", flush=True)
            for b in found if chosen.show else ():
                mark = "+" if b in hits else "-"
                print(f"      {mark} {b.title[:60]} by {b.author[:30]}, {', '.join(b.genres[:4])}")
    print(f"mean share of answers among the first ten: {sum(shares) / len(shares):.3f}")


if __name__ == "__main__":
    main()
