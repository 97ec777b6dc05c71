"""Which entries of the user's history are about one book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from bookrec.catalogue.people import author_key, author_matches
from bookrec.catalogue.titles import parse_title
from bookrec.errors import AmbiguousTitleError, TitleError
from bookrec.histories.profile import Entry
from bookrec.histories.reading import WorkKey, uncatalogued_book, work_key
from bookrec.histories.row_matching import RowMatcher

Name = tuple[str, str, float | None]  # normal title, author key, volume


class EntriesByBook:
    """The entries of a history, grouped by book.

    The catalogue decides which entries are one book, and another catalogue may decide differently.
    So the entries of a book are only merged if their names agree. A new rating moves its entry
    behind the others of its book, because `match_history` uses the last one.
    """

    def __init__(self, matcher: RowMatcher, entries: Sequence[Entry]) -> None:
        self._matcher = matcher
        self._books: dict[WorkKey, dict[Name, Entry]] = defaultdict(dict)
        self.update(entries)

    @property
    def entries(self) -> list[Entry]:
        """All entries, those of one book next to each other."""
        return [entry for named in self._books.values() for entry in named.values()]

    def update(
        self,
        entries: Sequence[Entry],
        merge: Callable[[Entry, Entry], Entry] = Entry.merged_with,
    ) -> list[tuple[Entry | None, Entry]]:
        """Add entries, the newest last, or merge them into the entries they update.

        Return every entry that `entries` refer to: before (None if it is new) and after.
        """
        by_book: dict[WorkKey, list[Entry]] = defaultdict(list)
        for entry in entries:
            book = self._matcher.match(entry.row).book
            by_book[work_key(book or uncatalogued_book(entry.title, entry.author))].append(entry)
        before: dict[tuple[WorkKey, Name], Entry | None] = {}
        for key, new in by_book.items():
            named = self._books[key]
            taken = {_name(entry) for entry in new}
            for entry in new:
                name = _target_name(_name(entry), named, taken)
                old = named.get(name)
                if entry.rating is not None or (old and old.rating is None):
                    named.pop(name, None)  # to insert it last
                named[name] = merge(old, entry) if old else entry
                before.setdefault((key, name), old)
        return [(old, self._books[key][name]) for (key, name), old in before.items()]


def _target_name(name: Name, named: Mapping[Name, Entry], taken: set[Name]) -> Name:
    """Return the name of the existing entry that a new one updates, or `name` if there is none.

    That is the entry of the same name. Otherwise it is the last one that no other new entry
    updates, preferably one whose name agrees; its name is then added to `taken`.
    """
    if name in named:
        return name
    free = [other for other in named if other not in taken]
    agreeing = [other for other in free if _agree(other, name)]
    unclaimed = [other for other in free if not any(_agree(other, one) for one in taken)]
    found = (agreeing or unclaimed or [name])[-1]
    taken.add(found)
    return found


def entries_named(entries: Sequence[Entry], title: str, author: str = "") -> list[Entry]:
    """Return the entries of the one book with this title, and author if given.

    Raises:
        TitleError: no entry has this title and author.
        AmbiguousTitleError: entries of several books do.
    """
    typed = parse_title(title)
    found = (
        [e for e in entries if typed.full == parse_title(e.title).full]
        or [e for e in entries if typed.full in _titles(e)]
        or [e for e in entries if typed.core in _titles(e)]
    )
    if author:
        found = [e for e in found if author_matches(author, e.author)]
    if not found:
        raise TitleError(f"No {title!r} in your history.", "See `bookrec history list`.")
    if not _one_book(found):
        found = [e for e in found if e.title == title] or found
    if not _one_book(found):
        raise AmbiguousTitleError(
            f"{title!r} could be one of {len(found)}.",
            "Type one of these titles in full, or add --author:",
            tuple(f"{e.title} by {e.author}" if e.author else e.title for e in found),
        )
    return found


def _name(entry: Entry) -> Name:
    title = parse_title(entry.title)
    volumes = [s.volume for s in title.series if s.volume is not None]
    return title.full, author_key(entry.author), volumes[0] if volumes else None


def _titles(entry: Entry) -> tuple[str, str]:
    title = parse_title(entry.title)
    return title.full, title.core


def _agree(one: Name, other: Name) -> bool:
    """Whether title and author are equal, and the volumes are equal or one is unknown."""
    return one[:2] == other[:2] and (one[2] == other[2] or None in (one[2], other[2]))


def _one_book(entries: Sequence[Entry]) -> bool:
    return all(_agree(_name(a), _name(b)) for a, b in combinations(entries, 2))
