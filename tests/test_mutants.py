"""The table of mutations is not stale, and what nobody notices is called a survivor."""

from dataclasses import replace

import pytest
from running import ROOT, tool

pytestmark = pytest.mark.skipif(not (ROOT / "tools").is_dir(), reason="tools are not packaged")


@pytest.fixture(scope="module")
def mutants():
    return tool("mutants.py")


def test_every_mutation_still_finds_its_line_and_its_tests(mutants):
    table = mutants.read_table()
    assert len({(m.file, m.old, m.new) for m in table}) == len(table)
    for mutant in table:
        compile(mutant.mutated(ROOT), mutant.name, "exec")
        for test in mutant.tests:
            file, _, name = test.partition("::")
            assert name.partition("[")[0] in (ROOT / file).read_text("utf-8"), test


def test_a_mutation_that_no_test_notices_is_a_survivor(mutants):
    test = ("tests/catalogue/test_people.py::test_two_persons",)
    idle = mutants.Mutant(
        "idle", "bookrec/catalogue/people.py", "Authors: what", "What", "nothing", test
    )
    assert mutants.judged(idle) == mutants.Outcome(idle, "", pytest.approx(30, abs=30))
    lost = replace(idle, tests=("tests/catalogue/test_people.py::test_nobody",))
    assert mutants.judged(lost).trouble
    with pytest.raises(LookupError, match="idle: found 0 times"):
        replace(idle, old="no such line").mutated(ROOT)
