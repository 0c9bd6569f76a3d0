"""Reading is strict: types come from the schema, empty is missing, text that looks missing stays text."""

import datetime as dt

import pandas as pd
import pytest

from test_checks import edit
from warledger import tables
from warledger.errors import DataError
from warledger.frames import to_frame


def test_types_come_from_the_schema():
    pledges = tables.load("pledges")
    assert pledges["announced_on"].dtype.kind == "M"
    assert pledges["amount"].dtype == "Int64"
    assert pledges["stage"].cat.categories.tolist() == tables.categories("pledges", "stage")
    assert tables.load("donors")["in_totals"].dtype == "boolean"
    assert tables.load("strikes")["latitude"].dtype == "Float64"
    assert tables.load("strike_months")["month"].iloc[0] == pd.Timestamp("2022-09-01")


def test_an_exact_integer_survives_reading():
    schema = {"fields": [{"name": "n", "type": "integer"}]}
    frame = to_frame(["n"], [["9007199254740993"], [""]], schema)
    assert frame["n"].tolist()[0] == 9007199254740993
    assert frame["n"].isna().tolist() == [False, True]


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "N/A"])
def test_words_that_look_missing_stay_text(ledger, word):
    edit(ledger, "pledges", 3, "description", word)
    assert tables.load("pledges", ledger)["description"].iloc[1] == word


def test_empty_is_missing_and_not_zero(ledger):
    edit(ledger, "strikes", 3, "killed", "")
    edit(ledger, "strikes", 3, "injured", "0")
    row = tables.load("strikes", ledger).iloc[1]
    assert pd.isna(row["killed"])
    assert row["injured"] == 0


def test_local_times_are_read_to_the_minute(strike_table):
    row = strike_table.set_index("strike_id").loc["2024-03-21"]
    assert (row["start_local"], row["end_local"]) == (dt.datetime(2024, 3, 21, 3), dt.datetime(2024, 3, 21, 7))


def test_a_bad_table_is_not_loaded_and_says_why(ledger):
    edit(ledger, "strikes", 3, "killed", "1,200")
    with pytest.raises(DataError, match=r"strikes.csv:3: killed: \"1,200\": thousands separators"):
        tables.load("strikes", ledger)


def test_an_unknown_table_lists_those_that_exist():
    with pytest.raises(DataError, match="no such table; there are pledges, donors"):
        tables.load("pledge")


def test_an_unknown_category_is_an_error_even_behind_the_checks():
    schema = {"fields": [{"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}}]}
    with pytest.raises(DataError, match="not one of a, b"):
        to_frame(["kind"], [["c"]], schema)


def test_the_state_of_inputs_does_not_depend_on_form(ledger):
    path = ledger / "donors.csv"
    plain = tables.content_hash(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert tables.content_hash(path) == plain


def test_outlines_cover_all_units_and_crimea():
    outlines = tables.load_outlines()
    assert set(outlines) == set(tables.load("oblasts")["oblast"])
    assert {"UA-43", "UA-40"} <= set(outlines)
    longitudes = [point[0] for rings in outlines.values() for ring in rings for point in ring]
    assert 22 < min(longitudes) < max(longitudes) < 41
