# Two commands matter: `make demo` and `make test`. Each sets up everything it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test check soak bench new-app browser lock clean

PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.installed
export CI ?= 1

help: ## What there is to type
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

setup: $(STAMP) ## Make .venv with the command `tongbao`

$(STAMP): requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or say PYTHON=/where/it/is make $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv (about a minute the first time) …"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m tongbao.config.messages
	@touch $(STAMP)

demo: setup ## A shop at work: plays the story, prints who got paid and why, then serves (ONCE=1 ends there, PORT= moves it)
	@$(BIN)/tongbao demo $(if $(ONCE),--once,) $(if $(PORT),--port $(PORT),)

check: setup ## Lint, types, contracts: fast
	@$(BIN)/ruff check .
	@$(BIN)/mypy tongbao/money tongbao/plans tongbao/ledger tongbao/rewards
	@$(BIN)/lint-imports

browser: ## Chromium and a Chinese font for the tests of pages, where apt can install them
	@bash .ci/browser

test: setup browser check ## Everything
	@$(BIN)/pytest $(PYTEST)

soak: setup ## Long runs
	@$(BIN)/pytest -m soak tests $(PYTEST)

bench: setup ## make bench NAME=checkout ARGS=…
	@$(BIN)/python -m bench.$(NAME) $(ARGS)

new-app: setup ## make new-app NAME=tea_room
	@$(BIN)/tongbao new-app $(NAME)

clean: ## Forget .venv and what was built; var/ with the data stays
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
