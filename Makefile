# The commands of this project. `make run` and `make test` need Python 3.11 or later and nothing else prepared.

PYTHON ?= python3
VENV := .venv/bin/python
WORKERS ?= 2
LOCK := $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --no-header

# Each start of the service would compile all its packages anew: a second of it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run cluster test check lint quick-tests bench bench-cluster bench-history bench-memory bench-playground faults fuzz docs-windows screenshots lock upgrade format prepare clean random-steps bench-search

help: ## What can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

run: ## The service and the playground; prints the address of the chat
	@$(PYTHON) scripts/run.py

cluster: prepare ## Stores, proxy, six processes of the service and the playground, as docker-compose.yml has them
	@$(VENV) -m scripts.cluster

# One more: much of what the slow tests do is waiting.
test: prepare lint ## Every check and every test
	@$(VENV) -m pytest -n $$(($(WORKERS) + 1)) --dist worksteal --cov --cov-report=term

check: prepare lint quick-tests ## Every check and the quick tests, in less than a minute

lint:
	@$(VENV) -m ruff format --check .
	@$(VENV) -m ruff check .
	@$(VENV) -m mypy
	@PATH="$(dir $(VENV)):$$PATH" lint-imports
	@$(VENV) -m check_jsonschema --builtin-schema vendor.compose-spec docker-compose*.yml

random-steps: prepare ## Ten thousand random steps of guests and owners, on SQLite and on PostgreSQL; takes its time
	@RANDOM_STEPS=10000 $(VENV) -m pytest -n $(WORKERS) -o timeout=3600 tests/services/test_any_order.py

quick-tests:
	@$(VENV) -m pytest -n $(WORKERS) -m "not slow"

bench: prepare ## Whole conversations against the service and a plain bot
	@$(VENV) -m benchmarks

bench-cluster: prepare ## What one, two and four web processes do behind the proxy, and what it costs each part
	@$(VENV) -m benchmarks.cluster

bench-history: prepare ## What 100 thousand and a million bookings of history cost, on SQLite and PostgreSQL
	@$(VENV) -m benchmarks.growth

bench-memory: prepare ## What 20 thousand conversations leave in memory, against 2 thousand
	@$(VENV) -m benchmarks.memory

bench-search: prepare ## Finding a table in a full restaurant of 60 tables, against an empty one
	@$(VENV) -m benchmarks.search

bench-playground: prepare ## The playground's CPU for each update, against the bot's
	@$(VENV) -m benchmarks.playground

faults: prepare ## What the deployment does while its parts are killed, stopped and cut off; FAULTS=--list names them
	@$(VENV) -m faults $(FAULTS)
	@$(if $(FAULTS),,$(VENV) -m faults.fuzz)

fuzz: prepare ## The end of it alone: strange requests, and a hundred thousand strange updates; FUZZ=--help
	@$(VENV) -m faults.fuzz $(FUZZ)

docs-windows: prepare ## Draw every window of the bot into docs/
	@$(VENV) -m scripts.docs_windows

screenshots: prepare ## Take the README's pictures of the chat into docs/images/
	@$(VENV) -m scripts.screenshots

lock: prepare ## Write the lock files anew; versions stay where they can
	@$(LOCK) --output-file requirements.txt requirements.in
	@$(LOCK) --output-file requirements-dev.txt requirements-dev.in

upgrade: LOCK += --upgrade
upgrade: lock ## The same with the newest versions that fit together

format: prepare ## Lay the code out
	@$(VENV) -m ruff format .
	@$(VENV) -m ruff check --fix .

prepare:
	@$(PYTHON) scripts/prepare.py --dev

clean: ## Remove what was made, except data/ and .env
	@rm -rf .venv build htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
