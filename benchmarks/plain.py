"""The floor: the code of all notebooks in one plain Python process, without any kernel."""

import json
import sys
from pathlib import Path


def main(notebooks: list[str], figures: str) -> None:
    """Run the code cells of the notebooks one after the other."""
    for path in notebooks:
        space: dict = {"__name__": "__main__"}
        for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), path, "exec"), space)
                if "parameters" in cell["metadata"].get("tags", []):
                    space["figures_dir"] = figures


if __name__ == "__main__":
    main(sys.argv[2:], sys.argv[1])
