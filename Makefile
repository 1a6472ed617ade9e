# Everything a developer or a new user calls. `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STATIC := src/kamerton/web/static/dist
export UV_COMPILE_BYTECODE = 1
export UV_LINK_MODE = copy
export KAMERTON_HOME ?= $(CURDIR)/var

.DEFAULT_GOAL := help
.PHONY: help run setup assets lock test test-postgres check browser verify bench backtest screenshots requirements messages wheel clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

run: setup assets  ## Set up, load the demo company once, and serve http://127.0.0.1:8000
	@$(BIN)/kamerton run

setup: $(VENV)/.synced  ## Create the environment from the lock file

$(VENV)/bin/uv:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it and run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; 'make PYTHON=python3.12 ...' names another one."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv

$(VENV)/.synced: requirements-dev.lock pyproject.toml | $(VENV)/bin/uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

assets: $(STATIC)/.built $(VENV)/.messages  ## Build what the browser gets

$(VENV)/.messages: $(wildcard src/kamerton/locale/*/LC_MESSAGES/*.po) | setup
	@$(BIN)/python -m tools.messages --compile >/dev/null
	@touch $@

node_modules/.installed: package-lock.json package.json
	@command -v npm >/dev/null || { echo "Node 20 or newer with npm is needed to build the pages' assets."; exit 1; }
	@npm ci --silent --ignore-scripts
	@touch $@

# The templates and views count too: only the styles and icons that they use are built.
$(STATIC)/.built: node_modules/.installed $(shell find frontend src/kamerton/web -type f \( -name "*.html" -o -name "*.py" -o -path "frontend/*" \) 2>/dev/null)
	@npm run --silent build
	@touch $@

lock:  ## Resolve the lock files again
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 --quiet pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 --quiet pyproject.toml --group dev -o requirements-dev.lock
	npm install --package-lock-only --ignore-scripts

test: setup assets  ## Run the tests on SQLite (what the README names)
	@$(BIN)/python -m pytest -q -n auto

test-postgres: setup assets  ## Run the tests on PostgreSQL (KAMERTON_TEST_POSTGRES names the server)
	@KAMERTON_DATABASE_URL="$${KAMERTON_TEST_POSTGRES:?for example postgresql://postgres@127.0.0.1:5432/postgres}" $(BIN)/python -m pytest -q -n auto -m "not browser"

check: setup  ## Lint, types, imports, migrations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/kamerton manage makemigrations --check --dry-run

browser: setup assets  ## Run the browser tests alone
	@$(BIN)/python -m pytest -q -m browser

verify: setup  ## Compare every account with independent answers: make verify DATA=folder
	@$(BIN)/python -m benchmarks.verify "$(DATA)"

bench: setup assets  ## Measure; writes benchmarks/RESULTS.md. With DATA=path the back-test too
	@$(BIN)/python -m benchmarks.run
	@if [ -n "$(DATA)" ]; then $(BIN)/python -m benchmarks.backtest "$(DATA)"; fi

backtest: setup  ## Churn risk and health against what came after, on the published data sets: make backtest DATA=path
	@$(BIN)/python -m benchmarks.backtest "$(DATA)"

screenshots: setup assets  ## Render every page in light, dark and phone width into docs/screens
	@$(BIN)/python -m tools.screenshots

requirements: setup  ## Print the register with the tests that prove each row
	@$(BIN)/python -m tests.register

messages: setup  ## Collect the translatable strings and compile the catalogues
	@$(BIN)/python -m tools.messages

wheel: setup assets  ## Build a wheel that carries the assets
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean:  ## Remove what was built (never the data)
	rm -rf $(VENV) node_modules $(STATIC) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
