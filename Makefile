# make demo   install, and build a digest from the bundled samples
# make test   install, and run all the tests
# make check  ruff, mypy --strict, import contracts
# make words  bring the catalogues of other languages up to date with the templates (templates/locale)
# make clients  bring what mail clients can show up to date, from caniemail.com (needs npm)
# make bench  what the benchmarks measure, and how to run them

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check words clients bench clean

demo: $(VENV)/.installed
	@$(BIN)/digest -c config.example.toml build --offline > $(VENV)/.demo
	@echo
	@echo "Your first digest is ready. Open it in a browser:"
	@echo "  file://$$(cat $(VENV)/.demo)"
	@echo "Its plain text, its .eml and the report of the build are in the same folder."
	@echo "To send it (into outbox/, as .eml files): $(BIN)/digest -c config.example.toml subscribers add you@example.org"
	@echo "                                     and: $(BIN)/digest -c config.example.toml send"

# Workers of the tests side by side must not spin while they wait for their threads (OMP_WAIT_POLICY).
PYTEST_ARGS ?= -n auto

test: $(VENV)/.installed-dev
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

words: $(VENV)/.installed-dev
	$(BIN)/pybabel -q extract -F pyproject.toml --no-location --omit-header -c NOTE: --strip-comment-tags -k _ -k ngettext:1,2 \
		-o templates/locale/digest.pot .
	@for po in templates/locale/*.po; do \
		$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete -i templates/locale/digest.pot -o $$po -l $$(basename $$po .po); \
		sed -i.old -E '/^"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Tr|Language-Team|MIME|Content-Transfer|Generated)/d' $$po; \
		rm $$po.old; \
	done

clients: $(VENV)/bin/python
	$(BIN)/python tools/clients.py

bench:
	@cat benchmarks/README.md

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("digest needs Python 3.11 or later, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) out outbox config.example.db config.example.db-* config.example.db.lock
