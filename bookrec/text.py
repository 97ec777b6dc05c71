"""Text: cleaned of wrong encodings, markup and control characters; numbers of things."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<[^<>]{0,200}>")
_BREAK = re.compile(r"<\s*(?:br|p|/p|div|/div|li)\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EDITION_NOTE = re.compile(
    r"\(?\s*(?:this is an? )?(?:alternat(?:e|ive)(?:ly)? (?:cover|kindle|isbn)|alternate edition|"
    r"older cover|librarian'?s? note|note: this|this edition|isbn[: ]|asin[: ])"
    r"[^.!?\n]*(?:[.!?]\)?(?=\s|$|[A-Z\"“])|\)|$)",
    re.IGNORECASE,
)
_STRAIGHT = {ord(mark): "'" for mark in "ʼ‘’‚‛"} | {ord(mark): '"' for mark in "“”„‟"}
_DASHES = {ord(mark): "-" for mark in "–—…"}
_MISSING_SPACE = re.compile(r"([a-z…][.!?][\"”’)]?)([A-Z“\"][a-z])")


def plain_text(text: str) -> str:
    """Return the text as one line, safe to print: no control or direction characters."""
    return " ".join(_CONTROL.sub("", text).split())


def clean_description(text: str) -> str:
    """Return a description as one paragraph, without markup, mojibake and edition notes."""
    if not text:
        return ""
    if "&" in text:
        text = html.unescape(text)
    text = _TAG.sub("", _BREAK.sub(" ", text))
    text = _repaired(text)
    text = _EDITION_NOTE.sub(" ", text)
    # the published file lost its line breaks: "…FORTUNE.LOSING", "…end.Sixteen"
    return plain_text(_MISSING_SPACE.sub(r"\1 \2", text))


def fix_encoding(text: str) -> str:
    """Return a title or name as one line, without markup and mojibake."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    text = _repaired(text)
    return plain_text(text)


def _repaired(text: str) -> str:
    """Return what `ftfy.fix_text` makes of a text: no mojibake, straight quotes."""
    straight = text.translate(_STRAIGHT)
    if straight.translate(_DASHES).isascii():
        return straight  # most descriptions: ftfy would do just this, 100 times as slowly
    from ftfy import fix_text

    return str(fix_text(text))


def count(number: int, noun: str) -> str:
    """Return "1 book" or "1,234 books"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
