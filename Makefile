# Set-up, demo, checks and generated files. `make help` lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint mutants bench starter docs clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP)  ## create .venv with bookrec and the development tools

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

demo: setup  ## install, then recommend books like Dune
	$(BIN)/bookrec recommend "Dune" --author Herbert --format table

test: setup  ## run all tests, with a worker per core
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: setup  ## run ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

mutants: setup  ## break central lines one at a time and check that a test fails
	$(BIN)/python tools/mutants.py

bench: setup  ## time commands as ratios to the start-up of Python
	$(BIN)/python benchmarks/speed.py

starter: setup  ## rebuild the built-in library; MODEL=WORKSPACE takes new weights from there
	$(BIN)/python tools/starter/readers.py
	$(BIN)/python tools/starter/build.py $(if $(MODEL),--model $(MODEL))

docs: setup  ## rewrite docs/cli.md from the help of the commands
	$(BIN)/python tools/docs.py

clean:  ## delete everything that can be rebuilt
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
