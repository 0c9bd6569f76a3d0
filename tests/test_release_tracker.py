"""The Support Tracker in three layouts, written by hand, and workbooks that are not what they say."""

import datetime as dt
import os
import zipfile

import pandas as pd
import pytest
import xlsxwriter

from warledger import pledges
from warledger.errors import DataError
from warledger.releases import read_support_tracker, tracker, workbook
from warledger.tables import load

LINK = "https://example.org/pledge"
RELEASE_7 = [
    ["ID", "countries", "Announcement Date", "Type of Aid General", "Type of Aid Specific", "Explanation",
     "Monetary Value as Given by Source", "Total ", "Converted Value in EUR", "Source of Aid 1"],
    ["DEM1", "Germany", dt.date(2022, 3, 1), "Military", "Weapons", "Helmets", 1000, 1000, 1_000_000_000, LINK],
    ["DEM1", "Germany", "until 4/6/2023", "Military", "Weapons", "An item of it", "Not given", "", "", LINK],
    ["CZM1", "Czech Republic", "until 6/31/2022", "Military", "Weapons", "Tanks", "Not given", ".", 250_000_000.4, "."],
    ["USH1", "United States", "unspecified", "Humanitarian ", "Grant", "Food", 5, 5, 500_000_000, "."],
    ["EPM1", "European Peace Facility", dt.date(2022, 4, 1), "Military", "Loan", "Refunds", 5, 5, 2_000_000_000, "."],
    ["ITF1", "Italy", 44652, "Financial", "Loan", "Budget", 5, 5, "300,000,000", "."],
    ["ITF2", "Italy", dt.date(2922, 2, 9), "Financial", "Guarantee", "Budget", 5, 5, 10_000_000, "."],
    ["ITF3", "Italy", dt.date(2022, 4, 2), "Financial", "Guarantee", "Undisclosed", "Not given", ".", ".", "."],
    ["XXF1", "Atlantis", dt.date(2022, 4, 2), "Financial", "Grant", "Sunk", 5, 5, 70_000_000, "."],
]  # fmt: skip
RELEASE_18 = [
    ["ID", "Countries", "Announcement Date", "Type of Aid General", "Type of donation", "Allocation ID", "Total ",
     "Converted Value in EUR", "Allocated Total in EUR (redistributed)"],
    ["DEM1", "Germany", dt.date(2023, 3, 1), "Military", "Commitment", 0, 900, 900_000_000, "."],
    ["DEM1", "Germany", dt.date(2023, 5, 1), "Military", "Allocation", 1, 400, "", 400_000_000],
    ["DEM1", "Germany", "unclear, 10/2023", "Military", "Allocation ", 2, 100, "", 100_000_000],
    ["FRH1", "France", "16/02/2023", "Humanitarian", "Allocation", 1, 50, 50_000_000, 50_000_000],
    ["TRM1", "Turkey", dt.date(2023, 6, 1), "Military", "Allocation", 1, 7, "", 7_000_000],
    ["EPM1", "European Peace Facility", dt.date(2023, 6, 1), "Military", "Allocation", 1, 0, 0, 0],
]  # fmt: skip
RELEASE_21 = [
    ["activity_id", "sub_activity_id", "donor", "announcement_date", "month", "aid_type_general", "aid_type_specific",
     "measure", "reporting_currency", "source_reported_value", "tot_activity_value_EUR", "tot_sub_activity_value_EUR",
     "tot_sub_activity_value_EUR_redistr", "explanation"],
    ["JPF1", "JPF1_0", "Japan", dt.date(2024, 2, 19), 26, "Financial", "Loan",
     "Commitment", "JPY", 10, 2_000_000_000, 0, 0, "Budget"],
    ["JPF1", "JPF1_1", "Japan", dt.date(2024, 3, 1), 27, "Financial", "Loan",
     "Allocation", "JPY", 5, "", 999, 800_000_000, "First part"],
    ["EUF1", "EUF1_1", "EU (Commission and Council)", dt.date(2024, 3, 1), 27, "Financial", "Loan",
     "Allocation", "EUR", 5, 4_500_000_000, 4_500_000_000, 4_500_000_000, "Facility"],
]  # fmt: skip
LAYOUTS = {
    "release 7": ("Bilateral assistance, MAIN DATA", RELEASE_7),
    "release 18": ("Bilateral Assistance, MAIN DATA", RELEASE_18),
    "release 21": ("Bilateral Assistance, MAIN DATA", RELEASE_21),
}


def write(path, sheet, rows, summary=None):
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    book.add_worksheet("ReadMe").write(0, 0, "Text")
    for name, table in ((sheet, rows), ("Country Summary", summary)):
        for at, row in enumerate(table or []):
            page = book.get_worksheet_by_name(name) or book.add_worksheet(name)
            for place, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    page.write_number(at, place, (cell - dt.date(1899, 12, 30)).days, day)
                else:
                    page.write(at, place, cell)
    book.close()
    return path


@pytest.fixture
def release(tmp_path):
    return lambda name="release 7", **more: write(tmp_path / "tracker.xlsx", *LAYOUTS[name], **more)


def adds_up(report):
    assert report.rows == report.kept + sum(len(rows) for rows in report.set_aside.values())
    return {reason: rows.tolist() for reason, rows in report.set_aside.items()}


def test_release_7_becomes_pledges_of_our_table(release):
    frame, report = read_support_tracker(release())
    assert frame.dtypes.drop("date_precision").equals(load("pledges").dtypes.drop("date_precision"))
    assert list(frame.columns) == list(load("pledges").columns)
    rows = frame.set_index("pledge_id")
    columns = ["donor_code", "stage", "aid_type", "instrument", "amount", "currency", "value_basis"]
    assert rows.loc["DEM1", columns].tolist() == [
        "DEU", "pledge", "military", "in-kind", 1_000_000_000, "EUR", "announced"]  # fmt: skip
    assert rows.loc["DEM1", ["publisher", "source_url", "description"]].tolist() == ["Kiel Institute", LINK, "Helmets"]
    assert rows.loc["CZM1", ["donor_code", "amount", "value_basis"]].tolist() == [
        "CZE",
        250_000_000,
        "tracker_estimate",
    ]
    assert rows.loc["ITF1", ["amount", "announced_on"]].tolist() == [300_000_000, pd.Timestamp("2022-04-01")]
    assert rows["date_precision"].astype("str").to_dict() == {
        "DEM1": "day", "CZM1": "until", "USH1": "undated", "EPM1": "day", "ITF1": "day", "ITF2": "undated"}  # fmt: skip
    assert adds_up(report) == {
        "items inside an amount of their activity": [3],
        "no amount in the release": [9],
        "donor not in donors.csv: Atlantis": [10],
    }
    assert report.as_dict()["repaired"] == {
        "amounts written as text": 1, "blanks around the type of aid": 1, "date known as until": 1,
        "dates stored as serial numbers": 1, "undated": 2}  # fmt: skip
    assert "set aside, donor not in donors.csv: Atlantis: EUR 0.070000bn of commitments" in report.findings
    assert "EUR 0.510000bn" in str(report)


def test_undated_money_counts_in_totals_and_in_no_month(release):
    frame, report = read_support_tracker(release())
    new = pledges.new_money(frame, load("donors"))
    assert pledges.total(new) == pytest.approx(1 + 0.25 + 0.5 + 0.31)  # without the European Peace Facility
    assert pledges.by_month(new).sum().sum() == pytest.approx(1.3)
    undated = frame.loc[frame["date_precision"] == "undated", "announced_on"]
    assert undated.unique().tolist() == [report.data_until] == [pd.Timestamp("2022-04-01")]
    assert pledges.by_donor(new, 5).loc["Czechia", "estimated"] == pytest.approx(0.25)


def test_allocations_are_parts_of_commitments_and_never_added_to_them(release):
    frame, report = read_support_tracker(release("release 18"))
    sums = tracker.totals(frame)
    assert sums.loc["DEU", "commitment", "military"] == pytest.approx(0.9)
    assert sums.loc["DEU", "allocation", "military"] == pytest.approx(0.5)
    assert sums.loc["FRA", "allocation", "humanitarian"] == pytest.approx(0.05)
    new = pledges.new_money(frame, load("donors"))
    assert pledges.total(new) == pytest.approx(0.95)
    envelopes = pledges.envelopes(frame, load("donors")).set_index("pledge_id")
    assert envelopes.loc["DEM1", ["promised", "allocated"]].tolist() == pytest.approx([0.9, 0.5])
    assert adds_up(report) == {"the amount is zero": [7]}
    assert frame.loc[frame["pledge_id"] == "TRM1/1", "part_of"].tolist() == ["TRM1"]
    assert frame.loc[frame["donor_code"] == "FRA", "announced_on"].unique() == [pd.Timestamp("2023-02-16")]


def test_release_21_uses_the_redistributed_allocations(release):
    sums = tracker.totals(read_support_tracker(release("release 21"))[0]).round(9)
    assert sums.to_dict() == {
        ("EU", "allocation", "financial"): 4.5, ("EU", "commitment", "financial"): 4.5,
        ("JPN", "allocation", "financial"): 0.8, ("JPN", "commitment", "financial"): 2.0}  # fmt: skip


SUMMARY_7 = [[], ["", "Numbers by country"], [],
             ["", "Country", "EU member", "Financial commitments", "Humanitarian commitments", "Military commitments"],
             ["", "", "", "€ billion", "€ billion", "€ billion"],
             ["", "Germany", 1, 0, 0, 1.0], ["", "Czech Republic", 1, 0, 0, 0.2500000004],
             ["", "United States", 0, 0, 0.5, 0],
             ["", "Italy", 1, 0.31, 0, 0], ["", "Total", ".", 0.31, 0.5, 1.25]]  # fmt: skip


def held(path):
    return read_support_tracker(path)[1].findings[-1]


def test_the_publishers_own_summary_is_held_against_the_main_sheet_and_a_deviation_named(release):
    said = "totals are those of the main sheet"
    assert held(release(summary=SUMMARY_7)) == f"Country Summary: 12 of 12 {said}"
    wrong = [[*row[:4], "." if row[1:2] == ["Germany"] else row[4], *row[5:]] for row in SUMMARY_7[3:]]
    wrong[2][5], wrong[4][3] = 1.1, 1.5
    assert held(release(summary=[[], *wrong])) == (
        f"Country Summary: 9 of 11 {said}; main sheet less summary: "
        "USA financial commitments EUR -1.500000bn, DEU military commitments EUR -0.100000bn"
    )


@pytest.mark.parametrize("summary", [None, [["Text"]], [["Country", "Notes"], ["Germany", 1]], SUMMARY_7[:5]])
def test_without_a_summary_the_report_says_so(release, summary):
    assert held(release(summary=summary)).startswith("no sheet Country Summary with totals that can be read")


def test_a_summary_too_large_to_read_does_not_stop_the_reading(release):
    def change(name, body):
        return body.replace(b'r="B2"', b'r="XFD1048576"') if name == "xl/worksheets/sheet3.xml" else body

    assert held(rezip(release(summary=SUMMARY_7), change)).startswith("no sheet Country Summary with totals that can")


def test_the_summary_of_later_releases_is_found_wherever_it_stands(tmp_path):
    head = ["", "", "Country", "EU member", "Geographic Europe", "", "Financial allocations", "Military commitments"]
    rows = [[]] * 7 + [head, ["", "", "", "", "", "", "€ billion", "€ billion"], ["", "", "Japan", 0, 0, "", 0.8, 0]]
    assert "2 of 2 totals" in held(write(tmp_path / "t.xlsx", *LAYOUTS["release 21"], summary=rows))


def test_rich_text_and_calculated_formulas_are_read_as_their_values(tmp_path):
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(path)
    page, bold = book.add_worksheet("Bilateral Assistance, MAIN DATA"), book.add_format({"bold": True})
    for place, name in enumerate(RELEASE_7[0]):
        page.write(0, place, name)
    page.write_row(1, 0, ["DEM1", "", 44621, "Military", "Weapons", "", 5, 5])
    page.write_rich_string(1, 1, "Ger", bold, "many")
    page.write_rich_string(1, 5, bold, "Helmets", " and more")
    page.write_formula(1, 8, "=H2*2", value=10)
    book.close()
    frame, report = read_support_tracker(path)
    assert frame[["donor_code", "description", "amount"]].to_numpy().tolist() == [["DEU", "Helmets and more", 10]]
    assert report.rows == 1


def rezip(path, change):
    """Write a workbook again with the text of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, change(name, body))
    return path


MAIN = "xl/worksheets/sheet2.xml"


def test_a_formula_that_was_never_calculated_is_refused_and_not_read_as_empty(release):
    path = rezip(
        release(),
        lambda name, body: body.replace(b"<v>1000000000</v>", b"<f>H2*1000000</f><v></v>") if name == MAIN else body,
    )
    with pytest.raises(DataError, match="row 2: committed: a formula without a stored value; open the workbook"):
        read_support_tracker(path)


@pytest.mark.parametrize(
    ("part", "old", "new", "sentence"),
    [
        (MAIN, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY b "&a;">]><worksheet', "declares XML entities"),
        (MAIN, b'r="A2"', b'r="XFD1048576"', "1,048,576 rows and 16,384 columns: this is no release"),
        (MAIN, b'r="A2"', b'r="ZZ900000"', "900,000 rows and 702 columns"),
        ("xl/workbook.xml", b"Bilateral assistance, MAIN", b"Bilateral help, MAIN", "did you mean 'bilateral help"),
        ("xl/workbook.xml", b"</workbook>", b"", "is no whole workbook"),
        ("xl/sharedStrings.xml", b"countries", b"county", "no column 'donor' or 'Countries'; did you mean"),
        ("xl/sharedStrings.xml", b"300,000,000", b"300 to 400", "row 7: tot_activity_value_EUR: '300 to 400' is"),
    ],
)  # fmt: skip
def test_a_workbook_that_would_mislead_or_explode_is_refused(release, part, old, new, sentence):
    def change(name, body):
        assert name != part or old in body
        return body.replace(old, new, 1) if name == part else body

    with pytest.raises(DataError) as error:
        read_support_tracker(rezip(release(), change))
    assert sentence in str(error.value)
    assert str(error.value).startswith("tracker.xlsx: ")


def test_measures_without_allocations_are_refused(tmp_path):
    rows = [row[:-1] for row in RELEASE_18]
    with pytest.raises(DataError, match="no column 'tot_sub_activity_value_EUR_redistr', which allocations need"):
        read_support_tracker(write(tmp_path / "t.xlsx", "Bilateral Assistance, MAIN DATA", rows))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html><body>404</body></html>", "this is a web page, not data"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is an old .xls or a protected workbook"),
        (b"PK\x03\x04" + b"\0" * 600, "is no whole workbook"),
        (b"ID,countries\n1,2\n", "is no whole workbook"),
    ],
)
def test_what_is_no_workbook_says_what_it_is(tmp_path, body, sentence):
    path = tmp_path / "tracker.xlsx"
    path.write_bytes(body)
    with pytest.raises(DataError) as error:
        read_support_tracker(path)
    assert sentence in str(error.value)


def test_a_truncated_workbook_is_refused_wherever_it_is_cut(release):
    path = release()
    whole = path.read_bytes()
    for length in range(1, len(whole) - 1, len(whole) // 37):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError):
            read_support_tracker(path)


def test_a_bomb_is_refused_by_its_sizes_before_it_is_unpacked(release, monkeypatch):
    path = release()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.xml", b"\0" * 60_000_000)
    assert os.path.getsize(path) < 200_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(DataError, match=r"unpacks to 60,[0-9]{3},[0-9]{3} bytes in"):
        read_support_tracker(path)


def test_a_part_that_lies_about_its_size_is_refused(release):
    path = release()
    body = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(MAIN).file_size
    at = body.rindex(size.to_bytes(4, "little"))
    body[at : at + 4] = (50).to_bytes(4, "little")
    path.write_bytes(body)
    with pytest.raises(DataError, match="is no whole workbook"):
        read_support_tracker(path)


def test_the_bounds_leave_room_for_the_largest_release():
    assert workbook.CELLS > 50 * 100_000
    assert workbook._number(b"AA") == 27
    assert workbook._number(b"XFD") == 16_384
