# What a developer types. Each target prepares what it needs; nothing has to be done before.
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
DEMO := env DEMO=1 SITE_URL=http://localhost:$(PORT) $(PY) manage.py

.DEFAULT_GOAL := help
.PHONY: help run test soak worker lint format bench pictures messages clean

help:            ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile | expand -t 18

run: $(VENV)/.installed  ## the demonstration, on http://localhost:8000 (PORT= for another)
	@.ci/setup port $(PORT)
	@.ci/setup pango
	@.ci/setup demo $(PORT)
	@exec $(DEMO) site --port $(PORT)

test: $(VENV)/.installed-dev  ## every test, on SQLite and PostgreSQL, in Chromium
	@.ci/setup pango
	@.ci/test

soak: $(VENV)/.installed-dev  ## what happens at once or is killed, hundreds of times
	@RACES=300 KILLS=50 .ci/test tests/*/test_*races*.py tests/work/test_kills.py

worker: $(VENV)/.installed  ## the demonstration's task worker alone
	@exec $(DEMO) work

lint: $(VENV)/.installed-dev  ## style, imports, migrations, deployment, catalogs
	@.ci/lint

format: $(VENV)/.installed-dev  ## rewrite the code in the house style
	@$(VENV)/bin/ruff check --fix --quiet . ; $(VENV)/bin/ruff format .

bench: $(VENV)/.installed-dev  ## the figures, as ratios taken in one run (ONLY=name for one)
	@.ci/setup pango
	@exec $(PY) -m tests.bench $(ONLY)

pictures: $(VENV)/.installed-dev  ## the coordinators' guide's, from the running demonstration
	@SITE_URL=http://localhost:$(PORT) $(PY) -m tests.browser.pictures

messages: $(VENV)/.installed-dev  ## collect and compile the texts to translate
	@.ci/messages

$(VENV)/.installed: requirements.txt
	@.ci/setup venv requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt
	@.ci/setup venv requirements-dev.txt
	@touch $@ $(VENV)/.installed
