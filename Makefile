# Two commands matter: `make figures` and `make test`. Nothing but Python 3.11 to 3.13 is needed before them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: figures test browser lab lock docs bench

figures: $(READY)  ## regenerate every chart, the gallery and the README's numbers by executing the notebooks
	$(BIN)/warledger run
	$(BIN)/warledger gallery

test: $(READY)  ## lint and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest

browser: $(READY)  ## install what the tests in a browser drive it with; chromium itself is the system's
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.lock

# Outputs stay in the saved file, where their reader wants them; git is told to see notebooks without (.gitattributes).
lab: $(READY)  ## open the notebooks in JupyterLab
	@git config filter.notebook.clean '$(BIN)/nbstripout --keep-id' 2>/dev/null || true  # no git, no filter
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks/overview.ipynb \
		--ServerApp.jpserver_extensions=warledger.lab=True

docs: $(READY)  ## write the data dictionary from the descriptor
	$(BIN)/python -m warledger.dictionary

bench: $(READY)  ## measure the runner and the readers against their peers; takes about forty minutes
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/releases.py

# Versions and hashes for Python 3.11 to 3.13, without addresses of any index.
COMPILE := .venv-lock/bin/uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --upgrade \
	--no-emit-index-url --no-header --no-annotate
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --disable-pip-version-check uv
	$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	$(COMPILE) --group browser --constraint requirements.lock --output-file requirements-browser.lock
	rm -rf .venv-lock

# The mark is made last: an installation that was cut short is begun again.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11 to 3.13 is needed; name one: make figures PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv with the locked packages; the first time takes about a minute."
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	@touch $@
