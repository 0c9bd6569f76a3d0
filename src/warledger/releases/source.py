"""Opening a public release: a path or a URL, bounded in time and size, with its hash and name."""

import hashlib
import io
import re
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd

from warledger.errors import DataError

LARGEST = 2_000_000_000  # bytes of a file, and of a workbook unpacked
WAIT = 30  # seconds for an answer of a server
WHOLE = 300  # seconds for a whole download
WIDEST = 1000  # columns; the widest release known has about 100
HEADER = 1_000_000  # bytes in which a header line must end


@dataclass(frozen=True)
class Source:
    """An opened release: `file` is seekable and binary, `url` empty for a local file, `name` fit for a source line."""

    name: str
    url: str
    sha256: str
    file: BinaryIO

    def fail(self, where: str, what: str) -> DataError:
        """Return the error that names this file, where in it, and what is wrong with the remedy."""
        return DataError(f"{self.name}: {where}: {what}" if where else f"{self.name}: {what}")


@contextmanager
def opened(path: str | Path) -> Iterator[Source]:
    """Open a release by path or by http(s) URL; a download is kept in a temporary file.

    Raises DataError where it cannot be read, is larger than 2 GB, takes longer than five minutes,
    leads to anything but http(s), or is a web page.
    """
    text = str(path)
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if scheme not in ("", "http", "https"):
        raise DataError(f"{text}: only paths and http or https addresses are read; download the file and give its path")
    name = _shown(Path(unquote(urlsplit(text).path)).name if scheme else Path(text).name)
    with tempfile.TemporaryFile() if scheme else _local(text) as file:
        if scheme:
            _download(text, file)
        size = file.seek(0, 2)
        if size == 0:
            raise DataError(f"{name}: the file is empty; download it again")
        if size > LARGEST:
            raise DataError(f"{name}: {size:,} bytes, more than the {LARGEST:,} that are read")
        file.seek(0)
        start = file.read(200).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
            raise DataError(f"{name}: this is a web page, not data (an error page, or a page about the file?); "
                            "give the address of the file itself, or download it in a browser")  # fmt: skip
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        yield Source(name, text if scheme else "", digest, file)


def _shown(name: str) -> str:
    """Return a file name as a chart's source line can carry it: plain letters, at most 60."""
    name = re.sub(r"[^A-Za-z0-9._ -]", "_", name) or "release"
    return name if len(name) <= 60 else f"{name[:40]}...{name[-17:]}"


def _local(text: str) -> BinaryIO:
    path = Path(text).expanduser()
    try:
        if not path.is_file():
            raise DataError(f"{text}: there is no such file; give the path of the downloaded release, or its address")
        return path.open("rb")
    except OSError as error:
        raise DataError(f"{text}: cannot be read: {error.strerror}") from None


class _WebOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https only: never to a file of this machine."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        """Return the next request, or raise where it would leave the web."""
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise DataError(
                f"{req.full_url}: the server redirects to {newurl[:80]}, which is not on the web; not followed"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(url: str, file: BinaryIO) -> None:
    """Write the answer of a server to a file."""
    late = f"{url}: no complete answer in time; try again, or download the file and give its path"
    began, size = time.monotonic(), 0
    request = urllib.request.Request(url, headers={"User-Agent": "warledger"})
    try:
        with urllib.request.build_opener(_WebOnly).open(request, timeout=WAIT) as answer:
            while part := answer.read1(1 << 16):
                size += file.write(part)
                if size > LARGEST:
                    raise DataError(f"{url}: more than the {LARGEST:,} bytes that are read")
                if time.monotonic() - began > WHOLE:
                    raise DataError(late)
            wanted = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        raise DataError(f"{url}: the server answers {error.code} {error.reason}; "
                        "download the file in a browser and give its path") from None  # fmt: skip
    except TimeoutError:
        raise DataError(late) from None
    except (OSError, ValueError) as error:  # URLError is an OSError; ValueError: an address without a host
        reason = getattr(error, "reason", error)
        raise DataError(late if isinstance(reason, TimeoutError) else f"{url}: cannot be read: {reason}") from None
    if wanted and wanted.isdigit() and size != int(wanted):
        raise DataError(f"{url}: {size:,} of {int(wanted):,} bytes arrived; try again")


def plain(name: object) -> str:
    """Return a column's name without case, blanks of any kind, and punctuation that copies vary: `Total ` is total."""
    return re.sub(r"[\s_()]+", " ", str(name)).strip().casefold()


def find_columns(
    source: Source, header: list, wanted: Mapping[str, tuple[str, ...]], optional: frozenset[str] = frozenset()
) -> dict[str, object]:
    """Return our name -> the file's name of each wanted column, found by name and never by position.

    `wanted` maps our name to the names that releases have given the column. Raises DataError with
    the nearest name where one is missing, or where two columns have the same name.
    """
    if len(header) > WIDEST:
        raise source.fail("header", f"{len(header):,} columns, more than the {WIDEST:,} that any release has")
    there: dict[str, list] = {}
    for column in header:
        there.setdefault(plain(column), []).append(column)
    found = {}
    for ours, names in wanted.items():
        match = next((plain(name) for name in names if plain(name) in there), None)
        if match is None:
            # Without an optional column a release is whole, but with a misspelt one it is not.
            cutoff = 0.85 if ours in optional else 0.6
            near = next((one for name in names for one in get_close_matches(plain(name), there, 1, cutoff)), None)
            if ours in optional and near is None:
                continue
            hint = f"; did you mean {there[near][0]!r}?" if near else "; the layout may have changed"
            raise source.fail("header", f"no column {' or '.join(map(repr, names))}{hint}")
        if len(there[match]) > 1:
            raise source.fail("header", f"{len(there[match])} columns are called {there[match][0]!r}; remove one")
        found[ours] = there[match][0]
    return found


def read_csv(
    source: Source,
    wanted: Mapping[str, tuple[str, ...]],
    optional: frozenset[str] = frozenset(),
    varied: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return the wanted columns of a CSV file under our names, as categories of text; empty is missing.

    Texts repeat in these files, so each is parsed once however many rows there are. `varied` names the
    columns with many different texts: for these, pandas's own way to categories takes twice as long. Raises
    DataError for a missing column, a row with more cells than the header, or a text that is not UTF-8.
    """
    line = source.file.readline(HEADER)
    source.file.seek(0)
    if len(line) == HEADER:
        raise source.fail("header", "the first line does not end; is this a CSV file?")
    try:
        header = pd.read_csv(source.file, nrows=0, encoding="utf-8-sig").columns.tolist()
        names = find_columns(source, header, wanted, optional)
        places = {str(header.index(name)): ours for ours, name in names.items()}
        source.file.seek(0)
        source.file.readline()
        # The names are replaced by numbers, one more than there are: of a row that is too long pandas drops the end.
        numbers = [str(place) for place in range(len(header) + 1)]
        frame = pd.read_csv(
            io.BufferedReader(_Reheaded(",".join(numbers).encode() + b"\n", source.file)),
            usecols=[*places, numbers[-1]],
            dtype={place: "object" if places.get(place) in varied else "category" for place in numbers},
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8",
            skip_blank_lines=False,
        )
    except UnicodeDecodeError as error:
        raise source.fail("", f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        what = str(error).replace("Error tokenizing data. C error: ", "").strip()
        raise source.fail("", f"is no sound CSV file: {what}; download it again") from None
    if (longer := frame.pop(numbers[-1]).notna()).any():
        at = int(np.flatnonzero(longer)[0])
        raise source.fail(f"row {at + 2}", f"more cells than the {len(header)} columns; quote a text with commas in it")
    frame = frame.rename(columns=places)
    for ours in names:
        if ours in varied:
            texts = frame[ours].to_numpy()
            begins = np.append(True, texts[1:] != texts[:-1])[: len(texts)]  # of a run only the first is looked up
            codes, texts = pd.factorize(texts[begins])
            frame[ours] = pd.Categorical.from_codes(codes[begins.cumsum() - 1], pd.Index(texts, dtype="str"))
        else:  # pandas makes categories numbers where all look like numbers
            frame[ours] = frame[ours].cat.rename_categories(frame[ours].cat.categories.astype("str"))
    return frame


class _Reheaded(io.RawIOBase):
    """The rest of a file behind another header."""

    def __init__(self, header: bytes, rest: BinaryIO):
        """Begin with the header."""
        self.header, self.rest = header, rest

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer) -> int:
        """Fill the buffer from the header and, when that is used up, from the file; return how far."""
        if not self.header:
            return self.rest.readinto(buffer)
        part, self.header = self.header[: len(buffer)], self.header[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def from_categories(column: pd.Series, parse, fill) -> np.ndarray:
    """Return a column of categories with `parse` (an index of texts to an array) applied once to each different text.

    A missing cell becomes `fill`.
    """
    parsed = np.asarray(parse(column.cat.categories))
    return np.append(parsed, np.array([fill], dtype=parsed.dtype))[column.cat.codes]  # code -1 is the last, the fill


def counts(source: Source, column: pd.Series, name: str) -> np.ndarray:
    """Return a column of categories as float64 of whole numbers, missing where empty; raise DataError otherwise."""

    def parse(texts: pd.Index) -> np.ndarray:
        numbers = pd.to_numeric(texts.str.strip().str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True), errors="coerce")
        wrong = ~(numbers >= 0) | (numbers % 1 != 0) | ~np.isfinite(numbers)
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            at = int(np.flatnonzero(column.cat.codes == first)[0])
            raise source.fail(f"row {at + 2}: {name}", f"{texts[first]!r} is no count; correct the cell")
        return numbers.to_numpy("float64")

    return from_categories(column, parse, np.nan)
