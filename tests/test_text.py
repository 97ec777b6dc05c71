"""Raw cells to values: what cannot be is unknown, what would harm a terminal is gone."""

import datetime
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookrec.catalogue.genres import parse_genres
from bookrec.catalogue.languages import LanguageDetector, language_name
from bookrec.sources.cells import parse_float, parse_year
from bookrec.text import clean_description, fix_encoding, plain_text


@given(st.text())
@example("\x1b[31mred\x1b[0m\x07\x9b1m\u202eevil\u2028line")
def test_plain_text_is_one_harmless_line(text):
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
def test_descriptions(cell, text):
    assert clean_description(cell) == text


def test_titles_with_broken_encodings_and_markup():
    assert fix_encoding("La PlÃ©iade &amp; <i>Kelp</i>\0\x1b") == "La Pléiade & Kelp"
    assert fix_encoding("Fish & Chips; a Life") == "Fish & Chips; a Life"


@pytest.mark.parametrize(
    "cell",
    [
        "['Science Fiction', 'to-read', 'Fantasy > High Fantasy', 'Sci-Fi', 'My Shelf', '2012']",
        "[\"{'Science Fiction (Sci-Fi) ': 359\", \" 'to-read': 9}\", \" 'High Fantasy': 12}\"]",
    ],
)
def test_genres_in_both_notations(cell):
    assert parse_genres(cell) == ("Science Fiction", "High Fantasy")


def test_genres_that_are_no_list():
    assert parse_genres("") == parse_genres("[]") == ()
    assert parse_genres("['Fantasy', 'Rom") == ("Fantasy", "Rom")
    assert parse_genres("__import__('os')") != ("os",)


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("09/14/08", 2008),
        ("10/10/99", 1999),
        ("April 5th 1873", 1873),
        ("1873", 1873),
        ("-380", -380),
        ("121", 121),
        ("9999", None),
        ("0", None),
        ("", None),
        ("soon", None),
    ],
)
def test_years(cell, year):
    assert parse_year(cell) == year


def test_a_two_digit_year_is_never_in_the_future():
    soon = datetime.date.today().year + 5
    assert parse_year(f"01/01/{soon % 100:02}") == soon - 100


def test_numbers():
    assert parse_float("total:2298124") == 2298124.0
    assert parse_float("1,234") == 1234.0
    assert parse_float("nan") is parse_float("inf") is parse_float("four") is None


@pytest.mark.parametrize(
    ("cell", "language"),
    [
        ("eng", "English"),
        ("en-US", "English"),
        ("fre", "French"),
        ("German", "German"),
        ("Spanish; Castilian", "Spanish"),
        ("--", ""),
        ("nan", ""),
        ("mul", ""),
    ],
)
def test_languages(cell, language):
    assert language_name(cell) == language


def test_detector_tells_languages_and_admits_doubt():
    detect = LanguageDetector()
    german = "Ein alter Kapitän fährt noch einmal hinaus, und niemand an Bord kennt sein Ziel."
    assert detect(german) == "German"
    assert detect("An old captain sails out once more, and nobody knows where to.") == "English"
    assert detect("Kapitän") == ""
    assert detect("Roma, Milano, Torino, Napoli, Palermo, Genova, Bologna.") == ""  # only names
