# Tongxing 通行. `make help` lists the targets.

PYTHON     ?= python3.11
VENV       ?= .venv
PY         := $(VENV)/bin/python
UV         := $(VENV)/bin/uv
UV_VERSION := 0.13.9
STAMP      := $(VENV)/.stamp

.DEFAULT_GOAL := help
.PHONY: setup demo run test check bench fmt lock docs help

setup: $(STAMP)        ## Make the virtual environment with exactly the locked packages

# uv is quick; where its wheel cannot be had, pip does the same from the same lock.
$(STAMP): requirements-dev.lock pyproject.toml
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@if $(PY) -m pip install -q --disable-pip-version-check --only-binary :all: uv==$(UV_VERSION); then \
	  $(UV) pip install -q --python $(PY) --require-hashes -r requirements-dev.lock && \
	  $(UV) pip install -q --python $(PY) --no-deps --no-build-isolation -e . ; \
	else \
	  $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock && \
	  $(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

demo: setup            ## Run the whole demonstration and print where to click (Ctrl-C ends it)
	@$(PY) -m idp demo

run: setup             ## Run the provider alone: SQLite and an embedded store in ./var
	@$(PY) -m idp serve

test: setup            ## Run every test
	@$(PY) -m pytest -q -n 2 --dist loadfile

check: setup           ## Lint, types, import directions, house rules, documents
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) -m pytest -q tests/architecture

bench: setup           ## Measure this provider and its rivals, and write docs/benchmarks.md
	@$(PY) -m bench

fmt: setup             ## Format and sort imports
	@$(PY) -m ruff check --fix --select I .
	@$(PY) -m ruff format .

lock: setup            ## Resolve the dependencies anew (uv.lock names a registry and stays out of git)
	@$(UV) lock --upgrade
	@$(UV) export -q --frozen --no-emit-project --all-extras --no-dev -o requirements.lock
	@$(UV) export -q --frozen --no-emit-project --all-extras --all-groups -o requirements-dev.lock
	@! grep -n '://' requirements.lock requirements-dev.lock

docs: setup            ## Write docs/settings.md from the settings
	@$(PY) -m idp settings --markdown > docs/settings.md

help:                  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
