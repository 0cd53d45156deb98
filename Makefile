# Two commands matter: `make demo` and `make test`. Each sets up everything that it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup storefront storefront-ends demo test check soak bench new-app without-apps browser clean

PYTHON ?= python3.11
BIN := .venv/bin
# The stamp bears the place's name: a checkout that was moved or copied makes its .venv anew.
INSTALLED := .venv/.installed-$(shell pwd -P | cksum | cut -d ' ' -f 1)
MESSAGES := $(shell find tongbao -name '*.po' -not -path '*/.venv/*' 2>/dev/null)
STOREFRONT := storefront
BUILT := $(STOREFRONT)/dist/build/h5/index.html
# What scripts/assemble.mjs writes is left out: it is made of the others.
PAGES := $(shell find $(STOREFRONT)/src $(STOREFRONT)/scripts $(STOREFRONT)/public-root $(STOREFRONT)/index.html $(STOREFRONT)/openapi.json $(STOREFRONT)/vite.config.ts -type f -not -path '*/src/sayings/*' -not -name pages.json -not -name icons.ts -not -path '*/api/schema.ts' -not -path '*/api/operations.ts' 2>/dev/null) $(wildcard $(STOREFRONT)/src/apps/*/pages.json)
NAME ?=
ARGS ?=
PYTEST ?=
PORT ?=
ONCE ?=
SEED ?= 1

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

help: ## What there is to type
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(INSTALLED) .venv/.messages ## Make .venv with the command `tongbao`; the second time it is instant

$(INSTALLED): requirements-dev.lock pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" bash .ci/setup
	@touch $@

.venv/.messages: $(MESSAGES) $(INSTALLED)
	@$(BIN)/python -m tongbao.config.messages
	@touch $@

$(STOREFRONT)/node_modules/.installed: $(STOREFRONT)/package-lock.json
	@bash .ci/storefront
	@touch $@

# CI=1: otherwise the build asks a foreign host whether there is a newer one.
$(BUILT): $(STOREFRONT)/node_modules/.installed $(PAGES)
	@echo "Building the storefront …"
	@CI=1 npm --prefix $(STOREFRONT) run --silent build:h5

storefront: $(BUILT) ## Build the storefront (Node); the second time it is instant

storefront-ends: $(STOREFRONT)/node_modules/.installed ## Build mini-program and App, and boot the mini-program's pages
	@echo "Building the mini-program and the App's resources …"
	@CI=1 npm --prefix $(STOREFRONT) run --silent build:mp-weixin >/dev/null && node $(STOREFRONT)/scripts/boot-miniprogram.mjs
	@CI=1 npm --prefix $(STOREFRONT) run --silent build:app >/dev/null

demo: setup storefront ## A shop at work: the story, who got paid and why, then the pages (ONCE=1 ends before them, PORT= moves them)
	@$(BIN)/tongbao demo $(if $(filter-out 0,$(ONCE)),--once) $(if $(PORT),--port $(PORT))

check: setup $(STOREFRONT)/node_modules/.installed ## Lint, types, imports; fast
	@echo "Lint …" && $(BIN)/ruff check --quiet .
	@echo "Types …" && $(BIN)/mypy --no-error-summary tongbao/money tongbao/plans tongbao/ledger tongbao/rewards
	@echo "Imports …" && $(BIN)/lint-imports --no-logo
	@echo "Storefront …" && TONGBAO_ENVIRONMENT=test $(BIN)/tongbao openapi --check $(STOREFRONT)/openapi.json >/dev/null
	@npm --prefix $(STOREFRONT) run --silent traditional -- --check
	@npm --prefix $(STOREFRONT) run --silent assemble >/dev/null && npm --prefix $(STOREFRONT) run --silent types

browser: ## Chromium and a Chinese font for the tests of pages
	@bash .ci/browser

# More workers than cores: much of the time a test waits for a page, a process or the disk. Files come in their own
# order: the long ones stand in tests/, and a long one that began last would keep everybody waiting.
# With CI set, hypothesis draws the same examples every time; `make soak` draws new ones.
test: export CI ?= 1
test: setup browser check storefront storefront-ends ## Everything (PYTEST='-k refund' for a part)
	@echo "Storefront's tests …" && npm --prefix $(STOREFRONT) run --silent test
	@echo "Tests …" && $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(PYTEST)

# With SECONDS the faults alone: the same seed draws the same faults. SECONDS is one of bash's own variables, so only
# what was typed counts.
soak: setup ## The long runs: many examples, long tests, faults (SECONDS=600 SEED=1: the faults alone, for so long)
ifeq ($(origin SECONDS),command line)
	@$(BIN)/python -m tests.faults.soak --seconds $(SECONDS) --seed $(SEED)
else
	@env -u CI $(BIN)/python -m pytest -m "soak or hypothesis" --hypothesis-profile=soak $(PYTEST)
	@$(BIN)/python -m tests.faults.soak --seconds 600 --seed $(SEED)
endif

bench: setup ## A measurement: make bench NAME=checkout ARGS='--orders 500'
	@test -n "$(NAME)" || { echo "Say which: make bench NAME=… — there is:$$(cd bench && ls *.py | sed 's/\.py$$//; s/^/ /' | grep -v ' _' | tr -d '\n')"; exit 2; }
	@$(BIN)/python -m bench.$(NAME) $(ARGS)

new-app: setup ## A business app in one folder, with a passing test: make new-app NAME=tea_room
	@test -n "$(NAME)" || { echo "Say how it is called: make new-app NAME=tea_room"; exit 2; }
	@$(BIN)/tongbao new-app "$(NAME)"

without-apps: setup $(STOREFRONT)/node_modules/.installed ## What is left stands without these apps: make without-apps NAME="member_tasks mining"
	@test -n "$(NAME)" || { echo 'Say which: make without-apps NAME="member_tasks mining"'; exit 2; }
	@$(BIN)/python -m tests.without_apps $(NAME)

clean: ## Forget .venv and what was built; var/ with the data stays
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache
	@find tongbao -name '*.mo' -delete
