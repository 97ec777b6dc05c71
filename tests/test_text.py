"""Text from files: repaired, without markup, and safe for a terminal."""

import unicodedata

import ftfy
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookrec.text import clean_description, fix_encoding, plain_text


@given(st.text())
@example("\x1b[31mred\x1b[0m\x07\x9b1m\u202eevil\u2028line")
def test_plain_text_is_one_line_without_control_characters(text):
    plain = plain_text(text)
    assert [c for c in plain if unicodedata.category(c) in ("Cc", "Zl", "Zp")] == []
    assert not set(plain) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert plain == plain_text(plain)
    kept = [c for c in text if c.isalnum()]
    assert [c for c in plain if c.isalnum()] == kept


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>Salt &amp; <i>iron</i></p><br/>Tide", "Salt & iron Tide"),
        ("It ends.Sixteen years pass.", "It ends. Sixteen years pass."),
        ("BrontÃ« wrote it.", "Brontë wrote it."),
        ("Salt.\nAlternate cover edition of ISBN 123.", "Salt."),
        ("(Alternate cover edition for 9780553293357.) Salt and iron.", "Salt and iron."),
        ("Less than <3 hours", "Less than <3 hours"),
        ("", ""),
    ],
)
def test_descriptions_lose_markup_and_edition_notes(cell, text):
    assert clean_description(cell) == text


def test_titles_with_broken_encodings_and_markup_are_repaired():
    assert fix_encoding("La PlÃ©iade &amp; <i>Kelp</i>\0\x1b") == "La Pléiade & Kelp"
    assert fix_encoding("Fish & Chips; a Life") == "Fish & Chips; a Life"


@given(st.text("ab.\n “”‘’‚„–—…éâ€™Ã©ﬁ", max_size=30))
def test_quotes_and_dashes_are_repaired_as_ftfy_repairs_them(text):
    assert fix_encoding(text) == plain_text(ftfy.fix_text(text))
