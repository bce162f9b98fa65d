# The desk. `make help` lists what there is.
PORT ?= 8000
SIZE ?= 10000
export UV_PYTHON_DOWNLOADS = never
export UV_PROJECT_ENVIRONMENT = .venv
UV := .venv/bin/uv
RUN := .venv/bin/python
FLASK := $(RUN) -m flask --app wsgi desk

.DEFAULT_GOAL := help
.PHONY: help run test coverage machine check bench bench-bulk bench-scale stress simulate-fraud messages screenshots docs assets

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/installed: pyproject.toml uv.lock
	@test -x .venv/bin/python || python3 -m venv .venv
	@test -x $(UV) || .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.8,<1"
	@$(UV) sync --frozen --all-extras --inexact --quiet --python .venv/bin/python
	@touch $@

run: .venv/installed ## install, create, fill and start the desk on http://127.0.0.1:8000 (PORT=… for another)
	@$(RUN) deploy/run.py --port $(PORT)

test: .venv/installed ## install and run everything that must pass
	@$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q -rs $(ARGS)

coverage: .venv/installed ## the same tests, and which branches of desk/ they leave out (about twice as long)
	@$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered -q $(ARGS)

check: .venv/installed ## format, lint, types, floors, templates, translations, documents
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/djlint templates --lint --quiet
	@$(RUN) scripts/messages.py --check
	@$(RUN) scripts/documents.py --check
	@echo "All checks pass."

messages: .venv/installed ## collect the sentences to translate, and compile the translations
	@$(RUN) scripts/messages.py

docs: .venv/installed ## write docs/workflow.md and docs/access.md from the code
	@$(RUN) scripts/documents.py

machine: .venv/installed ## try 20,000 things at the desk on each database, other ones every time (STEPS=…)
	@DESK_MACHINE_STEPS=$(or $(STEPS),20000) DESK_MACHINE_SEED=$$(date +%s) $(RUN) -m pytest -q tests/casework/test_machine.py

bench: .venv/installed ## measure the desk beside the floor on PostgreSQL (SIZE=10000, 100000, 1000000)
	@$(RUN) bench/run.py --size $(SIZE)

simulate-fraud: .venv/installed ## 50,000 honest ratings and nine planted frauds: what the detectors find, and hold by mistake
	@$(RUN) -m bench.fraud

bench-bulk: .venv/installed ## measure services and ratings through the API beside raw COPY (EVENTS=100000)
	@$(RUN) bench/bulk.py --events $(or $(EVENTS),100000) --ratings $$(( $(or $(EVENTS),100000) * 6 / 10 ))

bench-scale: .venv/installed ## what supervisors and the public read, at 10,000 cases and at 1,000,000 (LARGE=…)
	@$(RUN) bench/scale.py --large $(or $(LARGE),1000000)

stress: .venv/installed ## twenty people at 500 cases for a minute, on both databases: nothing lost, doubled or broken
	@DESK_STRESS_SECONDS=60 DESK_STRESS_CASES=500 $(RUN) -m pytest -q tests/stress

screenshots: .venv/installed ## pictures of every page, 360 and 1440 px, both languages, into build/screenshots
	@$(RUN) scripts/screenshots.py

assets: ## compile the style sheets again (needs npm)
	@cd desk/static/src && npm ci --silent && npm run --silent build
