"""The Kiel Institute's Ukraine Support Tracker: a workbook in any of its layouts, as the ledger's table of pledges.

How the publisher forms its totals: commitments are the sum of the activity's euros over all rows (the
cell is filled on an activity's first row only), allocations the sum of the redistributed euros of
sub-activities over the rows whose measure is Allocation.
"""

import re
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from warledger.errors import DataError
from warledger.pledges import AID_TYPES
from warledger.releases.dates import parse_date
from warledger.releases.report import Report, shaped
from warledger.releases.source import Source, find_columns, opened, plain
from warledger.releases.workbook import Workbook
from warledger.tables import load

PAGE = "https://www.kielinstitut.de/topics/war-against-ukraine/ukraine-support-tracker/"
NOTE = "Euros are the publisher's own conversion; commitments are new money, allocations parts of them"

# Our name -> the column's names from release 21 on, about release 18, and in release 7.
COLUMNS = {
    "activity": ("activity_id", "ID"),
    "donor": ("donor", "Countries"),
    "date": ("announcement_date",),
    "aid": ("aid_type_general", "Type of Aid General"),
    "form": ("aid_type_specific", "Type of Aid Specific"),
    "measure": ("measure", "Type of donation", "Type of donation (Allocation/Commitment)"),
    "committed": ("tot_activity_value_EUR", "Converted Value in EUR"),
    "allocated": (
        "tot_sub_activity_value_EUR_redistr",
        "Allocated Total in EUR (redistributed)",
        "Allocated Total in EUR",
    ),
    "stated": ("source_reported_value", "Monetary Value as Given by Source"),
    "explanation": ("explanation",),
    "link": ("source_of_aid_1", "Source of Aid 1", "source_1"),
}
OPTIONAL = frozenset({"form", "measure", "allocated", "stated", "explanation", "link"})

NAMES = {  # spellings of the releases -> donor_code
    "czech republic": "CZE",
    "turkey": "TUR",
    "turkiye": "TUR",
    "republic of korea": "KOR",
    "eu commission and council": "EU",
    "eu institutions": "EU",
    "united states of america": "USA",
}
NO_AMOUNT = ("", ".", "-", "not given", "undisclosed", "unspecified", "n/a", "na", "none")


def read_support_tracker(path: str | Path) -> tuple[pd.DataFrame, Report]:
    """Return a release of the tracker in the columns and types of pledges.csv, and what was done with its rows.

    Each activity is a row of stage `pledge` with the committed euros, each allocation a row of stage
    `allocation` that is `part_of` its activity; so `pledges.new_money` adds commitments only, and
    `totals` gives both. Amounts are whole euros as converted by the publisher. A date that is not
    known is the newest day of the release with the precision `undated`: an upper bound, in totals and
    in no month. Items without an amount of their own, and rows without any, are set aside. The report says
    which sums by donor, measure and type of aid are those of the publisher's own sheet Country Summary.

    Raises DataError where the workbook or its columns are not those of a release.
    """
    with opened(path) as source:
        book = Workbook(source)
        cells, sheet_rows = _main_sheet(source, book)
        summary = _country_summary(book)
    report = Report.of(source, len(cells["donor"]))
    table = pd.DataFrame({name: pd.Series(values, dtype="object") for name, values in cells.items()})
    table["row"] = sheet_rows
    for column, known in (("committed", COLUMNS["committed"]), ("allocated", COLUMNS["allocated"])):
        table[column] = _numbers(source, report, table, column, known[0]) if column in table else np.nan
    table["donor_code"] = _repaired(table, "donor", _donor_codes(table["donor"]), report)
    table["aid_type"] = _repaired(table, "aid", {one: _aid(one) for one in table["aid"].unique()}, report)
    table["measure"] = _plain(table["measure"]) if "measure" in table else "commitment"
    table = _usable(table, report)
    table = _dated(table, report)
    newest = table.loc[table["date_precision"] == "day", "announced_on"].max()
    frame = _in_our_shape(table, report.file, source.url)
    report.close(len(table), None if pd.isna(newest) else newest)
    report.findings.append(_held_against(summary, frame))
    return frame.assign(via=report.via), report


def _main_sheet(source: Source, book: Workbook) -> tuple[dict[str, list], range]:
    """Return the wanted columns of the main sheet by our names, empty rows left out, and their row numbers."""
    sheet = next((name for name in book.sheets if re.match(r"bilateral assistance.*main", plain(name))), None)
    if sheet is None:
        near = get_close_matches("bilateral assistance, main data", map(plain, book.sheets), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise source.fail(
            "", f"no sheet 'Bilateral Assistance, MAIN DATA'{hint} Sheets: {', '.join(book.sheets)[:200]}"
        )
    rows = book.rows(sheet)
    header = next(rows, [])
    names = find_columns(source, header, COLUMNS, OPTIONAL)
    if ("measure" in names) != ("allocated" in names):
        missing = "allocated" if "measure" in names else "measure"
        raise source.fail(
            "header", f"no column {COLUMNS[missing][0]!r}, which allocations need; the layout may have changed"
        )
    places = {ours: header.index(name) for ours, name in names.items()}
    for ours, place in places.items():
        book.check_calculated(sheet, place, ours)
    found = [[row[place] for place in places.values()] for row in rows]
    while found and not any(found[-1]):
        found.pop()
    if not found:
        raise source.fail(f"sheet {sheet!r}", "has a header and no rows")
    return dict(zip(places, map(list, zip(*found, strict=True)), strict=True)), range(2, len(found) + 2)


def _numbers(source: Source, report: Report, table: pd.DataFrame, column: str, name: str) -> pd.Series:
    """Return a column of amounts as float64; text that means none is missing, text that is no number an error."""
    words = table[column].map(lambda cell: isinstance(cell, str))
    texts = _plain(table.loc[words, column])
    digits = texts[~texts.isin(NO_AMOUNT)].str.replace(r"(?<=\d)[, '](?=\d{3}\b)", "", regex=True)
    numbers = pd.to_numeric(digits, errors="coerce")
    if numbers.isna().any():
        row = numbers.index[numbers.isna()][0]
        raise source.fail(f"row {table['row'][row]}: {name}", f"{table[column][row]!r} is no amount; correct the cell")
    report.repair("amounts written as text", table["row"][numbers.index])
    return (
        pd.to_numeric(table[column].where(~words)).astype("float64").fillna(numbers).replace([np.inf, -np.inf], np.nan)
    )


def _donor_codes(donors: pd.Series) -> dict[object, str | None]:
    """Return each spelling of a donor -> donor_code of the ledger's table, None where it has none."""
    known = load("donors")
    codes = {plain(name): code for name, code in zip(known["name"], known["donor_code"], strict=True)} | NAMES
    return {one: codes.get(plain(one)) for one in donors.unique()}


def _plain(column: pd.Series) -> pd.Series:
    """Return the texts of a column without case and blanks, each different one worked out once."""
    return column.map({one: plain(one) for one in column.unique()}).astype("str")


def _aid(cell: object) -> str | None:
    return plain(cell) if plain(cell) in AID_TYPES else None


def _repaired(table: pd.DataFrame, column: str, meaning: dict, report: Report) -> pd.Series:
    """Return what the texts of a column mean, and note those with stray blanks or another case."""
    stray = table[column].map(lambda cell: isinstance(cell, str) and cell != " ".join(cell.split()))
    report.repair(f"blanks around the {'type of aid' if column == 'aid' else column}", table.loc[stray, "row"])
    return table[column].map(meaning)


def _usable(table: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return the rows with amount, donor and type, flagged `is_pledge` and `is_part`; set the others aside."""
    table["is_pledge"] = table["committed"].notna() & (table["committed"] != 0)
    table["is_part"] = (table["measure"] == "allocation") & table["allocated"].notna() & (table["allocated"] != 0)
    amount = table["is_pledge"] | table["is_part"]
    zero = (table["committed"] == 0) | (table["allocated"] == 0)
    counted = table["activity"].isin(table.loc[amount, "activity"])
    reasons = np.select(
        [~amount & counted, ~amount & zero, ~amount, table["donor_code"].isna(), table["aid_type"].isna()],
        ["items inside an amount of their activity", "the amount is zero", "no amount in the release",
         "donor not in donors.csv: " + table["donor"].astype("str"),
         "type of aid not known: " + table["aid"].astype("str")],
        default="",
    )  # fmt: skip
    for reason in dict.fromkeys(reasons):
        if reason:
            rows = table[reasons == reason]
            report.aside(reason, rows["row"])
            if value := rows["committed"].sum():
                report.findings.append(f"set aside, {reason}: EUR {value / 1e9:.6f}bn of commitments")
    return table[reasons == ""].copy()


def _dated(table: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return the rows with `announced_on` and `date_precision`, and note what was read from a text or is not known."""
    dates = {one: parse_date(one) for one in table["date"].unique()}
    table["announced_on"] = pd.to_datetime(table["date"].map(lambda one: dates[one][0]))
    table["date_precision"] = table["date"].map(lambda one: dates[one][1])
    for precision in ("until", "month"):
        report.repair(f"date known as {precision}", table.loc[table["date_precision"] == precision, "row"])
    serial = table["date"].map(lambda one: isinstance(one, int | float)) & (table["date_precision"] == "day")
    report.repair("dates stored as serial numbers", table.loc[serial, "row"])
    missing = table["announced_on"].isna()
    report.repair("undated", table.loc[missing, "row"])
    if missing.any():
        value = table.loc[missing, "committed"].sum() / 1e9
        report.findings.append(f"undated, in totals and in no month: EUR {value:.6f}bn of commitments")
    newest = table.loc[table["date_precision"] == "day", "announced_on"].max()
    table["announced_on"] = table["announced_on"].fillna(pd.Timestamp("2022-01-01") if pd.isna(newest) else newest)
    return table


def _in_our_shape(table: pd.DataFrame, name: str, url: str) -> pd.DataFrame:
    """Return pledges and allocations as rows of pledges.csv, by date."""
    pledges = table[table["is_pledge"]].assign(stage="pledge", part_of=None, amount=lambda rows: rows["committed"])
    again = pledges.groupby("activity").cumcount()
    pledges["pledge_id"] = pledges["activity"].astype("str") + again.map(lambda n: f"#{n + 1}" if n else "")
    parts = table[table["is_part"]].assign(
        stage="allocation", part_of=lambda rows: rows["activity"], amount=lambda rows: rows["allocated"]
    )
    parts["pledge_id"] = (
        parts["activity"].astype("str") + "/" + (parts.groupby("activity").cumcount() + 1).astype("str")
    )
    rows = pd.concat([pledges, parts]).sort_values(["announced_on", "row"], kind="stable").reset_index(drop=True)
    empty = pd.Series("", index=rows.index)
    form, aid = _plain(rows.get("form", empty)), rows["aid_type"]
    goods = form.str.contains("weapon|equipment|material|medicine|ammunition")
    instrument = np.select(
        [form.str.contains("loan"), form.str.contains("guarantee"), form.str.contains("grant"), goods],
        ["loan", "guarantee", "grant", "in-kind"], default="mixed",
    )  # fmt: skip
    stated = rows.get("stated", empty).map(lambda cell: isinstance(cell, int | float) and cell > 0)
    links = rows.get("link", empty).astype("str").str.extract(r"(https://[^\s\"<>]+)")[0]
    text = rows.get("explanation", rows.get("form", empty)).astype("str").str.strip().str.slice(0, 200)
    return shaped(
        "pledges",
        {
            "pledge_id": rows["pledge_id"],
            "announced_on": rows["announced_on"],
            "date_precision": rows["date_precision"].astype(pd.CategoricalDtype(["day", "until", "month", "undated"])),
            "donor_code": rows["donor_code"],
            "stage": rows["stage"],
            "part_of": rows["part_of"],
            "aid_type": aid,
            "instrument": pd.Series(instrument),
            "amount": rows["amount"].round(),
            "currency": "EUR",
            "value_basis": pd.Series(np.where(stated, "announced", "tracker_estimate")),
            "description": text.where(text != "", "no text"),
            "publisher": "Kiel Institute",
            "source_url": links.fillna(url if url.startswith("https://") else PAGE),
            "tracker_id": rows["activity"].astype("str"),
            "confidence": "medium",
            "confidence_note": f"read by machine from {name}",
        },
        len(rows),
    )


def totals(frame: pd.DataFrame) -> pd.Series:
    """Return billions of euros by donor_code, measure (commitment or allocation) and aid_type."""
    measure = frame["stage"].astype("str").map({"pledge": "commitment", "allocation": "allocation"}).rename("measure")
    sums = frame["amount"].astype("float64").groupby([frame["donor_code"], measure, frame["aid_type"].astype("str")])
    return sums.sum() / 1e9


def _country_summary(book: Workbook) -> dict[tuple[str, str, str], float]:
    """Return the publisher's own totals from the sheet Country Summary, keyed as those of `totals`; empty without it.

    Its header stands in row 4 (release 7) or 8 (later), in a column that varies: both are found by
    the word Country. Donors that are not in donors.csv, such as group totals, are left out.
    """
    sheet = next((name for name in book.sheets if re.fullmatch(r"country summary( €)?", plain(name))), None)
    try:
        rows = list(islice(book.rows(sheet), 1000)) if sheet else []
    except DataError:  # too large to be one: what it is for is no reason not to read the main sheet
        rows = []
    heads = [(at, [plain(cell) for cell in row]) for at, row in enumerate(rows[:20], start=1)]
    begin, head = next(((at, head) for at, head in heads if "country" in head), (0, []))
    wanted = {(measure, aid): f"{aid} {measure}s" for measure in ("commitment", "allocation") for aid in AID_TYPES}
    places = {key: head.index(name) for key, name in wanted.items() if name in head}
    donors = [row[head.index("country")] for row in rows[begin:]] if places else []
    codes = _donor_codes(pd.Series(donors, dtype="object"))
    return {
        (codes[donor], *key): row[place]
        for donor, row in zip(donors, rows[begin:], strict=False)
        for key, place in places.items()
        if codes[donor] and isinstance(row[place], int | float)
    }


def _held_against(summary: dict[tuple[str, str, str], float], frame: pd.DataFrame) -> str:
    """Return a sentence on which sums of the main sheet are the publisher's own, and by how much the others differ.

    A sum that the main sheet lacks counts as zero: the summary writes 0 for a donor without such aid.
    """
    if not summary:
        return "no sheet Country Summary with totals that can be read, to hold the main sheet against"
    theirs = pd.Series(summary)
    off = totals(frame).reindex(theirs.index, fill_value=0.0) - theirs
    off = off[off.abs() > 1e-6].sort_values(key=abs, ascending=False)
    said = f"Country Summary: {len(theirs) - len(off)} of {len(theirs)} totals are those of the main sheet"
    named = [f"{donor} {aid} {measure}s EUR {value:+.6f}bn" for (donor, measure, aid), value in off.head(5).items()]
    return f"{said}; main sheet less summary: {', '.join(named)}{', ...' if len(off) > 5 else ''}" if named else said
