"""Notebooks as files: which there are, what their parameters cell declares, what code they hold.

Nothing here imports pandas or papermill, so that a command which runs nothing answers at once.
"""

import ast
import hashlib
import io
import json
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from warledger.checks import PROJECT
from warledger.errors import ParameterError

NOTEBOOKS = PROJECT / "notebooks"
TYPES = {"str": str, "int": int, "float": float, "bool": lambda text: text.lower() == "true"}
SHAPES = {  # stricter than Python, which makes 202202 of 2022_02
    "str": (re.compile(r".*", re.DOTALL), "text"),
    "int": (re.compile(r"[+-]?[0-9]+"), "a whole number"),
    "float": (re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE), "a number"),
    "bool": (re.compile(r"true|false", re.IGNORECASE), "true or false"),
}


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str
    default: str | int | float | bool
    help: str


def notebook_names() -> list[str]:
    """Return the names of the project's notebooks."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def source_of(name: str) -> Path:
    """Return the file of a notebook."""
    return NOTEBOOKS / f"{name}.ipynb"


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook's cell tagged `parameters` declares, by name.

    Raises ParameterError where there is no such cell or a line is not `name: type = literal`.
    """
    tagged = [cell for cell in _cells(notebook) if _is_tagged(cell)]
    if len(tagged) != 1:
        raise ParameterError(f"{notebook.name}: {len(tagged)} cells are tagged `parameters`; one is needed")
    source = tagged[0]["source"]
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind), value=value) if (
                kind in TYPES and value is not None
            ):
                text = comments.get(statement.end_lineno or 0, "")
                found[name] = Parameter(name, kind, ast.literal_eval(value), text)
            case _:
                line = ast.unparse(statement)
                raise ParameterError(f"{notebook.name}: {line}: write parameters as `name: type = value  # help`")
    return found


def parse_value(parameter: Parameter, text: str) -> str | int | float | bool:
    """Return the text of a command line as a value of the parameter's type: `007` for a str stays text."""
    shape, wanted = SHAPES[parameter.type]
    if not shape.fullmatch(text):
        raise ParameterError(f"{parameter.name}: {text!r} is not {wanted}")
    return TYPES[parameter.type](text)


def read_parameter_file(path: Path) -> dict[str, str]:
    """Return the parameters of a YAML file as the texts that stand there, so that `007` stays `007`.

    Only plain scalars are taken; nothing is constructed from a tag.
    """
    import yaml

    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ParameterError(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(root, yaml.MappingNode):
        raise ParameterError(f"{path}: write one `name: value` a line")
    plain = [f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "timestamp")]
    found: dict[str, str] = {}
    for key, value in root.value:
        where = f"{path}:{key.start_mark.line + 1}: {key.value}"
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode) or value.tag not in plain:
            raise ParameterError(f"{where}: a parameter is one text, number, date, true or false")
        if key.value in found:
            raise ParameterError(f"{where}: given twice")
        found[key.value] = value.value
    return found


def unknown_name(name: str, known: Iterable[str], notebook: str) -> ParameterError:
    """Return the error for a parameter that a notebook does not have, with the nearest name."""
    known = list(known)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return ParameterError(f"{notebook} has no parameter {name!r}; {hint}It has {', '.join(known)}")


def figures_parent(name: str, parameters: Mapping, figures_dir: str = "") -> Path:
    """Return the folder in which a run's `<notebook>/` stands.

    Without `figures_dir`, figures of default parameters go to the project's `figures/`, others to
    `runs/figures/`: what is committed is only ever drawn with the defaults.
    """
    if figures_dir:
        return Path(figures_dir).expanduser().resolve()
    declared = read_parameters(source_of(name))
    usual = all(key in declared and declared[key].default == value for key, value in parameters.items())
    return PROJECT / ("figures" if usual else "runs/figures")


def code_hash(name: str) -> str:
    """Return the sha256 of a notebook's code, without the parameters cell: values are compared apart."""
    code = [cell["source"] for cell in _cells(source_of(name)) if cell["cell_type"] == "code" and not _is_tagged(cell)]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


def heading_of(name: str, code: str) -> str:
    """Return the heading above the cell with this code; empty where no cell has it."""
    heading = ""
    for cell in _cells(source_of(name)):
        first = cell["source"].strip()
        if cell["cell_type"] == "markdown" and first.startswith("#"):
            heading = first.splitlines()[0].lstrip("# ")
        elif first == code.strip():
            return heading
    return ""


def _cells(notebook: Path) -> list[dict]:
    """Return the cells of a notebook, with each source as one text."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def _is_tagged(cell: dict) -> bool:
    return "parameters" in cell.get("metadata", {}).get("tags", [])
