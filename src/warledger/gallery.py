"""The saved figures as pages: `index.html` for a browser, `README.md` for readers of the repository.

Both are made from the finished files alone, so they say nothing that a figure does not carry itself.
The HTML page has no script and no outside resource, and reads from a file as it does from a server.
"""

import base64
import csv
import hashlib
import json
import os
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image

from warledger.errors import FigureError
from warledger.wording import count, several

ORDER = ["overview", "pledges", "losses", "strikes", "briefing", "press_check"]
KINDS = {"png": "PNG", "svg": "SVG", "csv": "CSV", "json": "JSON"}
FOLDER = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # leaves out the hidden folders of a run that is not finished
FILE = re.compile(rf"({FOLDER.pattern})\.({'|'.join(KINDS)})")
LINK = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)
ROWS = 200  # of a table on the page; the CSV beside it has them all

TITLE = "War ledger: all figures"
ABOUT = (
    "Every chart of the ledger of the war in Ukraine: aid promised, losses reported, strikes on Ukraine. "
    "Each comes with its numbers and its sources."
)
LIMITS = (
    "A promise is not a delivery. A claim of one party is not a count. A photograph or a name is a floor, not a "
    "total. An empty cell means that nobody reported a figure; it is never zero."
)
STYLE = """
:root { color-scheme: light; --ink: #222222; --grey: #5f6166; --paper: #ffffff; --link: #0b57a4; --line: #d9dadd }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #e8e8ea; --grey: #b4b7bd; --paper: #16181c; --link: #8ab8ff; --line: #44474d }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1, h2, h3 { line-height: 1.25 }
h2 { margin-top: 3rem; border-top: 2px solid var(--line); padding-top: 1rem }
p, figcaption, nav li { max-width: 50rem }
a, a:visited { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
summary { padding: .25rem 0; color: var(--link); cursor: pointer }
.files a { padding: .25rem 0; display: inline-block }
nav li { padding: .15rem 0 }
.skip { position: absolute; left: -999rem }
.skip:focus { position: static }
.figure { margin: 2.5rem 0 }
figure { margin: 0 }
img { display: block; max-width: 100%; height: auto; background: #ffffff; border: 1px solid var(--line) }
.small { color: var(--grey); font-size: .9rem }
.files { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: .5rem 0; padding: 0; list-style: none }
.scroll { overflow: auto; max-height: 32rem; border: 1px solid var(--line) }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: break-word }
caption { text-align: left; padding: .5rem; color: var(--grey) }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  max-width: 24rem }
thead th { position: sticky; top: 0; background: var(--paper) }
th.number, td.number { text-align: right; white-space: nowrap }
@media print {
  nav, .skip, .files, details:not([open]) { display: none }
  .scroll { max-height: none; overflow: visible; border: 0 }
  h2, h3, figcaption { break-after: avoid } figure, tr { break-inside: avoid }
}
"""
POLICY = (
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)


PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{TITLE}</title>
<style>{STYLE.replace("{", "{{").replace("}", "}}")}</style>
</head>
<body>
<a class="skip" href="#Main">Skip to the figures</a>
<header>
<h1>{TITLE}</h1>
<p>{ABOUT}</p>
<p><strong>What they cannot tell.</strong> {LIMITS}</p>
</header>
<nav aria-label="Figures">
<ul>
{{entries}}
</ul>
</nav>
<main id="Main" tabindex="-1">
{{sections}}
</main>
<footer>
<p class="small">Made from the files beside this page; it has no script and loads nothing from elsewhere.</p>
</footer>
</body>
</html>
"""


@dataclass(frozen=True)
class Shown:
    """One figure as its files show it; `place` is their path from the pages, without the ending."""

    place: str
    about: dict
    header: list[str]
    rows: list[list[str]]
    pixels: tuple[int, int]
    sizes: dict[str, int]  # bytes of each kind of file that is offered


def write_gallery(figures: Path) -> list[Path]:
    """Write `index.html` and `README.md` into the folder of figures and return their paths.

    Both are in place or, where one cannot be made, neither is touched. Raises FigureError where there
    are no figures, a manifest or a figure's file is damaged or missing, or a page cannot be written.
    """
    shown = read_figures(figures)
    pages = {figures / "index.html": html_page(shown), figures / "README.md": markdown_page(shown)}
    drafts = {page: page.with_name(f".{page.name}.{os.getpid()}") for page in pages}
    try:
        for page, text in pages.items():
            drafts[page].write_bytes(text.encode("utf-8", "replace"))  # JSON can hold half a character
            drafts[page].chmod(0o644)
        for page, draft in drafts.items():
            os.replace(draft, page)
    except OSError as error:
        raise FigureError(f"{figures}: the gallery cannot be written: {error.strerror}") from None
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return list(pages)


def read_figures(figures: Path) -> dict[str, list[Shown]]:
    """Return the figures of each notebook that has a manifest, in the order of the pages.

    Raises FigureError where there are none, or a file is damaged or missing.
    """
    found = [path.parent.name for path in figures.glob("*/manifest.json") if FOLDER.fullmatch(path.parent.name)]
    if not found:
        raise FigureError(f"{figures}: there are no figures; run the notebooks first")
    found.sort(key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return {name: [_read_figure(figures / name, figure) for figure in _listed(figures / name)] for name in found}


def _listed(folder: Path) -> list[str]:
    """Return the names of the figures in a manifest, all of whose files are there."""
    manifest = folder / "manifest.json"
    content = _read_json(manifest)
    listed = content.get("files_sha256") if isinstance(content, dict) else None
    if not isinstance(listed, dict) or not all(FILE.fullmatch(file) for file in listed):
        raise FigureError(f"{manifest}: is damaged: it lists no files of figures; run the notebook again")
    names = [file.removesuffix(".json") for file in listed if file.endswith(".json")]
    for file in [*listed, *(f"{name}.{kind}" for name in names for kind in KINDS)]:
        if not (folder / file).is_file():
            raise FigureError(f"{folder / file}: is missing, though the manifest lists it; run the notebook again")
    return names


def _read_figure(folder: Path, name: str) -> Shown:
    """Return one figure; raise FigureError naming the file that is damaged."""
    files = {kind: folder / f"{name}.{kind}" for kind in KINDS}
    about = _read_json(files["json"])
    if not _is_whole(about):
        raise FigureError(f"{files['json']}: is damaged: it lacks title, alt, sources or another part")
    try:
        with files["csv"].open(encoding="utf-8", newline="") as text:
            header, *rows = list(csv.reader(text)) or [[]]
    except (OSError, ValueError, csv.Error):
        header, rows = [], [["unreadable"]]
    if any(len(row) != len(header) for row in rows):
        raise FigureError(f"{files['csv']}: is damaged: it cannot be read as a table; run the notebook again")
    try:
        with Image.open(files["png"]) as picture:
            pixels = picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        raise FigureError(f"{files['png']}: is damaged: it is no picture; run the notebook again") from None
    sizes = {kind: path.stat().st_size for kind, path in files.items()}
    return Shown(f"{folder.name}/{name}", about, header, rows, pixels, sizes)


def _read_json(path: Path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise FigureError(f"{path}: is damaged: it cannot be read as JSON; run the notebook again") from None


def _is_whole(about) -> bool:
    """Return whether a figure's JSON, or one of its sources, has all that the pages show, each of its type."""
    match about:
        case {
            "title": str(title), "alt": str(alt), "subtitle": str(), "note": str(), "source_line": str(),
            "licence": str(), "data_version": str(), "parameters": dict(), "sources": [*sources],
        }:  # fmt: skip
            return bool(title.strip() and alt.strip()) and all(map(_is_whole, sources))
        case {"publisher": str(), "via": str(), "rows": int(), "links": [*links]}:
            return all(isinstance(link, str) for link in links)
    return False


def html_page(shown: dict[str, list[Shown]]) -> str:
    """Return the page for a browser. Its own id begins with a capital, which no notebook's name does."""
    sections, entries = [], []
    for notebook, figures in shown.items():
        links = "\n".join(f'<li><a href="#{f.place}">{_text(f.about["title"])}</a></li>' for f in figures)
        entries.append(f'<li><a href="#{notebook}">{_heading(notebook)}</a>\n<ul>\n{links}\n</ul></li>')
        body = "\n".join(map(_html_figure, figures))
        sections.append(f'<section id="{notebook}">\n<h2>{_heading(notebook)}</h2>\n{body}\n</section>')
    return PAGE.format(entries="\n".join(entries), sections="\n".join(sections))


def _html_figure(figure: Shown) -> str:
    """Return picture, caption, files, numbers, sources and terms of one figure."""
    about, place, (width, height) = figure.about, figure.place, figure.pixels
    title, alt = _text(about["title"]), _text(about["alt"])
    lines = [("p", about["subtitle"]), ('p class="small"', about["note"]), ('p class="small"', about["source_line"])]
    caption = "\n".join(f"<{tag}>{_text(line)}</p>" for tag, line in lines if line.strip())
    files = "\n".join(
        f'<li><a href="{place}.{kind}" download>{kind.upper()} ({_size(size)})</a></li>'
        for kind, size in figure.sizes.items()
    )
    sources = "\n".join(map(_html_source, about["sources"]))
    return f"""<section class="figure" id="{place}">
<h3>{title}</h3>
<figure>
<img src="{place}.png" alt="{alt}" width="{width}" height="{height}" loading="lazy">
<figcaption>
{caption}
</figcaption>
</figure>
<ul class="files" aria-label="Files of: {title}">
{files}
</ul>
<details><summary>Numbers as a table</summary>
{_html_table(figure)}
</details>
<details><summary>Sources</summary>
{f"<ul>{sources}</ul>" if sources else "<p>No rows, so no sources.</p>"}
</details>
<p class="small">{_text(_terms(about))}</p>
</section>"""


def _html_table(figure: Shown) -> str:
    """Return the first rows of the CSV as a table; columns that hold only numbers stand to the right."""
    title = _text(figure.about["title"])
    columns = list(zip(*figure.rows, strict=True)) or [()] * len(figure.header)
    kinds = [' class="number"' if _is_numbers(column) else "" for column in columns]
    head = "".join(f'<th scope="col"{kind}>{_text(name)}</th>' for name, kind in zip(figure.header, kinds, strict=True))
    cells = [[f"<td{kind}>{_text(c)}</td>" for c, kind in zip(row, kinds, strict=True)] for row in figure.rows[:ROWS]]
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    cut = f"The first {ROWS} of {count(len(figure.rows))} rows; the others are in the"
    more = cut if len(figure.rows) > ROWS else "The same numbers as a file:"
    return f"""<p>{more} <a href="{figure.place}.csv" download>CSV</a>.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Numbers of: {title}">
<table>
<caption>{title}: {several(len(figure.rows), "row")}. An empty cell is not a zero.</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>"""


def _html_source(source: dict) -> str:
    """Return a publisher with its links; only http and https become links, all else stays text."""
    links = [
        f'<a href="{_text(link)}" rel="noreferrer noopener">{_text(link)}</a>' if LINK.fullmatch(link) else _text(link)
        for link in source["links"]
    ]
    via = f" (via {source['via']})" if source["via"] else ""
    name = f"{source['publisher']}{via}: {several(source['rows'], 'row', 'rows')}"
    return f"<li>{_text(name)}<ul>{''.join(f'<li>{link}</li>' for link in links)}</ul></li>"


def markdown_page(shown: dict[str, list[Shown]]) -> str:
    """Return the page for readers of the repository."""
    parts = [f"# {TITLE}", ABOUT, f"**What they cannot tell.** {LIMITS}"]
    parts.append("[index.html](index.html) shows the same with tables and links to every source, in a browser.")
    for notebook, figures in shown.items():
        parts.append(f"## {_heading(notebook)}")
        for figure in figures:
            about = figure.about
            parts.append(f"### {markdown_line(about['title'])}")
            parts.append(f"![{markdown_line(about['alt'])}]({figure.place}.png)")
            parts += [markdown_line(about[key]) for key in ("subtitle", "note", "source_line") if about[key].strip()]
            parts.append("Files: " + ", ".join(f"[{label}]({figure.place}.{kind})" for kind, label in KINDS.items()))
    return "\n\n".join(parts) + "\n"


def _text(value: str) -> str:
    return escape(value, quote=True)


def markdown_line(text: str) -> str:
    """Return text as one line that markdown shows as it is: no link, markup, entity, formula or list begins in it."""
    line = re.sub(r"([\\`*_{}\[\]<>#|~&$!])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^([0-9]*)([-+=.])", r"\1\\\2", line)


def _heading(notebook: str) -> str:
    return notebook.replace("_", " ").replace("-", " ").capitalize()


def _terms(about: dict) -> str:
    """Return licence, version and parameters in words; text is shown as it is, an empty one as "not set"."""
    values = {
        name: (value or "not set") if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in about["parameters"].items()
    }
    chosen = ", ".join(f"{name} = {value}" for name, value in values.items()) or "none"
    return f"Licence: {about['licence']}. Data: War ledger {about['data_version']}. Parameters: {chosen}."


def _is_numbers(column: tuple[str, ...]) -> bool:
    filled = [cell for cell in column if cell]
    return bool(filled) and all(NUMBER.fullmatch(cell) for cell in filled)


def _size(size: int) -> str:
    """Return a file's size in words: 84 kB, 1.2 MB; 1 kB is 1,000 bytes."""
    return f"{size / 1e6:.1f} MB" if size >= 999_500 else f"{max(round(size / 1e3), 1)} kB"
