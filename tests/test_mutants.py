"""Mutations are usable, and one that no test notices is reported as a survivor."""

from dataclasses import replace

import pytest
from running import ROOT, tool

pytestmark = pytest.mark.skipif(not (ROOT / "tools").is_dir(), reason="tools are not packaged")


@pytest.fixture(scope="module")
def mutants():
    return tool("mutants.py")


@pytest.fixture
def harmless(mutants):
    """A mutation that only adds spaces."""
    return mutants.Mutant(
        "harmless",
        "bookrec/catalogue/people.py",
        "def author_key(",
        "def author_key(  ",
        "nothing",
        ("tests/catalogue/test_people.py::test_two_people_have_two_keys",),
    )


def test_every_mutation_finds_its_line_and_uses_known_names_and_existing_tests(mutants):
    table = mutants.read_table()
    assert mutants.unusable(table) == []
    assert len({(m.file, m.old, m.new) for m in table}) == len(table)
    for mutant in table:
        compile(mutant.mutated(ROOT), mutant.name, "exec")
        for test in mutant.tests:
            file, _, name = test.partition("::")
            assert name.partition("[")[0] in (ROOT / file).read_text("utf-8"), test


def test_the_tests_default_to_the_modules_own_file(mutants, harmless):
    assert replace(harmless, tests=()).tests == ("tests/catalogue/test_people.py",)


def test_a_stale_mutation_or_one_with_an_undefined_name_is_refused(mutants, harmless):
    stale = replace(harmless, name="stale", old="no such line")
    undefined = replace(harmless, name="undefined", new="def author_key(_=unheard_of, *, ")
    assert mutants.unusable([harmless, stale, undefined]) == [
        "stale: stale: found 0 times in bookrec/catalogue/people.py",
        "undefined: undefined in bookrec/catalogue/people.py: unheard_of",
    ]


@pytest.mark.slow
def test_a_mutation_that_no_test_notices_is_a_survivor(mutants, harmless):
    assert mutants.judged(harmless) == mutants.Outcome(harmless, "", pytest.approx(30, abs=30))


@pytest.mark.slow
def test_tests_that_cannot_run_are_reported(mutants, harmless):
    lost = replace(harmless, tests=("tests/catalogue/test_people.py::test_nobody",))
    assert mutants.judged(lost).trouble
