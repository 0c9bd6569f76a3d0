"""The drawing of the architecture shows every module once, and exactly the imports that there are."""

import ast
import re
from xml.etree import ElementTree

from warledger.checks import PROJECT

SVG = "{http://www.w3.org/2000/svg}"
PACKAGE = PROJECT / "src" / "warledger"
DRAWING = ElementTree.parse(PROJECT / "docs" / "architecture.svg").getroot()


def rooms():
    """Module -> group, from the drawing."""
    found = {}
    for group in DRAWING.iter(f"{SVG}g"):
        for text in group.iter(f"{SVG}text"):
            if text.get("class") == "modules":
                for name in re.split(r",\s*", text.text.strip().rstrip(",")):
                    assert name not in found, f"{name} is drawn twice"
                    found[name] = group.get("id")
    return found


def imports():
    """Module -> modules of the package that it imports, from the code."""
    paths = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }
    del paths["__init__"]
    found = {}
    for name, path in paths.items():
        found[name] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("warledger"):
                home = node.module.removeprefix("warledger").lstrip(".")
                for alias in node.names:
                    inner = f"{home}.{alias.name}".lstrip(".")
                    found[name].add(inner if inner in paths else home)
    return found


def test_every_module_has_its_room():
    assert set(rooms()) == set(imports())


def test_the_arrows_are_the_imports():
    room = rooms()
    real = {(room[name], room[used]) for name, uses in imports().items() for used in uses}
    real = {(one, other) for one, other in real if one != other and other != "common"}
    drawn = {
        (path.get("data-from"), path.get("data-to")) for path in DRAWING.iter(f"{SVG}path") if path.get("data-from")
    }
    assert drawn == real


def test_what_all_use_uses_nothing_else():
    room = rooms()
    assert all(room[used] == "common" for name, uses in imports().items() if room[name] == "common" for used in uses)
