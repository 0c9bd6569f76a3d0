"""Fixtures: a copy of the ledger to damage, and tables loaded once."""

import shutil
from pathlib import Path

import pytest

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
