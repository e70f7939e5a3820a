# Every chore by one name; `make help` lists them.
# Only Python >= 3.11 is needed to begin with: each target makes what it stands on.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STATIC := src/catchment/api/static
HOST ?= 127.0.0.1
PORT ?= 8000
# So that `npm` finds the Node that came with the Python packages.
NODE_PATH := $(abspath $(BIN)):$(PATH)
NPM := PATH="$(NODE_PATH)" npm
CONSOLE_SOURCES := $(shell find console -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print 2>/dev/null)
TRACKER_SOURCES := $(shell find tracker -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test soak check format bench console docs lock clean

help: ## List the chores
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: .make/run $(STATIC)/index.html $(STATIC)/t.js ## Start everything with a demo workspace
	$(BIN)/catchment serve --demo --host $(HOST) --port $(PORT)

test: .make/dev .make/console $(STATIC)/index.html $(STATIC)/t.js ## Run all tests (a quarter of an hour on two cores)
	cd console && $(NPM) test --silent
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not browser and not soak" $(ARGS)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m browser $(ARGS)

soak: .make/dev $(STATIC)/index.html ## Run what takes long: ten thousand planted values, kills at every step
	$(BIN)/python -m pytest -n 0 -m soak $(ARGS)

check: .make/dev .make/console tracker/node_modules/.package-lock.json ## Format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest tests/architecture -q -p no:cacheprovider
	cd console && $(NPM) run --silent check
	cd tracker && $(NPM) run --silent check

format: .make/dev ## Put the code in the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .make/dev ## Measure every figure we claim, beside its peers
	$(BIN)/catchment bench all

console: $(STATIC)/index.html ## Build the web console into the package

docs: .make/dev $(STATIC)/index.html ## Write the generated reference pages anew
	$(BIN)/python -m catchment.api.openapi > docs/reference/openapi.json

lock: .make/dev ## Pin all dependencies anew, with hashes
	$(BIN)/python requirements/lock.py

clean: ## Remove what was built
	rm -rf .make $(VENV) $(STATIC) console/node_modules console/dist tracker/node_modules tracker/dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Catchment needs Python 3.11 or newer; name one: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

.make/run: $(BIN)/python requirements/run.txt requirements/build.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@mkdir -p .make && touch $@

.make/dev: .make/run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@mkdir -p .make && touch $@

# What building takes; a newcomer should not wait for linters.
console/node_modules/.package-lock.json: console/package-lock.json | .make/run
	cd console && $(NPM) ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

.make/console: console/package-lock.json | .make/run
	cd console && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch console/node_modules/.package-lock.json $@

tracker/node_modules/.package-lock.json: tracker/package-lock.json | .make/run
	cd tracker && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STATIC)/index.html: console/node_modules/.package-lock.json $(CONSOLE_SOURCES)
	cd console && $(NPM) run --silent build
	@mkdir -p $(STATIC) && rm -rf $(STATIC)/assets && cp -R console/dist/. $(STATIC)/
	@touch $@

$(STATIC)/t.js: tracker/node_modules/.package-lock.json $(TRACKER_SOURCES)
	cd tracker && $(NPM) run --silent build
	@mkdir -p $(STATIC) && cp tracker/dist/t.js $(STATIC)/t.js
