"""The data dictionary: `data/README.md`, written from the descriptor so that the two cannot differ.

python -m warledger.dictionary
"""

from warledger.checks import descriptor
from warledger.rules import CHECKS
from warledger.tables import DATA

HEAD = """\
# Data dictionary

Version {version}, licence {licence}. Written by `make docs` from [datapackage.json](datapackage.json): change that.
How rows are curated is in the [README](../README.md#add-a-row), every correction in the [changelog](CHANGELOG.md).

UTF-8, LF, comma, one header line. Dates are ISO. **Empty means not reported; it is never zero.**
`NA` and `None` are text. Every row names who published the figure and links to a page with it.
`confidence` is about our reading of the source, not about the truth of the claim.

`oblasts.geojson` holds the outlines of the 27 units of `oblasts.csv`, keyed by its code, in WGS 84.

## Tables

"""


PARAGRAPHS = {"counts": "What counts", "leftOut": "Left out", "compiled": "How it was compiled", "gaps": "Known gaps"}


def dictionary() -> str:
    """Return the data dictionary as Markdown: one section a table, one line a column, then the credits."""
    package = descriptor()
    text = HEAD.format(version=package["version"], licence=package["licenses"][0]["name"])
    for resource in package["resources"]:
        text += f"- [{resource['path']}](#{resource['name']}): {resource['title']}\n"
    for resource in package["resources"]:
        text += _table(resource)
    text += "\n## Between tables\n\n"
    text += "".join(f"- `{check['name']}`: {check['says']}\n" for check in package["crossChecks"])
    text += "\n## Credits\n\nTables were made possible by the work of others:\n\n"
    return text + "".join(f"- [{source['title']}]({source['path']})\n" for source in package["sources"])


def _table(resource: dict) -> str:
    schema = resource["schema"]
    lines = [
        f"\n## {resource['name']}\n\n{resource['description']}\n",
        *(f"- **{title}.** {resource[key]}" for key, title in PARAGRAPHS.items()),
        f"- Key: {_code(schema['primaryKey'])}; sorted by {_code(resource['sortedBy'])}",
        *(
            f"- {_code(key['fields'])} names a row of `{key['reference']['resource'] or resource['name']}`"
            for key in schema.get("foreignKeys", [])
        ),
        "\n| column | type | rule | meaning |\n|---|---|---|---|",
    ]
    columns = []
    for field in schema["fields"]:
        meaning = field["description"] + (f" Unit: {field['unit']}." if "unit" in field else "")
        cells = (f"`{field['name']}`", field["type"], _rule(field), meaning)
        columns.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    rules = [f"- `{rule['name']}` ({rule['column']}): {_said(rule)}" for rule in resource.get("rules", [])]
    return "\n".join([*lines, *columns, *(["\nRules of a row:\n"] if rules else []), *rules]) + "\n"


def _said(rule: dict) -> str:
    """Return a rule as text: its expression, or the first line of the function that checks it."""
    return f"`{rule['holds']}`" if "holds" in rule else CHECKS[rule["check"]].__doc__.splitlines()[0]


def _rule(field: dict) -> str:
    constraints = field.get("constraints", {})
    rules = ["required"] if constraints.get("required") else []
    if "enum" in constraints:
        rules.append("one of: " + ", ".join(constraints["enum"]))
    if "pattern" in constraints:
        rules.append(f"`{constraints['pattern']}`")
    if "minimum" in constraints:
        rules.append(f"{constraints['minimum']} or more")
    return "; ".join(rules)


def _code(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    (DATA / "README.md").write_text(dictionary(), encoding="utf-8")
