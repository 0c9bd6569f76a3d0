"""One sheet of a workbook, read with calamine after a look that bounds what reading can cost.

A workbook is a zip of XML files, so a small one can ask for any amount of memory: by what it unpacks
to, or by a single cell in its last corner, for which calamine lays out the whole rectangle.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from warledger.releases.source import LARGEST, WIDEST, Source

CELLS = 40_000_000  # of one sheet's rectangle; the largest release known has half a million
RATIO = 200  # unpacked over packed of a large member; real sheets stay under 40
CHUNK = 1 << 24
# References of rows and cells. Only columns from AA and cells from row 100,000 on are collected: that is most of a
# rectangle's possible size, and a third of the time; what is left out counts as 26 columns and 100,000 rows.
# No \b stands before r=: the search would take three times as long, and what else ends so can only add.
COLUMN = re.compile(rb"r=[\"']([A-Za-z]{2,})[0-9]")
ROW = re.compile(rb"<row\b[^>]*?\br=[\"']([0-9]+)")
FAR = re.compile(rb"r=[\"'][A-Za-z]+([0-9]{6,})")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
NO_VALUE = re.compile(  # not one of type "str": its value is an empty text, as calculated
    rb'<c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>\s*<f\b(?:[^>]*/>|[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)


class Workbook:
    """A workbook that was looked through: `sheets` are its names, `rows` gives the cells of one."""

    def __init__(self, source: Source):
        """Look through the file; raise DataError where it is no sound workbook or too large to be one."""
        self.source = source
        start = source.file.read(8)
        source.file.seek(0)
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            raise source.fail("", "is an old .xls or a protected workbook; save it as .xlsx without a password")
        # (part, column from 0) -> first row, of formulas without a stored value
        self._uncalculated: dict[tuple[str, int], int] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        try:
            with zipfile.ZipFile(source.file) as archive:
                self._look_through(archive)
                self._parts = _parts(archive)
            source.file.seek(0)
            self._book = CalamineWorkbook.from_filelike(source.file)
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            EOFError,
            KeyError,
            NotImplementedError,
            OSError,
            zlib.error,
            ElementTree.ParseError,
        ) as error:
            raise source.fail("", f"is no whole workbook ({error}); download it again") from None
        except CalamineError as error:
            raise source.fail("", f"is no workbook that can be read ({error}); download it again") from None
        self.sheets: list[str] = self._book.sheet_names

    def rows(self, sheet: str) -> Iterator[list]:
        """Yield the rows of a sheet from row 1: numbers, texts (rich text joined), dates; "" where empty."""
        height, width = self._sizes.get(self._parts.get(sheet, ""), (0, WIDEST + 1))
        if width > WIDEST or height * width > CELLS:
            raise self.source.fail(f"sheet {sheet!r}", f"{height:,} rows and {width:,} columns: this is no release")
        try:
            yield from self._book.get_sheet_by_name(sheet).iter_rows()
        except CalamineError as error:
            raise self.source.fail(f"sheet {sheet!r}", f"cannot be read ({error}); save it again") from None

    def _look_through(self, archive: zipfile.ZipFile) -> None:
        members = archive.infolist()
        whole = sum(member.file_size for member in members)
        bomb = next((m for m in members if m.file_size > max(CHUNK, RATIO * m.compress_size)), None)
        if whole > LARGEST or bomb or len(members) > 10_000:
            raise self.source.fail("", f"unpacks to {whole:,} bytes in {len(members):,} parts: this is no release")
        if "xl/workbook.xml" not in archive.namelist():
            raise self.source.fail("", "is a zip file, but no .xlsx workbook; give the workbook inside it")
        for member in members:
            if member.filename.startswith("xl/") and member.filename.endswith((".xml", ".rels")):
                self._look_at(archive, member)

    def _look_at(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        """Read one part from end to end, so that a wrong size or checksum shows, and measure it where it is a sheet."""
        name, columns, rows, rest = member.filename, set(), set(), b""
        sheet = name.startswith("xl/worksheets/")
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                chunk = rest + chunk
                cut = chunk.rfind(b"<")  # never inside a tag
                chunk, rest = chunk[:cut], chunk[cut:]
                if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk or len(rest) > CHUNK:
                    raise self.source.fail(name, "declares XML entities, or is no XML: no workbook needs that")
                if sheet:
                    columns.update(COLUMN.findall(chunk))
                    rows.update(ROW.findall(chunk), FAR.findall(chunk))
                    for column, row in NO_VALUE.findall(chunk) if b"<f" in chunk else ():
                        self._uncalculated.setdefault((name, _number(column) - 1), int(row))
        self._sizes[name] = max([100_000, *map(int, rows)]), max([26, *map(_number, columns)])

    def check_calculated(self, sheet: str, column: int, name: str) -> None:
        """Raise DataError where a column (from 0) holds formulas never calculated: they would read as empty."""
        if row := self._uncalculated.get((self._parts.get(sheet, ""), column)):
            raise self.source.fail(
                f"sheet {sheet!r}: row {row}: {name}",
                "a formula without a stored value; open the workbook in a spreadsheet, save it, and read it again",
            )


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of each sheet -> the part of the archive that holds it; call after the look at its XML."""
    targets = {
        link.get("Id"): link.get("Target", "").removeprefix("/xl/")
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = [
        one for one in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter() if one.tag.endswith("}sheet")
    ]
    return {one.get("name", ""): f"xl/{targets.get(one.get(RELATION))}" for one in sheets}


def _number(letters: bytes) -> int:
    """Return a column's number from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
