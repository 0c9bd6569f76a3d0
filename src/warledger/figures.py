"""The only way out for a chart: a figure with its numbers, text and sources.

People share a chart without its page. So `save_figure` refuses a figure without title, alternative
text, numbers and sources, and writes PNG, SVG, CSV and JSON that carry them. A notebook publishes
all its figures or none: they are kept in memory, verified, and moved into place at the end.
"""

import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import warnings
from dataclasses import dataclass, field
from html import escape
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
from IPython.display import Image
from matplotlib.figure import Figure
from PIL import Image as Pixels

from warledger import tables
from warledger.errors import FigureError
from warledger.layout import compose, fix_places, layout_faults, spread_labels
from warledger.notebooks import figures_parent
from warledger.style import GREY, SIZES, new_figure, use_style
from warledger.wording import count, listed, several

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def open_figures(notebook: str, parameters: dict, figures_dir: str = "", selection: str = "") -> "Figures":
    """Return the set of figures of one notebook run, and set the style.

    `parameters` go into each figure's JSON. `selection` says what the parameters select ("from
    Malta, 2024-01-01 to 2024-12-31"), for the card that stands in for a figure without data.
    `figures_dir` is the parent of `<notebook>/`; `figures_parent` says where it is when it is empty.
    """
    use_style()
    _check_name(notebook)
    parent = figures_parent(notebook, parameters, figures_dir)
    folder = parent / notebook
    if folder.is_symlink() or parent.is_file() or folder.is_file():
        raise FigureError(f"{folder}: figures go to a folder, and this is none; name another figures_dir")
    return Figures(notebook, folder, parameters, selection)


class Picture(Image):
    """A PNG with its alternative text, which JupyterLab shows only where the picture comes as HTML too."""

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        bundle, metadata = super()._repr_mimebundle_(include, exclude)
        source = f"data:image/png;base64,{bundle['image/png']}"
        bundle["text/html"] = f'<img src="{source}" alt="{escape(self.alt)}" width="{self.width}">'
        return bundle, metadata


@dataclass
class Figures:
    """The figures of one notebook run: saved in memory one by one, published together."""

    notebook: str
    folder: Path
    parameters: dict
    selection: str
    files: dict[str, bytes] = field(default_factory=dict)

    def save_figure(
        self,
        figure: Figure,
        name: str,
        *,
        title: str,
        subtitle: str,
        alt: str,
        data: pd.DataFrame,
        sources,
        note: str = "",
    ) -> Picture:
        """Put a finished figure into the set and return its PNG for the notebook to show.

        `data` is exactly what was drawn; `sources` is a frame (or several) of the ledger's rows
        behind it, with `publisher` and `source_url`. An empty `data` gives a card that says so.
        Raises FigureError where something is missing, does not fit, or overlaps.
        """
        _check_name(name)
        rows = _rows(sources)
        if data.empty:
            figure = _card()
            title, subtitle, note = f"{title} {self.selection}".strip(), "", ""
            alt = f"A card without a chart: {title}."
        for what, value in (("title", title), ("alt", alt)):
            if not str(value).strip():
                raise FigureError(f"{name}: a figure needs {what}")
        if rows.empty and not data.empty:
            raise FigureError(f"{name}: a figure needs sources: the ledger's rows behind it")
        release = tables.release()
        read = [tables.released[via] for via in rows["via"].dropna().unique() if via in tables.released]
        licence = "terms of the release's publisher" if read else release.licence
        stamp = f"War ledger {release.version}, {licence}"
        if tables.released and not data.empty:
            note = f"{note} {release_note(read)}".strip()
        source = source_text(rows, name) if not rows.empty else ""
        if unnamed := [one["file"] for one in read if one["file"] not in source]:
            source = f"{source}; among them {listed(unnamed)}"
        source_line = f"{source}. {stamp}." if source else f"{stamp}."
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Glyph .* missing")
            try:
                compose(figure, title, subtitle, note, source_line)
                fix_places(figure)
                spread_labels(figure)
                png = _render(figure, "png", {"Software": None, "Title": title, "Description": alt})
                faults = layout_faults(figure)
                svg = _describe(_render(figure, "svg", {"Date": None, "Creator": None, "Title": title}), alt)
            except UserWarning as warning:
                raise FigureError(f"{name}: {warning}") from None
        if faults:
            raise FigureError(f"{name}: {'; '.join(faults)}")
        about = {
            "notebook": self.notebook,
            "figure": name,
            "title": title,
            "subtitle": subtitle,
            "note": note,
            "alt": alt,
            "source_line": source_line,
            "sources": source_list(rows),
            "licence": licence,
            "data_version": release.version,
            "parameters": self.parameters,
            "inputs_sha256": dict(sorted(tables.inputs.items())),
            **({"releases": list(tables.released.values())} if tables.released else {}),
            "tools": {tool: version(tool) for tool in ("matplotlib", "numpy", "pandas", "seaborn")},
        }
        csv = to_csv(data)
        _verify(name, figure, png, svg, csv, data)
        self.files |= {f"{name}.png": png, f"{name}.svg": svg, f"{name}.csv": csv, f"{name}.json": _json(about)}
        return Picture(data=png, alt=alt, width=900)

    def publish(self) -> str:
        """Move all figures into place, the manifest last, and say where they are.

        Files of an earlier run that this one no longer makes are removed. Raises FigureError where
        the folder cannot be written; then the earlier figures are whole.
        """
        if not self.files:
            raise FigureError(f"{self.notebook}: no figure was saved")
        manifest = {
            "notebook": self.notebook,
            "parameters": self.parameters,
            "inputs_sha256": dict(sorted(tables.inputs.items())),
            "files_sha256": {name: hashlib.sha256(body).hexdigest() for name, body in self.files.items()},
        }
        staging = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            earlier = _listed_in(self.folder / "manifest.json")
            staging = Path(tempfile.mkdtemp(prefix=f".{self.notebook}-", dir=self.folder.parent))
            for name, body in {**self.files, "manifest.json": _json(manifest)}.items():
                (staging / name).write_bytes(body)
            for name in [*self.files, "manifest.json"]:
                (staging / name).chmod(0o644)
                os.replace(staging / name, self.folder / name)
            for name in earlier - set(self.files):
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise FigureError(f"{self.folder}: cannot be written: {error.strerror}") from None
        finally:
            if staging:
                shutil.rmtree(staging, ignore_errors=True)
        return f"{several(len(self.files) // 4, 'figure', 'figures')}, each as PNG, SVG, CSV and JSON, in {self.folder}"


def release_note(read: list[dict]) -> str:
    """Return the sentence for a figure of a run that was given releases: those it was read from, or that it was not."""
    if not read:
        return "From the ledger: the release has no such figures."
    files = [f"{one['file']} to {one['data_until']}, {count(one['kept'])} of {count(one['rows'])} rows" for one in read]
    return f"Read from {listed(files)}. {'. '.join(dict.fromkeys(one['note'] for one in read))}."


def source_text(rows: pd.DataFrame, name: str) -> str:
    """Return the source line of the rows drawn: publishers, those with most rows first, and where the links are."""
    named = rows["publisher"] + _via(rows)
    order = named.value_counts(sort=False).rename_axis("name").reset_index(name="rows")
    order = order.sort_values(["rows", "name"], ascending=[False, True])["name"].tolist()
    if len(order) <= 4:
        return f"Source: {listed(order)}"
    more = f"{', '.join(order[:3])} and {count(len(order) - 3)} more"
    return f"Sources: {more}; links to all {count(len(rows))} rows in {name}.json"


def source_list(rows: pd.DataFrame) -> list[dict]:
    """Return publishers with the links of their rows, also that of a strike's toll, sorted by name."""
    if rows.empty:
        return []
    named = rows.assign(via=rows["via"].fillna(""))
    places = [column for column in ("source_url", "toll_source_url") if column in rows]
    return [
        {
            "publisher": publisher,
            "via": via,
            "rows": len(group),
            "links": sorted({link for column in places for link in group[column].dropna()}),
        }
        for (publisher, via), group in named.groupby(["publisher", "via"], sort=True)
    ]


def _via(rows: pd.DataFrame) -> pd.Series:
    """Return " (via ...)" for rows whose publisher was read on one or two other pages only, as a series is."""

    def carriers(via: pd.Series) -> str:
        names = sorted(via.unique())
        return f" (via {listed(names)})" if len(names) <= 2 and all(names) else ""

    return rows["publisher"].map(rows["via"].fillna("").groupby(rows["publisher"]).agg(carriers))


def _rows(sources) -> pd.DataFrame:
    """Return the rows of one frame or several, with publisher, via and source_url."""
    frames = [sources] if isinstance(sources, pd.DataFrame) else list(sources or [])
    columns = ["publisher", "via", "source_url"]
    rows = [frame.reindex(columns=columns) for frame in frames if not frame.empty]
    joined = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
    if joined[["publisher", "source_url"]].isna().any(axis=None):
        raise FigureError("a row without publisher or source_url cannot be drawn")
    return joined


def to_csv(data: pd.DataFrame) -> bytes:
    """Return the numbers drawn as CSV: ISO dates, and no text that a spreadsheet would run as a formula."""
    table = data.reset_index() if data.index.name else data
    for column in table.columns:
        if isinstance(table[column].dtype, pd.CategoricalDtype):
            table = table.assign(**{column: table[column].astype("str")})
        if pd.api.types.is_string_dtype(table[column]):
            risky = table[column].str.match(r"[=+\-@\t\r]").fillna(False).astype(bool)
            table = table.assign(**{column: table[column].mask(risky, "'" + table[column])})
    return table.to_csv(index=False, float_format="%.10g", date_format="%Y-%m-%d", lineterminator="\n").encode()


def _card() -> Figure:
    """Return the figure that stands in where there is nothing to draw."""
    figure, axes = new_figure("wide")
    axes.set_axis_off()
    axes.text(0.5, 0.5, "No rows for these parameters", ha="center", va="center", size=15, color=GREY)
    return figure


def _render(figure: Figure, kind: str, metadata: dict) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()


def _describe(svg: bytes, alt: str) -> bytes:
    """Return the SVG with a role and a description, which matplotlib does not write."""
    text = svg.decode()
    escaped = alt.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("<svg ", '<svg role="img" aria-labelledby="figure-title figure-desc" ', 1)
    return re.sub(
        r"<title>(.*?)</title>",
        lambda found: f'<title id="figure-title">{found[1]}</title>\n <desc id="figure-desc">{escaped}</desc>',
        text, count=1, flags=re.DOTALL,
    ).encode()  # fmt: skip


def _verify(name: str, figure: Figure, png: bytes, svg: bytes, csv: bytes, data: pd.DataFrame) -> None:
    """Raise FigureError where a finished file is not what it must be."""
    size = Pixels.open(io.BytesIO(png)).size
    if size not in SIZES.values():
        raise FigureError(f"{name}.png is {size[0]} x {size[1]} pixels; allowed: {SIZES}")
    root = ElementTree.fromstring(svg)
    marks = {element.tag.rpartition("}")[2] for element in root.iter()}
    if not {"title", "desc", "text"} <= marks or root.get("role") != "img":
        raise FigureError(f"{name}.svg lacks its title, description or text")
    again = pd.read_csv(io.BytesIO(csv), keep_default_na=False, na_values=[""])
    drawn = data.reset_index() if data.index.name else data
    if len(again) != len(drawn) or list(again.columns) != [str(column) for column in drawn.columns]:
        raise FigureError(f"{name}.csv does not hold the rows and columns drawn")
    for column in drawn.select_dtypes("number"):
        written, meant = again[str(column)].astype("Float64"), drawn[column].astype("Float64").reset_index(drop=True)
        off = (written - meant).abs() > 1e-9 * meant.abs()
        if off.any() or (written.isna() != meant.isna()).any():
            raise FigureError(f"{name}.csv: column {column} is not what was drawn")


def _json(content: dict) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _listed_in(manifest: Path) -> set[str]:
    """Return the files of an earlier run; a damaged manifest lists none, so nothing is removed by it."""
    try:
        names = json.loads(manifest.read_text(encoding="utf-8"))["files_sha256"]
        return {name for name in names if NAME.fullmatch(name.partition(".")[0])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise FigureError(f"{name[:80]!r} is no figure name: use a-z, 0-9, - and _, at most 64")
