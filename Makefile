# Collab: `make run` is all that is needed. Every target prepares what it needs first.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
THIS := $(if $(filter command environment,$(origin PYTHON)),--this-python)
BIN := .venv/bin
# one more than there are cores, since tests also wait: for browsers, clients, servers that begin or end. A file's tests
# stay together, in the order of tests/order.py; campaigns run alone
BESIDE = -n $(shell $(BIN)/python -c 'import os; print(min(os.cpu_count() or 1, 4) + 1)') --dist loadfile --no-loadscope-reorder
SOURCES := collab files chat calendars contacts deck forms polls tests bench scripts manage.py

export DJANGO_SETTINGS_MODULE := collab.settings
# some machines forbid it: then each process that begins compiles thousands of modules for itself
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo test test-full clients bench lint format messages lock reset

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup:
	@test -n "$(PYTHON)" || { echo "Collab needs Python 3.11 or newer. Install it, then run make again."; exit 1; }
	@$(PYTHON) scripts/setup.py $(THIS)

setup-dev:
	@test -n "$(PYTHON)" || { echo "Collab needs Python 3.11 or newer. Install it, then run make again."; exit 1; }
	@$(PYTHON) scripts/setup.py --dev $(THIS)

run: setup ## Start everything behind one address; Ctrl-C ends it
	@exec $(BIN)/python manage.py serve --end-with-parent

demo: setup ## Fill a new instance with an association, its people and its files
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo $(if $(FORCE),--force)

test: setup-dev ## Run the tests (nothing is fetched from the network)
	@$(BIN)/python -m pytest -q $(BESIDE)

test-full: setup-dev ## Run the long campaigns too
	@$(BIN)/python -m pytest -q $(BESIDE)
	@$(BIN)/python -m pytest -q -m full
	@COLLAB_TEST_ENCRYPTION=1 $(BIN)/python -m pytest -q $(BESIDE)

clients: setup-dev ## Fetch the programs that tests drive: calendars, chat (into .tools; needs the network)
	@$(BIN)/python scripts/clients.py

bench: setup-dev ## Measure against other servers and print a table
	@$(BIN)/python -m bench

lint: setup-dev ## Check style, types, layers, templates and migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python manage.py check --fail-level WARNING
	@COLLAB_DATA=.tools/lint $(BIN)/python manage.py makemigrations --check --dry-run

format: setup-dev ## Put the code in its one format
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

messages: setup-dev ## Collect the texts to translate (needs gettext)
	@$(BIN)/python manage.py makemessages --locale fr --no-obsolete --no-wrap --add-location file \
		--ignore .venv --ignore node_modules --ignore .tools --ignore "data*"
	@$(PYTHON) scripts/setup.py

LOCK := UV_SYSTEM_CERTS=1 uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links

lock: ## Lock the dependencies anew, with hashes (needs uv and npm)
	@$(LOCK) pyproject.toml -o requirements/run.txt
	@$(LOCK) pyproject.toml --group dev -o requirements/dev.txt
	@$(LOCK) --group node -o requirements/node.txt
	@$(LOCK) --group uv -o requirements/uv.txt
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved

reset: ## Remove what was made (environment, bundles); the data stays
	@rm -rf .venv .tools node_modules static/vendor static/shell/collab.css .mypy_cache .ruff_cache .pytest_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
