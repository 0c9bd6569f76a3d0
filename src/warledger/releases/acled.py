"""A user's own export from ACLED, as the ledger's table of strikes.

ACLED's terms forbid passing its data on: nothing of it is kept in the project.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from warledger.releases.report import Report, shaped
from warledger.releases.source import counts, from_categories, opened, read_csv
from warledger.tables import load

PAGE = "https://acleddata.com/"
NOTE = "ACLED writes 0 where no death is reported, so its tolls are floors"
COLUMNS = {
    name: (name,)
    for name in (
        *("event_id_cnty", "event_date", "sub_event_type", "admin1", "location", "latitude", "longitude"),
        *("fatalities", "country", "actor1", "timestamp"),
    )
}
OPTIONAL = frozenset({"country", "actor1", "timestamp"})
VARIED = frozenset({"event_id_cnty", "event_date", "location", "latitude", "longitude", "timestamp"})
STRIKES = ("Air/drone strike", "Shelling/artillery/missile attack")
OBLASTS = {  # spellings of admin1 that are not those of oblasts.csv
    **{"kyiv city": "UA-30", "crimea": "UA-43", "sevastopol": "UA-40", "zaporizhia": "UA-23", "kirovograd": "UA-35"},
    **{"khmelnytskyy": "UA-68", "khmelnitskiy": "UA-68", "odessa": "UA-51", "transcarpathia": "UA-21"},
}
NORTH, EAST = (44.0, 53.0), (22.0, 41.0)  # degrees that Ukraine lies between


def read_acled(path: str | Path) -> tuple[pd.DataFrame, Report]:
    """Return the export's strikes in the columns and types of strikes.csv, and what was done with its rows.

    Each event is a single strike at a place: it lies inside a wave and is in no sum of waves. Kept
    are air and drone strikes and shelling, artillery and missile attacks in Ukraine, not those by
    Ukraine's own forces; others are set aside by kind. Of an event that stands there twice the newer
    one counts. Deaths are ACLED's, which writes 0 where none is reported. Coordinates outside of
    Ukraine are taken as missing.

    Raises DataError where a column is missing, or a date or number cannot be read.
    """
    with opened(path) as source:
        table = read_csv(source, COLUMNS, OPTIONAL, VARIED)
        report = Report.of(source, len(table))
        row = pd.Series(np.arange(2, len(table) + 2))
        keep = _wanted(table, report, row)
        dates = from_categories(table["event_date"], _days, np.datetime64("NaT"))
        if (unread := np.isnat(dates) & keep).any():
            at = int(np.flatnonzero(unread)[0])
            raise source.fail(f"row {at + 2}: event_date", f"{table['event_date'][at]!r} is no day written as 21 March "
                              "2024 or 2024-03-21; export it again without opening it in a spreadsheet")  # fmt: skip
        fatalities = counts(source, table["fatalities"], "fatalities")
        degrees = [
            from_categories(table[name], lambda texts: pd.to_numeric(texts, errors="coerce").astype("float64"), np.nan)
            for name in ("latitude", "longitude")
        ]
    inside = np.logical_and(
        *((low <= one) & (one <= high) for one, (low, high) in zip(degrees, (NORTH, EAST), strict=True))
    )
    report.repair("coordinates outside of Ukraine or unreadable, taken as missing", row[keep & ~inside])
    oblasts = from_categories(table["admin1"], _oblasts, None)
    report.repair("oblast not known, taken as missing", row[keep & pd.isna(oblasts)])
    keep = np.flatnonzero(keep)
    keep = keep[np.argsort(dates[keep], kind="stable")]
    table, dates = table.iloc[keep], pd.Series(dates[keep])
    report.close(len(keep), dates.max() if len(keep) else None)
    place = pd.Series(table["location"].astype("object").to_numpy())
    columns = {
        "strike_id": pd.Series(table["event_id_cnty"].astype("object").to_numpy()),
        "date_local": dates,
        "counts_scope": "single strike",
        "main_target": place.fillna("place not given"),
        "kyiv_named": pd.Series(
            from_categories(table["location"], lambda texts: texts.str.match(r"Kyiv\b(?! oblast)"), False)
        ),
        "oblast": pd.Series(oblasts[keep]),
        "latitude": pd.Series(np.where(inside, degrees[0], np.nan)[keep]),
        "longitude": pd.Series(np.where(inside, degrees[1], np.nan)[keep]),
        "killed": pd.Series(fatalities[keep]),
        "killed_in_place": pd.Series(fatalities[keep]),
        "publisher": "ACLED",
        "via": report.via,
        "source_url": PAGE,
        "confidence": "medium",
        "confidence_note": f"read by machine from {report.file}",
    }
    return shaped("strikes", columns, len(keep)), report


def by_place_and_day(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each place and day, with the deaths of all its events together.

    Of a place and day `strikes.tolls_by_place` counts the highest toll only, since rows of the
    ledger can tell of the same dead; ACLED's events do not.
    """
    keys = ["main_target", "oblast", "date_local"]
    killed = strikes.groupby(keys, dropna=False)["killed_in_place"].transform("sum", min_count=1)
    strikes = strikes.assign(killed=killed, killed_in_place=killed)
    return strikes.sort_values("latitude", kind="stable").drop_duplicates(keys).sort_index()  # missing ones last


def _wanted(table: pd.DataFrame, report: Report, row: pd.Series) -> np.ndarray:
    """Return which rows are strikes on Ukraine, each event once, setting the others aside."""
    keep = np.ones(len(table), dtype=bool)

    def aside(reason: str, gone: np.ndarray) -> None:
        report.aside(reason, row[keep & gone])
        keep[gone] = False

    aside(
        "no event id, day or kind of event",
        table[["event_id_cnty", "event_date", "sub_event_type"]].isna().any(axis=1).to_numpy(),
    )
    kinds = table["sub_event_type"].cat
    for code, kind in enumerate(kinds.categories):
        if kind.strip() not in STRIKES:
            aside(f"no strike: {kind}", (kinds.codes == code).to_numpy())
    if "country" in table:
        aside("not in Ukraine", from_categories(table["country"], lambda texts: texts.str.strip() != "Ukraine", True))
    if "actor1" in table:
        own = from_categories(table["actor1"], lambda texts: texts.str.contains("Forces of Ukraine"), False)
        aside("by Ukraine's own forces", own)
    stamp = np.zeros(len(table))
    if "timestamp" in table:
        stamp = from_categories(
            table["timestamp"], lambda texts: pd.to_numeric(texts, errors="coerce").astype("float64"), 0.0
        )
    ids = table["event_id_cnty"].cat.codes.to_numpy()
    if table["event_id_cnty"].cat.categories.size < len(table):
        order = np.lexsort((np.arange(len(table)), np.nan_to_num(stamp), ids))
        last = np.append(ids[order][1:] != ids[order][:-1], True)
        older = np.zeros(len(table), dtype=bool)
        older[order[~last]] = True
        aside("the same event again, older or equal", older)
    return keep


def _days(texts: pd.Index) -> pd.Series:
    """Return days in words or ISO as datetime64[us]; NaT for any other form, since 03/04/2024 has two meanings."""
    texts = texts.str.strip().to_series()
    days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
    rest = days.isna()
    days[rest] = pd.to_datetime(texts[rest], format="%d %B %Y", errors="coerce")
    return days.astype("M8[us]")


def _oblasts(texts: pd.Index) -> np.ndarray:
    """Return the ISO codes of ACLED's names of oblasts, None for a name that is not known."""
    known = load("oblasts")
    codes = dict(zip(known["name"].str.lower().str.removesuffix(" oblast"), known["oblast"], strict=True)) | OBLASTS
    return np.array([codes.get(text.strip().lower().removesuffix(" oblast")) for text in texts], dtype="object")
