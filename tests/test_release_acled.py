"""An export from ACLED, written by hand: both forms of date, other kinds of events, events that stand there twice."""

import pandas as pd
import pytest

from warledger import strikes
from warledger.errors import DataError
from warledger.releases import read_acled
from warledger.releases.acled import by_place_and_day
from warledger.tables import load

COLUMNS = ["event_id_cnty", "event_date", "sub_event_type", "admin1", "location", "latitude", "longitude", "fatalities"]
MORE = ["actor1", "country", "timestamp", "notes"]
RUSSIA, UKRAINE = "Military Forces of Russia (2000-)", "Military Forces of Ukraine (2019-)"
AIR, SHELLS = "Air/drone strike", "Shelling/artillery/missile attack"
ROWS = [
    ("UKR1", "21 March 2024", AIR, "Kyiv City", "Kyiv", "50.45", "30.52", "0", RUSSIA, "Ukraine", "1", "a, b"),
    ("UKR1", "21 March 2024", AIR, "Kyiv City", "Kyiv", "50.45", "30.52", "2", RUSSIA, "Ukraine", "2", "newer"),
    ("UKR2", "2024-03-20", SHELLS, "Zaporizhia", "Huliaipole", "47.66", "36.26", "3", RUSSIA, "Ukraine", "1", ""),
    ("UKR3", "2024-03-20", "Armed clash", "Donetsk", "Bakhmut", "48.6", "38.0", "9", RUSSIA, "Ukraine", "1", ""),
    ("UKR4", "2024-03-20", SHELLS, "Donetsk", "Donetsk", "48.0", "37.8", "1", UKRAINE, "Ukraine", "1", ""),
    ("RUS5", "2024-03-20", AIR, "Belgorod", "Belgorod", "50.6", "36.6", "1", RUSSIA, "Russia", "1", ""),
    ("UKR6", "2024-03-22", AIR, "Odesa", "Odesa", "30.7", "46.5", "", RUSSIA, "Ukraine", "1", "line\nbreak"),
    ("", "2024-03-22", AIR, "Odesa", "Odesa", "46.5", "30.7", "1", RUSSIA, "Ukraine", "1", ""),
    ("UKR7", "2024-03-23", AIR, "Atlantis", "Nowhere", "48.5", "30.7", "1", RUSSIA, "Ukraine", "1", ""),
]  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def reader(rows=ROWS, columns=(*COLUMNS, *MORE), names=None):
        path = tmp_path / "export.csv"
        table = pd.DataFrame(rows, columns=[*COLUMNS, *MORE])[list(columns)]
        table.rename(columns=names or {}).to_csv(path, index=False, lineterminator="\n")
        return read_acled(path)

    return reader


def test_strikes_have_the_shape_of_our_table_and_the_rest_is_set_aside(read):
    frame, report = read()
    assert frame.dtypes.equals(load("strikes").dtypes)
    assert {reason: rows.tolist() for reason, rows in report.set_aside.items()} == {
        "no event id, day or kind of event": [9],
        "no strike: Armed clash": [5],
        "not in Ukraine": [7],
        "by Ukraine's own forces": [6],
        "the same event again, older or equal": [2],
    }
    assert report.rows == 9 == report.kept + 5
    rows = frame.set_index("strike_id")
    assert rows.index.tolist() == ["UKR2", "UKR1", "UKR6", "UKR7"]
    columns = ["main_target", "oblast", "kyiv_named", "killed", "counts_scope", "publisher"]
    assert rows.loc["UKR1", columns].tolist() == [
        "Kyiv", "UA-30", True, 2, "single strike", "ACLED"]  # fmt: skip
    assert rows.loc["UKR2", "date_local"] == pd.Timestamp("2024-03-20")
    assert rows.loc["UKR2", "oblast"] == "UA-23"


def test_swapped_coordinates_and_unknown_oblasts_are_missing_and_reported(read):
    frame, report = read()
    rows = frame.set_index("strike_id")
    assert pd.isna(rows.loc["UKR6", "latitude"])
    assert pd.isna(rows.loc["UKR6", "killed"])  # empty is not reported, and not zero
    assert report.as_dict()["repaired"] == {
        "coordinates outside of Ukraine or unreadable, taken as missing": 1,
        "oblast not known, taken as missing": 1,
    }
    places = strikes.tolls_by_place(frame)
    assert places.set_index("main_target")["killed"].to_dict() == {"Huliaipole": 3, "Kyiv": 2, "Nowhere": 1}


def test_an_export_with_the_columns_asked_for_alone_is_read(read):
    frame, report = read(columns=COLUMNS)
    assert "by Ukraine's own forces" not in report.set_aside
    assert frame["strike_id"].is_unique


def test_all_events_of_a_place_and_day_count(read):
    second = ("UKR8", *ROWS[2][1:5], "", "", "4", *ROWS[2][8:])
    frame, _ = read([*ROWS, second])
    places = strikes.tolls_by_place(by_place_and_day(frame)).set_index("main_target")
    assert places.loc["Huliaipole", ["killed", "strikes", "latitude"]].tolist() == [7, 1, 47.66]
    assert by_place_and_day(frame)["killed"].sum() == frame["killed"].sum()


def test_events_are_in_no_sum_of_waves(read):
    assert strikes.wave_totals(read()[0]).empty


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (1, "03/04/2024", "row 2: event_date: '03/04/2024' is no day written as 21 March 2024 or 2024-03-21"),
        (1, "45372", "row 2: event_date: '45372' is no day"),
        (1, "nan", "row 2: event_date: 'nan' is no day"),
        (7, "some", "row 2: fatalities: 'some' is no count"),
    ],
)
def test_what_cannot_be_read_right_is_refused(read, place, value, sentence):
    row = list(ROWS[0])
    row[place] = value
    with pytest.raises(DataError) as error:
        read([tuple(row)])
    assert sentence in str(error.value)


def test_a_renamed_column_is_refused_with_the_nearest(read):
    with pytest.raises(DataError, match="no column 'sub_event_type'; did you mean 'sub_event_typ'"):
        read(names={"sub_event_type": "sub_event_typ"})


def test_kinds_that_are_numbers_are_kinds_that_are_no_strikes(read):
    frame, report = read([(*ROWS[0][:2], "7", *ROWS[0][3:])])
    assert frame.empty
    assert list(report.set_aside) == ["no strike: 7"]
