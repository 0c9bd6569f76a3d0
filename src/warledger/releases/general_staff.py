"""The General Staff's daily bulletins as JSON, as the ledger's tables of weekly claims and of re-counts.

The layout is that of the PetroIvaniuk data set: one file of equipment, one of personnel, one of
corrections. Totals contain their re-counts, so the corrections are to be subtracted from
differences and never added to totals.
"""

import json
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from warledger.errors import DataError
from warledger.losses import ITEM_NAMES
from warledger.releases.report import Report, shaped
from warledger.releases.source import Source, opened, plain
from warledger.wording import day, listed

PAGE = "https://github.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset"
NOTE = "A re-count is taken out of the week in which it was published"
NO_RECOUNTS = "No file of re-counts was given: they are inside the weeks"
KEYS = {
    "personnel": "personnel",
    "tank": "tanks",
    "apc": "apcs",
    "field artillery": "artillery",
    "mrl": "mlrs",
    "anti-aircraft warfare": "air_defence",
    "aircraft": "aircraft",
    "helicopter": "helicopters",
    "drone": "uavs",
    "cruise missiles": "cruise_missiles",
    "naval ship": "ships",
    "submarines": "submarines",
    "vehicles and fuel tanks": "vehicles_and_fuel_tanks",
    "special equipment": "special_equipment",
    "ground robotic systems": "ground_robots",
    # Until 30 April 2022. SRBM systems are not an earlier name of cruise missiles.
    "military auto": "military_vehicles_2022",
    "fuel tank": "fuel_tanks_2022",
    "mobile srbm system": "srbm_systems_2022",
    "pow": "prisoners_2022",
}
ALWAYS = {
    "equipment": ("tank", "APC", "field artillery", "MRL", "anti-aircraft warfare", "aircraft", "helicopter", "drone",
                  "naval ship"),
    "personnel": ("personnel",),
    "corrections": (),
}  # fmt: skip
NOT_TOTALS = {"date", "day", "personnel*", "greatest losses direction"}
ITEMS = list(ITEM_NAMES)
MISDATED = {pd.Timestamp("2023-05-27"): pd.Timestamp("2023-05-28")}  # a correction that belongs to the next bulletin


class Bulletins(NamedTuple):
    """What the files hold: `daily` in the columns of losses_weekly.csv with a row for every day, the re-counts
    in those of losses_restatements.csv, and a report for each file.
    """

    daily: pd.DataFrame
    restatements: pd.DataFrame
    reports: list[Report]


def read_general_staff(
    equipment: str | Path, personnel: str | Path, corrections: str | Path | None = None
) -> Bulletins:
    """Return the daily bulletins and re-counts in the columns and types of the ledger's tables.

    A day without a bulletin is a row of missing totals, so that no difference reaches across it. A
    cell that cannot be a running total, such as one ten times its neighbours, is taken as missing and
    reported. A last record equal to the one before is a placeholder and set aside. Vehicles and fuel
    tanks are added up before 1 May 2022. Without a file of corrections there are no re-counts.

    Raises DataError where a record, a key or a day is not what a bulletin has.
    """
    with opened(equipment) as source:
        url = source.url
        one, first = _totals(source, "equipment")
    with opened(personnel) as source:
        two, second = _totals(source, "personnel")
    daily = one[one.columns.difference(two.columns, sort=False)].join(two, how="outer")
    days = pd.DatetimeIndex(
        np.arange(daily.index[0], daily.index[-1] + np.timedelta64(1, "D"), dtype="M8[D]").astype("M8[us]")
    )
    if len(days) > 2 * len(daily):
        ends = f"{day(days[0])} to {day(days[-1])}"
        raise DataError(f"{first.file}: {ends} are mostly missing; correct the first or last date, or use a newer copy")
    for report, table in ((first, one), (second, two)):
        if len(gone := days.difference(table.index)):
            report.findings.append(f"no record of {listed(map(day, gone[:5]))}{' ...' if len(gone) > 5 else ''}: "
                                   f"{len(gone)} days are missing, and so are the weeks that they end")  # fmt: skip
    daily = daily.reindex(days)
    parts = daily.reindex(columns=["military_vehicles_2022", "fuel_tanks_2022"]).sum(axis=1, skipna=False)
    daily["vehicles_and_fuel_tanks"] = daily.get("vehicles_and_fuel_tanks", parts).fillna(parts)
    for report, items in ((first, [item for item in ITEMS if item != "personnel"]), (second, ["personnel"])):
        _set_slips_missing(daily, [item for item in items if item in daily], report)
    by = {
        "publisher": "General Staff of Ukraine",
        "via": first.via,
        "source_url": url if url.startswith("https") else PAGE,
    }
    columns = {name: daily[name] for name in daily.columns if name != "qualifier"}
    words = daily["qualifier"].where(daily["qualifier"].isin(["about", "more"])) if "qualifier" in daily else None
    frame = shaped(
        "losses_weekly", {"date": days.to_series(), "personnel_qualifier": words, **columns, **by}, len(days)
    )
    reports = [first, second]
    recounts = shaped("losses_restatements", {}, 0)
    if corrections is not None:
        with opened(corrections) as source:
            table, third = _records(source, "corrections")
        recounts = _recounts(table, frame, third, by)
        reports.append(third)
    return Bulletins(frame, recounts, reports)


def thursdays(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the bulletins of Thursdays: losses_weekly.csv has one row a week."""
    return daily[daily["date"].dt.day_of_week == 3].reset_index(drop=True)


def _records(source: Source, kind: str) -> tuple[pd.DataFrame, Report]:
    """Return the records of a file with our columns, `date` and the record's number `row`, and its report."""
    if not source.file.read(100).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        raise source.fail("", "is no list of records in JSON; give the address of the raw file")
    source.file.seek(0)
    try:
        records = json.load(source.file)
    except (ValueError, RecursionError) as error:
        raise source.fail("", f"is no whole JSON file ({str(error)[:80]}); download it again") from None
    if not set(map(type, records)) <= {dict}:
        raise source.fail("", "holds more than records in its list; give the address of the raw file")
    report = Report.of(source, len(records))
    keys = dict.fromkeys(chain.from_iterable(records))
    if not {"date", "day"} <= keys.keys():
        raise source.fail("record 1", "has no keys 'date' and 'day'; the layout may have changed")
    # pandas.read_json would make the same list, and take half as long again over it.
    table = pd.DataFrame({key: [record.get(key) for record in records] for key in keys}, copy=False)
    del records
    known = {key: KEYS[plain(key)] for key in table.columns if plain(key) in KEYS}
    for key in ALWAYS[kind]:
        if plain(key) not in map(plain, known):
            near = get_close_matches(key, [str(one) for one in table.columns if one not in known], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise source.fail("", f"no record has the key {key!r}{hint} The layout may have changed")
    for key in [one for one in table.columns if one not in known and str(one) not in NOT_TOTALS]:
        begins = table["date"][table[key].notna()].iloc[0] if table[key].notna().any() else "nowhere"
        ended = [
            old
            for old in known
            if table[old].notna().any() and pd.isna(table[old].iloc[-1]) and pd.notna(table[key].iloc[-1])
        ]
        if near := get_close_matches(str(key), ended, n=1):
            raise source.fail(
                f"record of {begins}", f"the key {near[0]!r} ends and {key!r} begins; the layout has changed"
            )
        report.findings.append(f"key {str(key)!r} is not known and not read; it begins with {begins}")
    dates = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce").astype("M8[us]")
    if dates.isna().any():
        at = int(np.flatnonzero(dates.isna())[0])
        raise source.fail(f"record {at + 1}: date", f"{table['date'][at]!r} is not a day written as 2024-03-21")
    numbers = {"date": dates, "row": np.arange(1, len(table) + 1)}
    for key, ours in known.items():
        numbers[ours] = _counts(source, table[key], key, signed=kind == "corrections")
    if "personnel*" in table:
        numbers["qualifier"] = table["personnel*"]
    counted = pd.to_numeric(table["day"], errors="coerce")
    if (off := counted != (dates - pd.Timestamp("2022-02-24")).dt.days + 1).any():
        report.findings.append(f"the number of the day does not fit the date in {int(off.sum())} records, the first of "
                               f"{table['date'][off].iloc[0]}; the date is used")  # fmt: skip
    return pd.DataFrame(numbers), report


def _counts(source: Source, column: pd.Series, key: str, signed: bool) -> pd.Series:
    """Return a key's values as float64 of whole numbers, missing where the record has none."""
    numbers = column
    try:
        if column.dtype.kind not in "iuf":
            texts = column.map(lambda one: one.replace(",", "") if isinstance(one, str) else one)
            numbers = pd.to_numeric(texts, errors="coerce")
        numbers = numbers.astype("float64")
    except OverflowError:
        raise source.fail(key, "a number of hundreds of digits is no count; use a newer copy") from None
    wrong = (column.notna() & numbers.isna()) | (numbers % 1 != 0) & numbers.notna() | ((numbers < 0) & (not signed))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise source.fail(
            f"record {at + 1}: {key}",
            f"{column.iloc[[at]].tolist()[0]!r} is no count; correct it there or use a newer copy",
        )
    return numbers


def _totals(source: Source, kind: str) -> tuple[pd.DataFrame, Report]:
    """Return a file's totals by date, each day once and in order, and its report."""
    table, report = _records(source, kind)
    if not table["date"].is_monotonic_increasing:
        report.repair("put in order of date", table["row"])
        table = table.sort_values("date", kind="stable")
    values = [name for name in table.columns if name not in ("date", "row")]
    twice = table[table["date"].duplicated(keep=False)]
    again = table["row"].isin(twice.loc[twice.duplicated(["date", *values]), "row"])
    report.aside("the same record again", table.loc[again, "row"])
    table = table[~again]
    if (twice := table["date"].duplicated()).any():
        at = table["date"][twice].iloc[0]
        rows = listed(table.loc[table["date"] == at, "row"].astype("str"))
        raise source.fail(
            day(at), f"records {rows} are of one day and differ; remove the wrong one, or use a newer copy"
        )
    if len(table) > 1 and table[values].iloc[-1].equals(table[values].iloc[-2]):
        report.aside("placeholder: the last record equals the one before", table["row"].tail(1))
        table = table.iloc[:-1]
    report.close(len(table), table["date"].iloc[-1])
    return table.drop(columns="row").set_index("date"), report


def _set_slips_missing(daily: pd.DataFrame, items: list[str], report: Report) -> None:
    """Set cells missing that a running total cannot hold: it never falls by a quarter, nor trebles on its last day.

    Of two days of which the second is lower, the wrong one is the first where the second fits what
    stood before (a figure ten times too high), else the second (ten times too low).
    """
    for item in items:
        for _ in range(10):
            totals = daily[item].dropna()
            values = totals.to_numpy()
            falls = np.flatnonzero((values[1:] < 0.77 * values[:-1]) & (values[:-1] - values[1:] >= 20))
            wrong = [at if at > 0 and values[at + 1] >= 0.77 * values[at - 1] else at + 1 for at in falls]
            if not wrong and len(values) > 60 and values[-1] > 3 * values[-2] and values[-1] - values[-2] >= 100:
                wrong = [len(values) - 1]
            if not wrong:
                break
            for at in wrong:
                slip = f"{item} of {day(totals.index[at])}: {values[at]:,.0f}"
                report.findings.append(f"{slip} cannot be a running total beside its neighbours; taken as missing")
            daily.loc[totals.index[wrong], item] = np.nan


def _recounts(table: pd.DataFrame, daily: pd.DataFrame, report: Report, by: dict) -> pd.DataFrame:
    """Return the re-counts as rows of losses_restatements.csv: one for each item that a correction changes."""
    moved = table["date"].isin(list(MISDATED))
    report.repair("correction dated a day early", table.loc[moved, "row"])
    table = table.assign(date=table["date"].replace(MISDATED))
    outside = ~table["date"].isin(daily["date"])
    report.aside("correction of a day without a bulletin", table.loc[outside, "row"])
    table = table[~outside]
    items = [item for item in ITEMS if item in table]
    rows = table.melt("date", items, "item", "restated_by").dropna()
    rows = rows[rows["restated_by"] != 0].sort_values(["date", "item"])
    changes = daily.set_index("date")[ITEMS].diff().stack(future_stack=True)
    rows["change_in_total"] = changes.reindex(pd.MultiIndex.from_frame(rows[["date", "item"]])).to_numpy()
    rows["loss_reported_for_day"] = rows["change_in_total"] - rows["restated_by"]
    report.close(len(table), table["date"].max() if len(table) else None)
    rows["item"] = rows["item"].astype(pd.CategoricalDtype(ITEMS, ordered=True))
    return shaped("losses_restatements", {**{name: rows[name] for name in rows}, **by}, len(rows))
