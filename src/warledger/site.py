"""The figures as a folder for a web server: the page of the gallery, and each figure as one zip besides.

The zips hold the same bytes as the files beside them, so they are made for this folder and never committed.
"""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

from warledger.errors import FigureError
from warledger.files import write_whole
from warledger.gallery import Shown, html_page, read_figures

README = """{title}

{alt}

{name}.png   the chart as a picture
{name}.svg   the chart as a drawing with real text
{name}.csv   exactly the numbers drawn; an empty cell means that nobody reported the figure, it is never zero
{name}.json  alternative text, links to the sources of every row, parameters, hashes of the tables

{source_line}

Licence: {licence}.
Cite as: The contributors to the war ledger (2026), The ledger of the war that people can check, version {data_version}.
Name the source of the row as well: the figures are its publisher's.
"""


def write_site(figures: Path, site: Path) -> Path:
    """Copy all figures into a folder, with a zip of each and a page that offers them; return the page.

    Two writings give the same bytes; a figure that is no more stays in a folder that has it, so an empty one is
    best. Raises FigureError where a figure's file is damaged or missing, or the folder cannot be written.
    """
    shown = read_figures(figures)
    if site.resolve().is_relative_to(figures.resolve()):
        raise FigureError(f"{site}: lies in the folder of the figures; name another folder for the site")
    page = site / "index.html"
    try:
        offered = {notebook: [_place(figures, site, figure) for figure in group] for notebook, group in shown.items()}
        write_whole(page, html_page(offered).encode("utf-8", "replace"))
    except OSError as error:
        raise FigureError(f"{site}: the site cannot be written: {error.strerror}; name another folder") from None
    return page


def _place(figures: Path, site: Path, figure: Shown) -> Shown:
    """Copy the files of one figure, zip them, and return the figure with its zip."""
    bodies = {kind: (figures / f"{figure.place}.{kind}").read_bytes() for kind in figure.sizes}
    bodies["zip"] = _zipped(figure, bodies)
    for kind, body in bodies.items():
        write_whole(site / f"{figure.place}.{kind}", body)
    return replace(figure, sizes={kind: len(body) for kind, body in bodies.items()})


def _zipped(figure: Shown, bodies: dict[str, bytes]) -> bytes:
    """Return the zip of one figure: a folder with its four files and a README."""
    name = Path(figure.place).name
    files = {f"{name}.{kind}": body for kind, body in bodies.items()}
    files["README.txt"] = README.format_map(figure.about | {"name": name}).encode("utf-8", "replace")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file, body in files.items():
            entry = zipfile.ZipInfo(f"{name}/{file}")  # dated 1980: the same files give the same bytes
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
