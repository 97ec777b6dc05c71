"""Kinds of publication, judged by the title alone: book, set, guide, adaptation, art, sampler."""

from __future__ import annotations

import re

BOOK = "book"
# What the kinds other than "book" are called in messages. Only books are recommended, unless asked.
KINDS = {
    "set": "a set of other books",
    "guide": "a guide or companion to another book",
    "adaptation": "an adaptation of another book",
    "art": "an art, activity or picture book about another work",
    "sampler": "a sampler or an extract",
    "translation": "a translation of a book that has few readers in that language",
}

_SET = re.compile(
    r"\bbox(?:ed)?[ -]?sets?\b|\bomnibus\b|\bbundle\b|\bcollection set\b|\bbook set\b|"
    r"\b(?:complete|entire) (?:series|trilogy|collection|saga|set|chronicles|novels?|works)\b|"
    r"\bcompendium \d|"
    r"\b(?:books?|volumes?|vols?\.?|parts?)\s+(?:\d+|one)\s*"
    r"(?:[-–—&]|to|and|through)\s*(?:\d+|\w+)\b|"
    r"#\d+\s*[-–—]\s*\d+|"
    r"\b(?:\d+|two|three|four|five|six|seven)[- ](?:books?|volumes?|novels?)"
    r"(?:[- ](?:set|collection|"
    r"bundle)|s? in (?:1|one))\b|\b\d-in-1\b|\btrilogy (?:set|collection)\b",
    re.IGNORECASE,
)
_SAMPLER = re.compile(
    r"\bsampler\b|\b(?:sneak|free) (?:peek|preview)\b|\bpreview (?:edition|of)\b|"
    r"\bfirst (?:\w+ )?chapters?\b|\bdeleted scenes?\b|\bbonus (?:chapters?|scenes?|content)\b",
    re.IGNORECASE,
)
_ADAPTATION = re.compile(
    r"\b(?:graphic novel|stage|authori[sz]ed|screen|radio|theatrical|manga|comics?) adaptation\b|"
    r"\bthe (?:official )?(?:graphic novel|manga)\b|: graphic novel$|\(graphic novel\)|"
    r"\ban? [\w' ]+ graphic novel$|\bgraphic revolve\b|\bani-?manga\b|\bscreenplay\b|"
    r"\bshooting script\b|\bjunior noveli[sz]ation\b|\bmovie storybook\b|\bpicture book edition\b|"
    r"\b(?:adapted|retold|abridged) (?:for|by)\b|\byoung readers'? edition\b",
    re.IGNORECASE,
)
_ART = re.compile(
    r"\bart of\b.*\b(?:film|movie)\b|\bcolou?ring book\b|\bcalendar$|\b(?:poster|sticker) book\b|"
    r"\bpostcards?\b|\bthe making of\b.*\b(?:movie|film|trilogy)\b|"
    r"\bofficial (?:movie|illustrated|visual) (?:companion|guide|handbook)\b",
    re.IGNORECASE,
)
_GUIDE = re.compile(
    r"\bstudy guides?\b|\bspark ?notes?\b|\bcliffs? ?notes?\b|\breader'?s? (?:guide|companion)\b|"
    r"\bteacher'?s? guide\b|\bguide for using\b|"
    r"\b(?:summary|analysis|key takeaways) (?:of|and|&)\b|"
    r"\ba guide to\b.*'s\b|\bcompanion\b|\bworkbook\b|\blesson plans?\b|\bnovel stud(?:y|ies)\b|"
    r"\bliterature (?:guide|unit)\b|\bnovel units?\b|\bconversation starters\b|"
    r"\bsolutions? manual\b|\bunofficial\b|\bstrategy guide\b|"
    r"\bjournal$|"
    r"\bmonarch notes\b|\byork notes\b|\bbarron'?s? book notes\b|\bsummary\b",
    re.IGNORECASE,
)
# The first that fits counts: "Dune: The Graphic Novel, Books 1-2" is an adaptation.
_PATTERNS = (
    ("sampler", _SAMPLER),
    ("adaptation", _ADAPTATION),
    ("art", _ART),
    ("guide", _GUIDE),
    ("set", _SET),
)


def kind_in_title(title: str) -> str:
    """Return the kind that a title as printed names, "book" if it names none."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(title)), BOOK)
