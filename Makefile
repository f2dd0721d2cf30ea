# The menu. Every target does its own set-up; a newcomer needs only `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --quiet
CATALOGS := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
# Where this is set, every process compiles the whole program anew: two seconds at each start.
unexport PYTHONDONTWRITEBYTECODE

FUZZED := tests/shared/test_fuzzing.py tests/shared/test_phones.py tests/contacts/test_importing_hostile.py \
	tests/contacts/test_exporting.py

.PHONY: help run test coverage drill demo bench lint fmt lock clean

help: ## Show this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run $(CATALOGS) ## Install what is needed and serve at http://127.0.0.1:8000
	$(BIN)/crm serve

demo: $(VENV)/.run $(CATALOGS) ## Fill an empty database with demo data
	$(BIN)/crm demo

test: $(VENV)/.dev $(CATALOGS) ## Run the tests, on SQLite and wherever PostgreSQL answers
	$(BIN)/python -m pytest -n auto

coverage: $(VENV)/.dev $(CATALOGS) ## Measure what the tests reach on SQLite; fails below 90 % of branches or a gap in rules
	TEST_POSTGRESQL= $(BIN)/python -m pytest -n auto -m "not (hypothesis or browser or drill)" --cov --cov-report=
	$(BIN)/python scripts/check-coverage

drill: $(VENV)/.dev $(CATALOGS) ## Kill, fill, lock and attack the real program for an hour; prints a figure for each
	DRILL=long $(BIN)/python -m pytest tests/drills $(FUZZED) -n 0

bench: $(VENV)/.dev $(CATALOGS) ## Measure every page with 1,000, 10,000 and 100,000 contacts, write docs/performance.md
	$(BIN)/python -m tests.bench.bench_pages --write

lint: $(VENV)/.dev ## Check style, types and the layers of the house
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Write both lock files from pyproject.toml, with hashes and extras (needs uv); versions in them stay
	uv pip compile pyproject.toml $(LOCK) --output-file requirements.lock
	uv pip compile pyproject.toml $(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.run: requirements.lock
	scripts/install $(PYTHON) requirements.lock
	touch $@

$(VENV)/.dev: requirements-dev.lock
	scripts/install $(PYTHON) requirements-dev.lock
	touch $@ $(VENV)/.run

%.mo: %.po
	$(BIN)/pybabel -q compile -i $< -o $@
