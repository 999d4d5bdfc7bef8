# Everything that people do here. Each target sets up what it needs; `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
SOURCES := dashboards engines features models pipelines sql tests

# The landing folder and the home of `make run`; without LANDING a made-up shop is used.
LANDING ?=
HOME_DIR ?= var
DEMO := var/demo

.DEFAULT_GOAL := help
.PHONY: help bench bench-adbench bench-detection setup run serve test coverage test-browser test-slow test-faults lint format types check dagster docs lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv from requirements.lock, with the program at .venv/bin/returnwatch

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "returnwatch needs Python 3.11 or newer; name one: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

run: $(STAMP) ## run the pipeline on LANDING=…, or on a made-up shop of 20,000 orders (HOME_DIR=… for the results)
ifeq ($(strip $(LANDING)),)
	@test -f $(DEMO)/truth.csv || $(BIN)/returnwatch simulate --out $(DEMO)/landing --truth $(DEMO)/truth.csv --orders 20000
	$(BIN)/returnwatch run --landing $(DEMO)/landing --home "$(HOME_DIR)"
else
	$(BIN)/returnwatch run --landing "$(LANDING)" --home "$(HOME_DIR)"
endif

# Who logs in at first with `make serve`.
SERVE_USER ?= admin

serve: $(STAMP) ## serve the dashboards and the queue of HOME_DIR, made by `make run` where it is empty; asks for a password once
	@test -e "$(HOME_DIR)/published/current" || $(MAKE) run
	@$(BIN)/returnwatch users list --home "$(HOME_DIR)" | grep -q "^$(SERVE_USER) " \
		|| $(BIN)/returnwatch users add "$(SERVE_USER)" --role admin --home "$(HOME_DIR)"
	$(BIN)/returnwatch serve --home "$(HOME_DIR)"

QUICK := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not slow"

test: $(STAMP) ## run the tests
	$(QUICK)

coverage: $(STAMP) ## run the tests and show what they do not cover (a third longer)
	$(QUICK) --cov --cov-report=term

test-browser: $(STAMP) ## look at every page in chromium (skipped where there is none: apt-get install chromium)
	$(BIN)/python -m pytest tests/dashboards/browser -m slow -rs

test-slow: $(STAMP) ## run the long soak, kill and scale tests
	$(BIN)/python -m pytest --hypothesis-profile thorough -m slow

test-faults: $(STAMP) ## break runs at every call, kill them, read while they publish (docs/durability.md)
	$(BIN)/python -m pytest tests/faults --log-cli-level=INFO

lint: $(STAMP) ## check style, of Python and of SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar sql

format: $(STAMP) ## put style right where a tool can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --disable-progress-bar sql

types: $(STAMP) ## check types
	$(BIN)/mypy

check: $(STAMP) ## load the Dagster graph and its definitions
	DAGSTER_HOME="$(CURDIR)" VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/dg check defs

dagster: $(STAMP) ## look at the graph in a browser (on this machine only)
	DAGSTER_HOME="$(CURDIR)" $(BIN)/dagster dev -w deploy/workspace.yaml --host 127.0.0.1

docs: $(STAMP) ## write the pages of docs/ that list what the code declares
	$(BIN)/python -m pipelines.docs

# The folder with the sets of ADBench.
ADBENCH ?= ../shared/data/adbench
BENCH := var/bench

bench-adbench: $(STAMP) ## compare the detector with others on ADBench, into docs/detection.md (needs the extra bench)
	@test -d $(BENCH) || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -c "import pyod" 2>/dev/null || $(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	$(BENCH)/bin/python -m benchmarks.adbench "$(ADBENCH)" --page docs/detection.md

bench-detection: $(STAMP) ## measure what scores of five made-up shops are worth, into docs/detection.md (ten minutes or more)
	$(BIN)/python -m benchmarks.detection --page docs/detection.md

# Order lines of the made-up shops that `make bench` measures on; 100000000 takes hours and 100 GB.
LINES ?= 1000000 10000000
TRIES ?= 5

bench: $(STAMP) ## measure speed and memory against pandas, DuckDB and the floor, into docs/performance.md (hours)
	$(BIN)/python -m benchmarks.speed $(addprefix --lines ,$(LINES)) --tries $(TRIES) --page docs/performance.md

lock: $(STAMP) ## pin every dependency anew in requirements.lock, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra ui --extra postgres --extra dev --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --upgrade pyproject.toml -o requirements.lock

clean: ## remove what runs and tools left (not .venv)
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* history schedules storage logs
