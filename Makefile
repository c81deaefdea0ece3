# Short names for what an engineer does all day; `make` alone lists them.
PYTHON = .venv/bin/python

.PHONY: help setup check test quick capability run

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## install everything that the tests need
	./socai test --collect-only -q > /dev/null

check: ## what takes seconds: formatting, lint, import contracts, types
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports
	.venv/bin/mypy

quick: ## domain and read models only, under two minutes
	./socai test --quick

capability: ## all tests of one capability: make capability NAME=households
	./socai test $(wildcard tests/*/$(NAME))

test: ## the whole suite
	./socai test

run: ## the system with demo data
	./socai up
