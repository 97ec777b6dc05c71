# Set-up, demo and checks. `make help` lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint mutants bench starter docs clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP)  ## a virtual environment with everything in it

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

demo: setup  ## install, then ask for books like Dune
	$(BIN)/bookrec recommend "Dune" --author Herbert --format table

test: setup  ## the whole test suite, a worker per core
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: setup  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

mutants: setup  ## mutation testing of central lines: a test has to catch each
	$(BIN)/python tools/mutants.py

bench: setup  ## timings as ratios within one run, and the index of the built-in library
	$(BIN)/python benchmarks/speed.py

starter: setup  ## rebuild the built-in library: simulated readers, then the index (MODEL=a workspace)
	$(BIN)/python tools/starter/readers.py
	$(BIN)/python tools/starter/build.py $(if $(MODEL),--model $(MODEL))

docs: setup  ## docs/cli.md from the commands' own help
	$(BIN)/python tools/docs.py

clean:  ## everything that can be made again
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
