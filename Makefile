# `make help` lists what can be done. Needs Python >= 3.11 and make, nothing else.
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
JOBS ?= 2

.venv/run: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch .venv/run

.venv/dev: .venv/run requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch .venv/dev

bootstrap: .venv/dev ## venv in .venv with pinned packages
.PHONY: bootstrap

run: .venv/run ## the whole service with a demo county (PORT, LAB_PORT, DATA_DIR)
	@exec $(PY) -m deploy.local
.PHONY: run

check: .venv/dev ## style, types, import contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check --quiet . || (echo "run: make format"; exit 1)
	.venv/bin/mypy
	.venv/bin/lint-imports
.PHONY: check

format: .venv/dev ## put the code in shape
	.venv/bin/ruff check --fix --quiet . || true
	.venv/bin/ruff format --quiet .
.PHONY: format

test: .venv/dev check ## style, types, tests; no services needed
	$(PY) -m pytest -n $(JOBS) --dist loadgroup -m "not long"
.PHONY: test

test-long: .venv/dev ## chaos, kills, outages, many messages, a fast-forward day
	$(PY) -m pytest -n $(JOBS) --dist loadgroup -m long --ignore=tests/chaos
	$(PY) -m pytest -m long tests/chaos
.PHONY: test-long

bench: .venv/dev ## benchmarks against named baselines: make bench ONLY=callback JSON=1
	@$(PY) -m bench $(if $(ONLY),--only $(ONLY)) $(if $(JSON),--json)
.PHONY: bench

clean: ## remove the venv and caches; never the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
.PHONY: clean

help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14
.PHONY: help
