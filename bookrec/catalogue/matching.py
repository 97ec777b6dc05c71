"""Match the titles in the ratings to works. An ambiguous title is left out, not guessed.

The ratings name a book by title only. The steps, in order: equal normalised titles; the same series
and volume; equal titles without subtitles; fuzzy matching within blocks. A different volume,
number or kind (book, set, guide) vetoes a match at every step.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bookrec.catalogue.alternate_titles import alternate_titles
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, Title, normal, parse_title, same_series
from bookrec.catalogue.works import Work, all_series, series_conflict, titles_of

# Of several works with one title, the most rated is chosen if it has this many times the ratings
# of the next. About three of four readers who give only the title then mean this work.
RATED_DOMINANCE = 3.0
FUZZY_RATIO = 90.0  # rapidfuzz ratio of normalised titles, 0 to 100
_MIN_FUZZY_LENGTH = 12  # characters; shorter titles that differ by one letter are two books
_COMMON_WORD = 5  # works; a word in the title or description of this many is not a typo
_MANY_RATINGS = 1000  # only well-known works are matched on weak evidence
_MAX_BLOCK = 4000  # titles; larger blocks are skipped
_STOPWORDS = frozenset("a,an,the,of,and,or,in,on,to,for,from,with,by,is,at,as".split(","))
_NONFICTION_GENRES = frozenset(
    (
        "Nonfiction,History,Biography,Memoir,Autobiography,Science,Business,Psychology,Philosophy,"
        "Politics,Religion,Travel,Essays,Economics,Cookbooks,Art,Music,Parenting,Education,"
        "Self Help,Personal Development"
    ).split(",")
)
# Words that fit the subtitle of any book. Only other words can link a subtitle to a description.
_SUBTITLE_STOPWORDS = frozenset(
    (
        "from,with,that,this,what,your,their,about,into,story,stories,life,memoir,novel,true,"
        "history,guide,biography,autobiography,journey,world,book,other,through,essays,tales"
    ).split(",")
)


@dataclass(frozen=True)
class TitleMatch:
    """The result for one title: the index of the work, or None, and one of `MATCH_OUTCOMES`."""

    work: int | None
    outcome: str


MATCH_OUTCOMES = ("exact", "volume", "subtitle", "fuzzy", "ambiguous", "unknown")


@dataclass(frozen=True)
class _Entry:
    work: int
    title: Title
    series: tuple[Series, ...]
    ratings: int


def vocabulary_of(works: Iterable[Work]) -> Counter[str]:
    """Return in how many works' titles or descriptions each word occurs."""
    found: Counter[str] = Counter()
    for work in works:
        found.update(set(normal(f"{work.title} {work.description}").split()))
    return found


class TitleMatcher:
    """An index of the works' titles. Matches do not depend on each other."""

    def __init__(self, works: Sequence[Work], vocabulary: Counter[str] | None = None) -> None:
        """`vocabulary` is `vocabulary_of(works)`, if already computed."""
        self.works = works
        self.vocabulary = vocabulary_of(works) if vocabulary is None else vocabulary
        self.by_full: dict[str, list[_Entry]] = defaultdict(list)
        self.by_core: dict[str, list[_Entry]] = defaultdict(list)
        self.by_volume: dict[tuple[str, float], list[_Entry]] = defaultdict(list)
        self.authors_of_series: dict[str, Counter[str]] = defaultdict(Counter)
        in_block: dict[str, list[str]] = defaultdict(list)
        for number, work in enumerate(works):
            self._add(number, work, in_block)
        self._add_alternates()
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

    def _add_alternates(self) -> None:
        """Add the titles of the table of alternate titles that no other work has."""
        for number, titles in alternate_titles(self.works).items():
            work = self.works[number]
            for title in titles:
                if title.full not in self.by_full and title.full not in self.by_core:
                    # the title is the book's, whatever its words look like, and a translation's
                    # series has another name
                    named = replace(title, kind=work.kind)
                    entry = _Entry(number, named, (), work.ratings_count)
                    self.by_full[title.full].append(entry)

    def match(self, raw: str, exact_only: bool = False) -> TitleMatch:
        """Match a title as printed in the ratings; `exact_only` tries the first step only."""
        title = parse_title(raw)
        steps: list[tuple[str, Callable[[Title], list[_Entry]]]] = [
            ("exact", self._exact),
            ("volume", self._same_volume),
            ("subtitle", self._subtitle),
            ("fuzzy", self._fuzzy),
        ]
        for outcome, find in steps[:1] if exact_only else steps:
            found = [e for e in find(title) if not _conflicts(title, e)]
            found = [e for e in found if self._series_fits_author(title, e)]
            if found:
                chosen = _dominant(found, title)
                return TitleMatch(chosen, "ambiguous" if chosen is None else outcome)
        return TitleMatch(None, "unknown")

    def _series_fits_author(self, title: Title, entry: _Entry) -> bool:
        """False if the title names a series that is known to belong to other authors."""
        authors = {author_key(a) for a in self.works[entry.work].authors}
        for s in title.series:
            known = self.authors_of_series.get(s.key, Counter())
            if known.total() >= 2 and len(known) <= 2 and not authors & set(known):
                return False
        return True

    def match_all(
        self, titles: Iterable[str], advance: Callable[[], None] | None = None
    ) -> dict[str, TitleMatch]:
        """Match each title; `advance` is called after each."""
        found = {}
        for raw in titles:
            found[raw] = self.match(raw)
            if advance is not None:
                advance()
        return found

    def _exact(self, title: Title) -> list[_Entry]:
        return self.by_full.get(title.full, [])

    def _same_volume(self, title: Title) -> list[_Entry]:
        """Works with the series and volume that the title names, if the titles share words."""
        found = []
        for s in title.series:
            if s.volume is None:
                continue
            for e in self.by_volume.get((s.key, s.volume), []):
                own, other = _content_words(title, s), _content_words(e.title, s)
                subset = set(own) <= set(other) or set(other) <= set(own)
                similar = fuzz.token_sort_ratio(" ".join(own), " ".join(other)) >= 80
                if own and other and (similar or (subset and min(len(own), len(other)) > 1)):
                    found.append(e)
        return found

    def _subtitle(self, title: Title) -> list[_Entry]:
        """Works with the same title, where the subtitles nearly agree or one is missing."""
        found = self.by_core.get(title.core, [])
        subtitles = {e.title.subtitle for e in found} - {""}
        return [
            e
            for e in found
            if (
                fuzz.token_sort_ratio(e.title.subtitle, title.subtitle) >= 85
                if e.title.subtitle and title.subtitle
                else len(subtitles) <= 1 and self._core_is_specific(title, e)
            )
        ]

    def _core_is_specific(self, title: Title, entry: _Entry) -> bool:
        """Whether the title without its subtitle is specific enough to match on its own.

        "Hollow City: The Siege of San Francisco" is not the novel "Hollow City". So the work must
        be nonfiction, where subtitles are common, or the title must be long.
        """
        articles = {t.shown.split()[0].lower() for t in (title, entry.title)} & {"the", "a", "an"}
        if bool(title.series) != bool(entry.series) or len(articles) > 1:
            return False
        work = self.works[entry.work]
        genres = set(work.genres)
        factual = bool(genres & _NONFICTION_GENRES) and "Fiction" not in genres
        if len(title.core.split()) < (2 if factual else 6):
            return False
        described = {w[:5] for w in normal(f"{work.title} {work.description}").split()}
        words = [w for w in title.subtitle.split() if len(w) > 3 and w not in _SUBTITLE_STOPWORDS]
        shared = sum(w[:5] in described for w in words)
        return entry.ratings >= _MANY_RATINGS if not words else shared >= max(2, len(words) / 2)

    def _fuzzy(self, title: Title) -> list[_Entry]:
        if len(title.full) < _MIN_FUZZY_LENGTH or " " not in title.full:
            return []
        blocks = [self.blocks.get(block, []) for block in _block_keys(title.full)]
        near = list(dict.fromkeys(chain.from_iterable(blocks)))
        close = process.extract(
            title.full, near, scorer=fuzz.ratio, score_cutoff=FUZZY_RATIO, limit=5
        )
        for full, _, _ in close:
            good = [e for e in self.by_full[full] if not _conflicts(title, e)]
            good = [e for e in good if bool(e.series) == bool(title.series)]
            good = [e for e in good if e.ratings >= _MANY_RATINGS]
            if good and self._only_typos_differ(title.full, full):
                return good
        return []

    def _only_typos_differ(self, a: str, b: str) -> bool:
        """Whether two titles differ only in typos or spelling: "color", but not "winter"/"winner".

        Two common words differ in meaning, as do "Daughter" and "Daughters". A word that hardly
        any work uses is a typo or another spelling.
        """
        left, right = a.split(), b.split()
        long = len(left) >= 4
        for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            x, y = left[i:j], right[k:m]
            if tag == "equal" or (long and "".join(x) == "".join(y)):
                continue  # "fist fight" and "fistfight"
            if long:
                x, y = [w for w in x if w not in _STOPWORDS], [w for w in y if w not in _STOPWORDS]
            if len(x) != len(y) or not all(map(self._same_word_or_typo, x, y)):
                return False
        return True

    def _same_word_or_typo(self, x: str, y: str) -> bool:
        if _american_spelling(x) == _american_spelling(y):
            return True
        if min(len(x), len(y)) < 5 or x[0] != y[0] or not (x + y).isalpha():
            return False
        rare = min(self.vocabulary[x], self.vocabulary[y]) < _COMMON_WORD
        return rare and OSA.distance(x, y) == 1 and x.rstrip("s") != y.rstrip("s")


def _content_words(title: Title, series: Series) -> list[str]:
    """The words of a title without stopwords and the words of the series' name."""
    ignored = _STOPWORDS | set(series.key.split())
    return [w for w in title.full.split() if w not in ignored]


def _american_spelling(word: str) -> str:
    for british, american in (("our", "or"), ("ise", "ize"), ("ller", "ler"), ("grey", "gray")):
        word = word.replace(british, american)
    return word


def _block_keys(full: str) -> tuple[str, ...]:
    words = [w for w in full.split() if w not in _STOPWORDS] or full.split()
    return (f"<{words[0][:3]}", f">{words[-1][-4:]}", f"={max(words, key=len)}")


def _conflicts(title: Title, entry: _Entry) -> bool:
    other = entry.title
    if title.kind != other.kind or title.number != other.number:
        return True
    if title.digits != other.digits and title.full != other.full:
        return True
    if series_conflict(title.series, entry.series):
        # equal titles may carry the volumes of two orders of one series, as in Narnia
        return title.full != other.full or any(same_series(s.key, title.core) for s in title.series)
    # "Legend (Legend, #1)" is not "Legend (The Drenai Saga, #1)"
    return bool(title.series and entry.series) and not related_series(title.series, entry.series)


def related_series(a: Sequence[Series], b: Sequence[Series]) -> bool:
    """Whether a series of `a` and a series of `b` have the same or a very similar name."""
    return any(
        same_series(x.key, y.key) or fuzz.token_set_ratio(x.key, y.key) >= 80 for x in a for y in b
    )


def _dominant(entries: Sequence[_Entry], title: Title) -> int | None:
    """Return the work that most readers of this title mean, None if that is unclear."""
    if title.series:
        related = [e for e in entries if e.series and related_series(title.series, e.series)]
        entries = related or entries
    ratings = {e.work: e.ratings for e in entries}
    ranked = sorted(ratings, key=lambda w: (-ratings[w], w))
    if len(ranked) == 1 or ratings[ranked[0]] >= RATED_DOMINANCE * max(1, ratings[ranked[1]]):
        return ranked[0]
    return None
