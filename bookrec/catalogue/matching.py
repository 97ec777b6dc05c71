"""Ratings' titles → works. A title that cannot be told is left out rather than guessed.

The ratings name a book by title alone. In order: the same normal title; one author-less reading of
series and volume; the same title without subtitle; then rapidfuzz within blocks. A volume or a
number that differs vetoes every one of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, Title, normal, parse_title, same_series
from bookrec.catalogue.works import Work, all_series, series_conflict, titles_of

# Of several works with one title, the most rated takes it when it has this many times the ratings
# of the next: then a reader who names the title alone means it in at least three of four cases.
RATED_DOMINANCE = 3.0
FUZZY_RATIO = 90.0  # rapidfuzz ratio over normal titles, 0 to 100
_MIN_FUZZY_LENGTH = 12  # characters; shorter titles differ by one letter and are two books
_COMMON_WORD = 5  # a word in this many descriptions is a word of the language, not a slip
_READ_BY_MANY = 1000  # ratings: a misspelt title is one that many have read
_MAX_BLOCK = 4000
_STOP = frozenset("a,an,the,of,and,or,in,on,to,for,from,with,by,is,at,as".split(","))
_NONFICTION = frozenset(
    (
        "Nonfiction,History,Biography,Memoir,Autobiography,Science,Business,Psychology,Philosophy,"
        "Politics,Religion,Travel,Essays,Economics,Cookbooks,Art,Music,Parenting,Education,"
        "Self Help,Personal Development"
    ).split(",")
)
# Words of subtitles that fit any book: only the others can tell that a description is its own.
_IDLE_SUBTITLE = frozenset(
    (
        "from,with,that,this,what,your,their,about,into,story,stories,life,memoir,novel,true,"
        "history,guide,biography,autobiography,journey,world,book,other,through,essays,tales"
    ).split(",")
)


@dataclass(frozen=True)
class TitleMatch:
    """`work` is the index of the work, None when there is none; `how` is one of `MATCHED_BY`."""

    work: int | None
    how: str


MATCHED_BY = ("exact", "volume", "subtitle", "fuzzy", "ambiguous", "unknown")


@dataclass(frozen=True)
class _Entry:
    work: int
    title: Title
    series: tuple[Series, ...]
    ratings: int


def vocabulary_of(works: Iterable[Work]) -> Counter[str]:
    """How many works have each word in title or description."""
    found: Counter[str] = Counter()
    for work in works:
        found.update(set(normal(f"{work.title} {work.description}").split()))
    return found


class TitleMatcher:
    """An index over the works' titles; `match` is a pure function of the title."""

    def __init__(self, works: Sequence[Work], vocabulary: Counter[str] | None = None) -> None:
        """`vocabulary` is `vocabulary_of(works)`, when it is known already."""
        self.works = works
        self.vocabulary = vocabulary_of(works) if vocabulary is None else vocabulary
        self.by_full: dict[str, list[_Entry]] = defaultdict(list)
        self.by_core: dict[str, list[_Entry]] = defaultdict(list)
        self.by_volume: dict[tuple[str, float], list[_Entry]] = defaultdict(list)
        self.authors_of_series: dict[str, Counter[str]] = defaultdict(Counter)
        in_block: dict[str, list[str]] = defaultdict(list)
        for number, work in enumerate(works):
            self._add(number, work, in_block)
        self.blocks = {b: f for b, f in in_block.items() if len(f) <= _MAX_BLOCK}

    def _add(self, number: int, work: Work, in_block: dict[str, list[str]]) -> None:
        series = all_series(work)
        for key in {s.key for s in series}:
            self.authors_of_series[key].update(author_key(a) for a in work.authors[:1])
        for title in titles_of(work):
            entry = _Entry(number, title, series, work.ratings_count)
            self.by_full[title.full].append(entry)
            self.by_core[title.core].append(entry)
            for block in _block_keys(title.full):
                in_block[block].append(title.full)
        if work.kind == "book":
            for s in series:
                if s.volume is not None:
                    title = next(titles_of(work))
                    self.by_volume[s.key, s.volume].append(
                        _Entry(number, title, series, work.ratings_count)
                    )

    def match(self, raw: str, exactly: bool = False) -> TitleMatch:
        """The work a rating's title means, and how it was found; `exactly` tries the first way."""
        title = parse_title(raw)
        steps: list[tuple[str, Callable[[Title], list[_Entry]]]] = [
            ("exact", self._exact),
            ("volume", self._same_volume),
            ("subtitle", self._subtitle),
            ("fuzzy", self._fuzzy),
        ]
        for how, find in steps[:1] if exactly else steps:
            found = [e for e in find(title) if not _vetoed(title, e) and self._may_write(title, e)]
            if found:
                chosen = _dominant(found, title)
                return (
                    TitleMatch(chosen, how) if chosen is not None else TitleMatch(None, "ambiguous")
                )
        return TitleMatch(None, "unknown")

    def _may_write(self, title: Title, entry: _Entry) -> bool:
        """False when the title names a series that is known to be somebody else's."""
        authors = {author_key(a) for a in self.works[entry.work].authors}
        for s in title.series:
            known = self.authors_of_series.get(s.key, Counter())
            if known.total() >= 2 and len(known) <= 2 and not authors & set(known):
                return False
        return True

    def match_all(
        self, titles: Iterable[str], advance: Callable[[], None] | None = None
    ) -> dict[str, TitleMatch]:
        """`match` of each title."""
        found = {}
        for raw in titles:
            found[raw] = self.match(raw)
            if advance is not None:
                advance()
        return found

    def _exact(self, title: Title) -> list[_Entry]:
        return self.by_full.get(title.full, [])

    def _same_volume(self, title: Title) -> list[_Entry]:
        """The volume of the series that the title names, when the words agree too."""
        found = []
        for s in title.series:
            if s.volume is None:
                continue
            for e in self.by_volume.get((s.key, s.volume), []):
                mine, other = _content(title, s), _content(e.title, s)
                subset = set(mine) <= set(other) or set(other) <= set(mine)
                alike = fuzz.token_sort_ratio(" ".join(mine), " ".join(other)) >= 80
                if mine and other and (alike or (subset and min(len(mine), len(other)) > 1)):
                    found.append(e)
        return found

    def _subtitle(self, title: Title) -> list[_Entry]:
        """One of both carries a subtitle that the other leaves out, or they nearly agree."""
        found = self.by_core.get(title.core, [])
        subtitles = {e.title.subtitle for e in found} - {""}
        return [
            e
            for e in found
            if (
                fuzz.token_sort_ratio(e.title.subtitle, title.subtitle) >= 85
                if e.title.subtitle and title.subtitle
                else len(subtitles) <= 1 and self._bare_core_tells(title, e)
            )
        ]

    def _bare_core_tells(self, title: Title, entry: _Entry) -> bool:
        """Whether the title without subtitle is telling enough for a match on it alone.

        "Hollow City: The Siege of San Francisco" is not the novel; a subtitle belongs to
        nonfiction, or the words before it are many.
        """
        articles = {t.shown.split()[0].lower() for t in (title, entry.title)} & {"the", "a", "an"}
        if bool(title.series) != bool(entry.series) or len(articles) > 1:
            return False
        work = self.works[entry.work]
        genres = set(work.genres)
        factual = bool(genres & _NONFICTION) and "Fiction" not in genres
        if len(title.core.split()) < (2 if factual else 6):
            return False
        told = {w[:5] for w in normal(f"{work.title} {work.description}").split()}
        words = [w for w in title.subtitle.split() if len(w) > 3 and w not in _IDLE_SUBTITLE]
        shared = sum(w[:5] in told for w in words)
        return entry.ratings >= _READ_BY_MANY if not words else shared >= max(2, len(words) / 2)

    def _fuzzy(self, title: Title) -> list[_Entry]:
        if len(title.full) < _MIN_FUZZY_LENGTH or " " not in title.full:
            return []
        blocks = [self.blocks.get(block, []) for block in _block_keys(title.full)]
        near = list(dict.fromkeys(chain.from_iterable(blocks)))
        close = process.extract(
            title.full, near, scorer=fuzz.ratio, score_cutoff=FUZZY_RATIO, limit=5
        )
        for full, _, _ in close:
            good = [e for e in self.by_full[full] if not _vetoed(title, e)]
            good = [e for e in good if bool(e.series) == bool(title.series)]
            good = [e for e in good if e.ratings >= _READ_BY_MANY]
            if good and self._same_words(title.full, full):
                return good
        return []

    def _same_words(self, a: str, b: str) -> bool:
        """Whether two titles differ only by slips: "colour"/"color", never "winter"/"winner".

        Two words of the language are a difference of meaning, "Daughter"/"Daughters" too; a word
        that no description holds is a slip or another spelling.
        """
        left, right = a.split(), b.split()
        long = len(left) >= 4
        for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            x, y = left[i:j], right[k:m]
            if tag == "equal" or (long and "".join(x) == "".join(y)):
                continue  # "fist fight" and "fistfight"
            if long:
                x, y = [w for w in x if w not in _STOP], [w for w in y if w not in _STOP]
            if len(x) != len(y) or not all(map(self._same_word, x, y)):
                return False
        return True

    def _same_word(self, x: str, y: str) -> bool:
        if _american(x) == _american(y):
            return True
        if min(len(x), len(y)) < 5 or x[0] != y[0] or not (x + y).isalpha():
            return False
        rare = min(self.vocabulary[x], self.vocabulary[y]) < _COMMON_WORD
        return rare and OSA.distance(x, y) == 1 and x.rstrip("s") != y.rstrip("s")


def _content(title: Title, series: Series) -> list[str]:
    """The words of a title that neither are small words nor name the series."""
    idle = _STOP | set(series.key.split())
    return [w for w in title.full.split() if w not in idle]


def _american(word: str) -> str:
    for british, american in (("our", "or"), ("ise", "ize"), ("ller", "ler"), ("grey", "gray")):
        word = word.replace(british, american)
    return word


def _block_keys(full: str) -> tuple[str, ...]:
    words = [w for w in full.split() if w not in _STOP] or full.split()
    return (f"<{words[0][:3]}", f">{words[-1][-4:]}", f"={max(words, key=len)}")


def _vetoed(title: Title, entry: _Entry) -> bool:
    other = entry.title
    if title.kind != other.kind or title.number != other.number:
        return True
    if title.digits != other.digits and title.full != other.full:
        return True
    if series_conflict(title.series, entry.series):
        # one title in two orders of one series (Narnia) is still that title
        return title.full != other.full or any(same_series(s.key, title.core) for s in title.series)
    # "Legend (Legend, #1)" is not the Legend of The Drenai Saga
    return bool(title.series and entry.series) and not related_series(title.series, entry.series)


def related_series(a: Sequence[Series], b: Sequence[Series]) -> bool:
    """Whether some series of `a` and some series of `b` have the same or a very similar name."""
    return any(
        same_series(x.key, y.key) or fuzz.token_set_ratio(x.key, y.key) >= 80 for x in a for y in b
    )


def _dominant(entries: Sequence[_Entry], title: Title) -> int | None:
    """The one work among the entries that a reader means, None when it cannot be told."""
    if title.series:
        tied = [e for e in entries if e.series and related_series(title.series, e.series)]
        entries = tied or entries
    ratings = {e.work: e.ratings for e in entries}
    ranked = sorted(ratings, key=lambda w: (-ratings[w], w))
    if len(ranked) == 1 or ratings[ranked[0]] >= RATED_DOMINANCE * max(1, ratings[ranked[1]]):
        return ranked[0]
    return None
