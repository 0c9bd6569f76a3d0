"""Fixtures: a copy of the ledger to damage, and tables loaded once."""

import shutil
from pathlib import Path

import pytest

from small import Small, code_of
from warledger.checks import PROJECT
from warledger.tables import load


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A copy of the ledger's tables that a test may damage."""
    folder = tmp_path / "data"
    folder.mkdir()
    for table in (PROJECT / "data").glob("*.csv"):
        shutil.copy(table, folder)
    return folder


@pytest.fixture(scope="session")
def donors():
    return load("donors")


@pytest.fixture(scope="session")
def pledge_table():
    return load("pledges")


@pytest.fixture(scope="session")
def strike_table():
    return load("strikes")


@pytest.fixture(scope="session")
def _empty(tmp_path_factory) -> Small:
    return Small(tmp_path_factory.mktemp("empty") / "project")


@pytest.fixture(scope="session")
def _drawn(tmp_path_factory, _empty) -> Small:
    drawn = _empty.copy(tmp_path_factory.mktemp("drawn") / "project")
    drawn.write("one", code_of("one"))
    ran = drawn.run("run")
    assert ran.returncode == 0, ran.stderr
    return drawn


@pytest.fixture
def small(tmp_path: Path, _empty) -> Small:
    """A project of its own, without notebooks."""
    return _empty.copy(tmp_path / "project")


@pytest.fixture
def one(tmp_path: Path, _drawn) -> Small:
    """A project of its own with one notebook, whose figures are current."""
    return _drawn.copy(tmp_path / "project")
