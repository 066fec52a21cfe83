# `make demo` and `make test` each take a fresh machine (Python 3.11 and make) all the way.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made
PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint format screenshots benchmark pins clean

help:
	@echo "make demo         the demonstration board at http://localhost:$(PORT)/  (PORT=8080 for another port)"
	@echo "make test         the suite, on SQLite unless DATABASE_URL says otherwise  (ARGS='-k words')"
	@echo "make lint         style, types and the arrows between the apps"
	@echo "make serve        the development server, which reloads as you edit"
	@echo "make setup        the environment alone, in $(VENV)"
	@echo "make screenshots  the pictures in docs/, taken anew"
	@echo "make benchmark    the measurements in benchmarks/"
	@echo "make pins         requirements*.txt resolved anew from pyproject.toml"

setup: $(STAMP) .env

$(STAMP): requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "No Python found. Install Python 3.11 and try again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11. Install 3.11, or say make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.env:
	cp .env.example $@

demo: setup
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py demo
	@echo "The board is at http://localhost:$(PORT)/ (Ctrl-C stops it)"
	DEBUG=off $(BIN)/gunicorn wscb.wsgi --bind $(HOST):$(PORT) --workers 2 --threads 4 --log-level warning

serve: setup
	$(BIN)/python manage.py runserver $(HOST):$(PORT)

test: setup
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: setup
	$(BIN)/python docs/screenshots.py

benchmark: setup
	$(BIN)/python -m benchmarks $(ARGS)

# uv is wanted here alone, so it is no dependency of the project.
PIN = UV_CUSTOM_COMPILE_COMMAND='make pins' uv pip compile pyproject.toml --quiet --upgrade --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url
pins:
	$(PIN) -o requirements.txt
	$(PIN) --group dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
