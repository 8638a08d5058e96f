# The commands of this repository. They work from any folder (make -C path sync), as root or not.
# PYTHON: the interpreter that makes the virtual environment (3.11 or newer, with venv).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

# Where this file is. The shell finds out, because make's own functions split a path at its spaces.
hash := \#
ROOT := $(shell file="$(MAKEFILE_LIST)"; cd "$$(dirname "$${file$(hash) }")" && pwd)
PYTHON ?= python3
setup = PYTHON='$(PYTHON)' sh '$(ROOT)/deployments/setup.sh'
bin := $(ROOT)/.venv/bin

# With `make` a failure is always exit code 2; `sally` itself tells failures apart.
.PHONY: help setup setup-dev sync up test lint types bench client vendor lock clean-data

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' '$(ROOT)/Makefile' | \
		while IFS='|' read -r name text; do printf '%-18s %s\n' "$$name" "$$text"; done

setup: ## build .venv from the locked packages
	@$(setup) run

setup-dev:
	@$(setup) dev

sync: setup ## set everything up and sync every tenant once
	@cd '$(ROOT)' && exec '$(bin)/sally' sync $(ARGS)

up: setup ## the whole stack, staying up until Ctrl-C
	@cd '$(ROOT)' && exec '$(bin)/sally' up $(ARGS)

test: setup-dev ## run every test (ARGS="-k name" for some)
	@cd '$(ROOT)' && exec '$(bin)/python' -m pytest $(ARGS)

lint: setup-dev ## check format, style and import contracts
	@cd '$(ROOT)' && '$(bin)/ruff' format --check . && '$(bin)/ruff' check . && '$(bin)/lint-imports'

types: setup-dev ## check types, strictly
	@cd '$(ROOT)' && exec '$(bin)/mypy'

bench: setup-dev ## measure the speed and print the report
	@cd '$(ROOT)' && exec '$(bin)/python' -m benchmarks $(ARGS)

client: setup-dev ## make clients/python from the API's document
	@cd '$(ROOT)' && exec sh clients/generate.sh

vendor: setup ## scaffold another vendor (NAME=acmeeld, TITLE="Acme ELD")
	@cd '$(ROOT)' && exec '$(bin)/python' -m deployments.new_vendor '$(NAME)' --title '$(TITLE)'

lock: setup ## pin the newest allowed versions of all packages
	@$(setup) lock

clean-data: setup ## remove the local stack's data: databases, logs and keys
	@cd '$(ROOT)' && exec '$(bin)/python' -m deployments.clean
