# Two commands matter: `make run` and `make test`. Each gets what it needs.
.DEFAULT_GOAL := help
.PHONY: help run test check lock manage messages bench backup restore

# The first Python 3 that works here; a version manager's may refuse for want of 3.13, which we fetch ourselves.
PYTHON ?= $(shell for python in python3 /usr/bin/python3 /usr/local/bin/python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null && echo "$$python" && break; done)

M2C := $(or $(PYTHON),$(error m2c: Python 3 is missing. Install any version of it (on Debian: apt-get install python3))) bin/bootstrap.py

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: ## Start the site at http://localhost:8000 (PORT=8001 make run: at another port)
	@$(M2C) run

test: ## Set up, then check all that CI checks
	@$(M2C) test

check: ## The same with what is installed
	@$(M2C) check

lock: ## Lock the newest packages that requirements*.in allow (ARGS="--upgrade")
	@$(M2C) lock $(ARGS)

manage: ## A command of manage.py with the site's database: make manage ARGS="createsuperuser"
	@$(M2C) manage $(ARGS)

messages: ## Find what the code says, for the French in locale/fr/LC_MESSAGES/django.po
	@$(M2C) manage update_translations

bench: ## Measure what pages cost (ARGS="--articles 100000")
	@$(M2C) with .venv/bin/python -m benchmarks.pages $(ARGS)

backup: ## Put database and media into one file below .data/backups (FILE=site.tar: into that one)
	@$(M2C) manage backup $(if $(FILE),"$(FILE)")

restore: ## Bring a backup back: FILE=site.tar, and FORCE=1 to replace what is there
	@$(M2C) manage restore "$(FILE)" $(if $(filter 1,$(FORCE)),--force)
