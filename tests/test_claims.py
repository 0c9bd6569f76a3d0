"""Claims held against a small ledger made by hand, with verdicts worked out by hand; then the claims of the project."""

import pandas as pd
import pytest

from warledger.checks import names, resource_of
from warledger.claims import FAMILIES, Verdict, card, check_claims, judge, measure_table, verdict_words
from warledger.comparing import COMPARATORS, RULE, SHARE, SLACK, VERDICTS
from warledger.errors import DataError, ParameterError
from warledger.frames import to_frame
from warledger.known import known_by, load_ledger
from warledger.measures import MEASURES
from warledger.tables import categories

BY = {"publisher": "General Staff of Ukraine", "via": "copy", "source_url": "https://example.org/a"}
READING = {**BY, "side": "Russia", "category": "casualties", "kind": "claimed"}
STRIKE = {"counts_scope": "wave total", "kyiv_named": "false", "publisher": "Air Force", "source_url": "https://a.b/c"}
MONTH = {"publisher": "Air Force", "source_url": "https://a.b/c", "waves": "9"} | {
    f"waves_without_{what}_intercepts": "0" for what in ("missile", "drone")
}
PLEDGE = {"date_precision": "day", "value_basis": "announced", "aid_type": "military", "publisher": "A ministry",
          "source_url": "https://a.b/c"}  # fmt: skip
DONOR = {"in_totals": "true", "eu_member": "false", "publisher": "World Bank", "source_url": "https://a.b/c"}
ROWS = {
    # Losses without the re-count of 100 on 20 March 2024: 700 to 14 March, 600 to 21 March, 100 on 22 March.
    "losses_weekly": [
        {**BY, "date": "2022-03-03", "personnel": "500", "tanks": "50"},
        {**BY, "date": "2024-03-07", "personnel": "1000", "tanks": "100"},
        {**BY, "date": "2024-03-14", "personnel": "1700", "tanks": "110", "uavs": "50"},
        {**BY, "date": "2024-03-21", "personnel": "2400", "tanks": "131", "uavs": "60"},
    ],
    "losses_readings": [
        {**READING, "reading_id": "R1", "as_of": "2024-01-01", "value": "900"},
        {**READING, "reading_id": "R2", "as_of": "2024-03-22", "value": "2500"},
        {**READING, "reading_id": "R3", "as_of": "2024-04-01", "value": "3500"},
        {**READING, "reading_id": "R4", "as_of": "2024-05-01", "value": "5900"},
        {**READING, "reading_id": "R5", "as_of": "2025-01-01", "value": "9000"},
        {**READING, "reading_id": "R6", "as_of": "2024-03-21", "value": "9999", "via": "another copy"},
        {**READING, "reading_id": "R7", "as_of": "2024-03-01", "value": "70", "side": "civilians",
         "category": "killed", "kind": "verified", "publisher": "OHCHR"},
        {**READING, "reading_id": "R8", "as_of": "2024-05-01", "value": "90", "side": "civilians",
         "category": "killed", "kind": "verified", "publisher": "OHCHR"},
        {**READING, "reading_id": "R9", "as_of": "2024-03-01", "value": "40", "category": "killed",
         "kind": "name_by_name", "publisher": "Mediazona"},
    ],
    "losses_restatements": [
        {**BY, "date": "2024-03-20", "item": "personnel", "restated_by": "100", "change_in_total": "220",
         "loss_reported_for_day": "120"},
    ],
    "losses_oryx": [
        {**BY, "as_of": "2024-02-29", "side": "Russia", "tanks": "60", "publisher": "Oryx"},
        {**BY, "as_of": "2024-03-31", "side": "Russia", "tanks": "64", "publisher": "Oryx"},
    ],
    "strikes": [
        {**STRIKE, "strike_id": "2022-02-24", "main_target": "nationwide", "missiles_launched": "160"},
        {**STRIKE, "strike_id": "2024-02-07", "main_target": "nationwide", "kyiv_named": "true",
         "missiles_launched": "44", "missiles_intercepted": "29", "drones_launched": "20", "drones_intercepted": "15"},
        {**STRIKE, "strike_id": "2024-02-15", "main_target": "nationwide", "kyiv_named": "true",
         "missiles_launched": "26", "drones_launched": "0"},
        {**STRIKE, "strike_id": "2024-03-21", "main_target": "Kyiv", "kyiv_named": "true", "oblast": "UA-30",
         "start_local": "2024-03-21 03:00", "end_local": "2024-03-21 07:00", "missiles_launched": "31",
         "missiles_intercepted": "31", "drones_launched": "0", "killed": "0", "injured": "17", "note": "Fires."},
        {**STRIKE, "strike_id": "2024-03-21b", "main_target": "Mykolaiv", "oblast": "UA-48",
         "counts_scope": "single strike", "missiles_launched": "5"},
        {**STRIKE, "strike_id": "2024-03-22", "main_target": "nationwide", "missiles_launched": "88",
         "drones_launched": "63"},
        {**STRIKE, "strike_id": "2024-03-22b", "main_target": "Odesa", "oblast": "UA-51", "drones_launched": "9",
         "start_local": "2024-03-21 23:00", "end_local": "2024-03-22 01:00"},
        {**STRIKE, "strike_id": "2024-03-30", "main_target": "Kyiv", "kyiv_named": "true", "oblast": "UA-30",
         "missiles_launched": "3"},
    ],
    "strike_weapons": [
        {"strike_id": "2024-03-21", "weapon": "Kh-101", "weapon_class": "cruise missile", "launched": "29",
         "intercepted": "29", "mixed_classes": "false"},
        {"strike_id": "2024-03-21", "weapon": "Kinzhal + Iskander", "weapon_class": "ballistic missile",
         "launched": "2", "intercepted": "2", "mixed_classes": "true"},
    ],
    "strike_months": [
        {**MONTH, "month": "2024-02", "missiles_launched": "200", "drones_launched": "300"},
        {**MONTH, "month": "2024-03", "missiles_launched": "250", "drones_launched": "282"},
        {**MONTH, "month": "2024-04", "missiles_launched": "90", "drones_launched": "90", "note": "Incomplete."},
    ],
    "pledges": [
        {**PLEDGE, "pledge_id": "P1", "announced_on": "2024-02-01", "donor_code": "EU", "stage": "pledge",
         "amount": "50000000000", "currency": "EUR", "description": "Envelope"},
        {**PLEDGE, "pledge_id": "P2", "announced_on": "2024-03-20", "donor_code": "EU", "stage": "disbursement",
         "part_of": "P1", "amount": "4500000000", "currency": "EUR", "description": "First payment"},
        {**PLEDGE, "pledge_id": "P3", "announced_on": "2024-03-20", "donor_code": "NLD", "stage": "allocation",
         "amount": "350000000", "currency": "EUR", "description": "F-16 munitions and reconnaissance drones"},
        {**PLEDGE, "pledge_id": "P4", "announced_on": "2024-03-20", "donor_code": "NLD", "stage": "allocation",
         "amount": "20000000", "currency": "EUR", "description": "Generators", "aid_type": "humanitarian"},
        {**PLEDGE, "pledge_id": "P5", "announced_on": "2024-01-12", "donor_code": "GBR", "stage": "pledge",
         "amount": "2500000000", "currency": "GBP", "description": "Military aid"},
        {**PLEDGE, "pledge_id": "P6", "announced_on": "2024-01-12", "donor_code": "USA", "stage": "pledge",
         "amount": "49630000000", "currency": "EUR", "description": "Act"},
    ],
    "donors": [
        {**DONOR, "donor_code": "EU", "name": "European Union", "region": "Europe"},
        {**DONOR, "donor_code": "NLD", "name": "Netherlands", "region": "Europe", "eu_member": "true",
         "gdp_2021_usd": "1000000000000"},
        {**DONOR, "donor_code": "GBR", "name": "United Kingdom", "region": "Europe"},
        {**DONOR, "donor_code": "USA", "name": "United States", "region": "North America"},
    ],
    "timeline": [
        {"event_id": "E001", "event_on": "2024-03-20", "label": "Trade extended", "note": "Eggs.", "kind": "trade",
         "publisher": "A paper", "source_url": "https://a.b/c"},
    ],
}  # fmt: skip


def frame(name, rows):
    schema = resource_of(name)["schema"]
    header = [field["name"] for field in schema["fields"]]
    return to_frame(header, [[row.get(column, "") for column in header] for row in rows], schema)


@pytest.fixture(scope="module")
def small():
    for row in ROWS["strikes"]:
        row["date_local"] = row["strike_id"][:10]
    return {name: frame(name, ROWS.get(name, [])) for name in names()}


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


PERSONS, MISSILES = {"unit": "persons"}, {"unit": "missiles"}
KYIV = {"place": "Kyiv"}
MAR_20, MAR_21, MAR_22 = "2024-03-20", "2024-03-21", "2024-03-22"
CASES = [
    # measure, as_of, comparator, value, more, verdict, found
    ("personnel_cumulative", MAR_21, "eq", 2400, PERSONS, "supported", 2400),
    ("personnel_cumulative", MAR_21, "ge", 2300, PERSONS, "supported", 2400),
    ("personnel_cumulative", MAR_21, "eq", 2420, PERSONS, "imprecise", 2400),
    ("personnel_cumulative", MAR_21, "eq", 2600, PERSONS, "contradicted", 2400),
    ("personnel_cumulative", MAR_21, "eq", 2500, PERSONS | {"dated_by": "event"}, "supported", 2500),
    ("tanks_cumulative", MAR_21, "gt", 131, {"unit": "tanks"}, "imprecise", 131),
    ("tanks_cumulative", MAR_21, "lt", 132, {"unit": "tanks"}, "supported", 131),
    ("tanks_cumulative", MAR_21, "le", 131, {"unit": "tanks"}, "supported", 131),
    ("cumulative", MAR_21, "between", "120/140", {"unit": "tanks", "item": "tanks"}, "supported", 131),
    # Between two Thursdays: 1,700 to 2,300, since the re-count of 20 March is not in yet.
    ("personnel_cumulative", "2024-03-18", "ge", 1700, PERSONS, "supported", "1,700 to 2,300"),
    ("personnel_cumulative", "2024-03-18", "ge", 1701, PERSONS, "cannot be checked", "1,700 to 2,300"),
    ("personnel_cumulative", "2024-03-18", "ge", 2301, PERSONS, "imprecise", "1,700 to 2,300"),
    ("personnel_cumulative", "2024-03-18", "ge", 2400, PERSONS, "contradicted", "1,700 to 2,300"),
    ("personnel_cumulative", "2024-03-18", "approx", 2000, PERSONS | {"tolerance": "0.2"}, "supported",
     "1,700 to 2,300"),
    ("personnel_cumulative", "2024-03-20", "ge", 1800, PERSONS, "supported", "1,800 to 2,400"),
    ("personnel_cumulative", "2025-06-01", "ge", 9000, PERSONS, "supported", "at least 9,000"),
    ("personnel_cumulative", "2025-06-01", "eq", 9000, PERSONS, "cannot be checked", "at least 9,000"),
    ("personnel_cumulative", "2022-02-24", "eq", 0, PERSONS, "cannot be checked", ""),
    ("personnel_month", "2022-01-15", "eq", 0, PERSONS, "cannot be checked", ""),
    ("uavs_cumulative", "2023-06-01", "ge", 1, {"unit": "uavs"}, "cannot be checked", ""),
    ("personnel_daily", MAR_22, "eq", 100, PERSONS, "supported", 100),
    ("personnel_daily", MAR_21, "eq", 100, PERSONS | {"dated_by": "event"}, "supported", 100),
    ("personnel_daily", MAR_20, "eq", 120, PERSONS, "supported", 120),  # as reported beside the re-count
    ("personnel_daily", MAR_20, "eq", 220, PERSONS, "contradicted", 120),
    ("personnel_daily", "2024-03-18", "eq", 85000, PERSONS, "contradicted", "0 to 600"),
    ("personnel_daily", "2024-03-18", "le", 600, PERSONS, "supported", "0 to 600"),
    ("personnel_week", MAR_21, "eq", 600, PERSONS, "supported", 600),
    ("personnel_month", "2024-04-15", "eq", 2400, PERSONS, "supported", 2400),
    ("personnel_year", "2024-12-31", "eq", 8000, PERSONS, "supported", 8000),
    ("personnel_year", "2022-12-31", "ge", 500, PERSONS, "supported", "500 to 900"),
    ("uavs_year", "2022-12-31", "ge", 1, {"unit": "uavs"}, "cannot be checked", ""),  # its first figure is a backlog
    # 700 in the seven days to 14 March is 100 a day or more; the known day has 120; the week bounds it.
    ("personnel_daily_max_to_date", MAR_22, "ge", 120, PERSONS, "supported", "120 to 700"),
    ("personnel_daily_max_to_date", MAR_22, "eq", 220, PERSONS, "cannot be checked", "120 to 700"),
    ("personnel_daily_max_to_date", MAR_22, "ge", 800, PERSONS, "contradicted", "120 to 700"),
    ("personnel_daily_max_to_date", "2024-03-23", "ge", 800, PERSONS, "cannot be checked", "at least 120"),
    ("personnel_week_max_to_date", MAR_21, "eq", 700, PERSONS, "supported", 700),
    ("verified_killed", "2024-03-01", "eq", 70, PERSONS, "supported", 70),
    ("verified_killed", "2024-04-01", "le", 90, PERSONS, "supported", "70 to 90"),
    ("verified_injured", "2024-04-01", "ge", 1, PERSONS, "cannot be checked", ""),
    ("named_russian_killed", "2024-03-01", "eq", 40, PERSONS, "supported", 40),
    ("russian_tanks_photographed", "2024-03-31", "eq", 64, {"unit": "pieces"}, "supported", 64),
    ("missiles_launched", MAR_21, "eq", 31, MISSILES | KYIV, "supported", 31),  # the single strike is no wave
    ("drones_launched", MAR_21, "ge", 1, KYIV | {"unit": "drones"}, "contradicted", 0),
    ("missiles_intercepted", MAR_21, "eq", 31, MISSILES, "supported", 31),
    ("drones_intercepted", MAR_21, "eq", 0, {"unit": "drones"}, "cannot be checked", ""),  # empty is not zero
    ("missiles_launched", MAR_22, "eq", 88, MISSILES, "supported", 88),
    ("drones_launched", MAR_22, "eq", 9, {"unit": "drones"}, "supported", 9),  # one of two waves
    ("drones_launched_day", MAR_22, "eq", 72, {"unit": "drones"}, "supported", 72),
    ("weapons_launched", MAR_22, "eq", 151, {"unit": "weapons"}, "supported", 151),
    ("weapons_launched", "2024-03-30", "ge", 3, {"unit": "weapons"}, "supported", "at least 3"),
    ("missiles_launched", MAR_21, "ge", 29, MISSILES | {"weapon_class": "cruise missile"}, "supported", "29 to 31"),
    ("missiles_launched", MAR_21, "eq", 3, MISSILES | {"weapon_class": "ballistic missile"}, "contradicted", "0 to 2"),
    ("missiles_launched", "2024-05-05", "ge", 1, MISSILES, "cannot be checked", ""),
    ("missiles_launched_month", "2024-03-31", "eq", 250, MISSILES, "supported", 250),
    ("missiles_launched_month", "2024-04-30", "eq", 90, MISSILES, "cannot be checked", "at least 90"),
    ("drones_launched_month_change", "2024-03-31", "approx", -0.06, {"unit": "share of previous month",
     "tolerance": "0.01"}, "supported", pytest.approx(-0.06)),
    ("missiles_launched_max_to_date", MAR_22, "eq", 160, MISSILES, "supported", 160),  # 24 February 2022 counts
    ("missiles_launched_max_to_date", MAR_22, "eq", 88, MISSILES, "contradicted", 160),
    ("missiles_launched_month_max_to_date", "2024-04-15", "eq", 250, MISSILES, "cannot be checked", "at least 250"),
    ("strike_date", MAR_20, "eq", MAR_21, KYIV | {"unit": "date"}, "supported", pd.Timestamp(MAR_21)),
    ("strike_date", MAR_20, "eq", "2024-03-25", KYIV | {"unit": "date"}, "contradicted", pd.Timestamp(MAR_21)),
    ("strike_clock_local", MAR_21, "approx", "05:00", KYIV | {"unit": "local time Europe/Kyiv", "tolerance": "60min"},
     "supported", "03:00 to 07:00"),
    ("strike_clock_local", MAR_21, "eq", "07:10", KYIV | {"unit": "local time Europe/Kyiv"}, "imprecise",
     "03:00 to 07:00"),
    ("strike_clock_local", MAR_22, "eq", "23:30", {"place": "Odesa", "unit": "local time Europe/Kyiv"}, "supported",
     "23:00 to 01:00"),
    ("strike_injured", MAR_21, "eq", 17, KYIV | PERSONS, "supported", 17),
    ("oblast", MAR_21, "eq", "UA-30", {"unit": "ISO 3166-2 code"}, "supported", "Kyiv (UA-30)"),
    ("oblast", MAR_21, "eq", "UA-46", {"unit": "ISO 3166-2 code"}, "contradicted", "Kyiv (UA-30)"),
    ("previous_major_strike_on", MAR_21, "eq", "2024-02-07", KYIV | {"unit": "date"}, "supported",
     pd.Timestamp("2024-02-07")),
    ("previous_major_strike_on", MAR_21, "between", "2024-01-21/2024-01-31", KYIV | {"unit": "date"}, "contradicted",
     pd.Timestamp("2024-02-07")),
    ("previous_major_strike_on", MAR_21, "before", "2024-02-08", KYIV | {"unit": "date"}, "supported",
     pd.Timestamp("2024-02-07")),
    ("days_since_previous_major_strike", MAR_21, "eq", 43, KYIV | {"unit": "days"}, "supported", 43),
    ("days_since_previous_major_strike", MAR_21, "eq", 44, KYIV | {"unit": "days"}, "imprecise", 43),
    # The nationwide wave of 22 March, which names no city, may have reached Kyiv.
    ("days_since_previous_major_strike", "2024-03-30", "eq", 9, KYIV | {"unit": "days"}, "cannot be checked",
     "8 days to 9 days"),
    ("explosions_heard", MAR_21, "ge", 24, KYIV | {"unit": "blasts"}, "cannot be checked", ""),
    ("pledge_amount", MAR_20, "eq", 350000000, {"unit": "EUR", "donor": "NLD"}, "supported", 350000000),
    ("pledge_amount", "2024-03-26", "eq", 350000000, {"unit": "EUR", "donor": "NLD"}, "supported", 350000000),
    ("pledge_amount", "2024-03-28", "eq", 350000000, {"unit": "EUR", "donor": "NLD"}, "cannot be checked", ""),
    ("pledge_amount", "2024-01-12", "eq", 2500000000, {"unit": "GBP", "donor": "GBR"}, "supported", 2500000000),
    ("pledge_amount", "2024-01-12", "approx", 2900000000, {"unit": "EUR", "donor": "GBR", "tolerance": "0.03"},
     "supported", pytest.approx(2.906e9, rel=1e-3)),  # ECB, 12 January 2024: EUR 1 = GBP 0.86023
    ("disbursement_amount", MAR_20, "eq", 4500000000, {"unit": "EUR", "donor": "EU"}, "supported", 4500000000),
    ("disbursement_on", MAR_20, "after", MAR_21, {"unit": "date", "donor": "EU"}, "contradicted", pd.Timestamp(MAR_20)),
    ("disbursement_on", MAR_20, "after", MAR_21, {"unit": "date", "donor": "EU", "tolerance": "2d"}, "supported",
     pd.Timestamp(MAR_20)),
    ("pledge_announced_on", MAR_20, "after", "2024-03-19", {"unit": "date", "donor": "NLD"}, "supported",
     pd.Timestamp(MAR_20)),
    ("pledge_purpose", MAR_20, "eq", "F-16 munitions; drones", {"unit": "text", "donor": "NLD"}, "supported",
     "F-16 munitions and reconnaissance drones"),
    ("pledge_purpose", MAR_20, "eq", "F-16 munitions; tanks", {"unit": "text", "donor": "NLD"}, "imprecise",
     "F-16 munitions and reconnaissance drones"),
    ("pledge_part_amount", "2024-01-12", "eq", 18000000000, {"unit": "GBP", "donor": "GBR",
     "aid_type": "humanitarian"}, "contradicted", "at most GBP 2.5bn"),
    ("pledge_part_amount", "2024-01-12", "eq", 1000000000, {"unit": "GBP", "donor": "GBR",
     "aid_type": "humanitarian"}, "cannot be checked", "at most GBP 2.5bn"),
    ("pledge_part_amount", MAR_20, "eq", 20000000, {"unit": "EUR", "donor": "NLD", "aid_type": "humanitarian"},
     "supported", 20000000),
    ("donor_total_promised", MAR_21, "eq", 50000000000, {"unit": "EUR", "donor": "EU"}, "supported", 50000000000),
    ("donor_total_paid", MAR_21, "eq", 4500000000, {"unit": "EUR", "donor": "EU"}, "cannot be checked",
     "at least EUR 4.5bn"),
    ("donor_group_total_allocated", MAR_21, "ge", 370000000, {"unit": "EUR", "donor_group": "Europe"}, "supported",
     "at least EUR 370m"),
    ("donor_group_share_of_total", "2024-02-10", "approx", 0.48, {"unit": "share", "donor_group": "United States",
     "tolerance": "0.02"}, "supported", pytest.approx(49.63 / (49.63 + 50 + 2.906), rel=1e-3)),
    ("share_of_gdp", MAR_21, "approx", 0.00044, {"unit": "share", "donor": "NLD", "tolerance": "0.02"}, "supported",
     pytest.approx(0.37 / 845.5, rel=1e-3)),  # USD 1,000bn at the mean rate of 2021, 1.1827
    ("event_on", MAR_20, "approx", MAR_21, {"unit": "date", "event_id": "E001", "tolerance": "1d"}, "supported",
     pd.Timestamp(MAR_20)),
    ("event_on", MAR_20, "eq", MAR_21, {"unit": "date", "event_id": "E001"}, "imprecise", pd.Timestamp(MAR_20)),
    ("product_list", MAR_20, "eq", "grain", {"unit": "product", "event_id": "E001"}, "cannot be checked", ""),
    ("utc_offset_hours", MAR_21, "eq", 2, {"unit": "hours"}, "supported", 2),
    ("utc_offset_hours", "2024-03-31", "eq", 3, {"unit": "hours"}, "supported", 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "as_of", "comparator", "value", "more", "verdict", "found"), CASES, ids=lambda part: str(part)[:40]
)
def test_a_claim_gets_the_verdict_worked_out_by_hand(small, measure, as_of, comparator, value, more, verdict, found):
    got = judge(small, measure=measure, as_of=as_of, comparator=comparator, value=value, **more)
    assert (got.verdict, got.found) == (verdict, found), got.why
    assert got.why.endswith(".")
    assert got.why[0] == got.why[0].upper()
    if got.found != "":
        assert got.kind
        assert got.sources
        assert got.rows or measure == "utc_offset_hours"


def test_every_function_of_the_registry_and_every_comparator_has_a_case():
    asked = {MEASURES[case[0]].find for case in CASES if case[0] in MEASURES}
    not_asked = {found.find.__name__ for found in MEASURES.values() if found.find not in asked}
    assert not_asked == set()
    assert {case[2] for case in CASES} == set(COMPARATORS)
    assert {case[5] for case in CASES} == set(VERDICTS)


@pytest.mark.parametrize(
    ("measure", "value", "unit", "more", "slip"),
    [
        ("pledge_amount", "350000000000", "EUR", {"donor": "NLD"}, "EUR 350m would fit, with million for billion"),
        ("pledge_amount", "350000", "EUR", {"donor": "NLD"}, "EUR 350m would fit, with million for thousand"),
        ("personnel_cumulative", "24000", "persons", {}, "2,400 would fit, a factor of 10"),
        ("personnel_cumulative", "2900", "persons", {}, "one digit differs"),
        ("personnel_cumulative", "4200", "persons", {}, "one digit differs"),
        ("personnel_cumulative", "25500", "persons", {}, ""),
        ("personnel_cumulative", "3900", "persons", {}, ""),
        ("missiles_launched", "13", "missiles", {}, ""),  # two digits: nearly everything is one digit away
    ],
)
def test_a_slip_of_the_pen_that_would_make_the_claim_right_is_named(small, measure, value, unit, more, slip):
    got = judge(small, measure=measure, as_of=MAR_21, comparator="eq", value=value, unit=unit, **more)
    assert got.verdict == "contradicted"
    assert got.why.endswith(f"; {slip}.") if slip else "would fit" not in got.why and "digit" not in got.why


def test_slips_against_bounds_and_of_direction_are_named(small):
    daily = judge(small, measure="personnel_daily", as_of="2024-03-18", comparator="eq", value=8500, unit="persons")
    assert daily.why.endswith("86 a day; the claim says 8,500; 85 would fit, a factor of 100.")
    change = {"measure": "drones_launched_month_change", "as_of": "2024-03-31", "unit": "share of previous month"}
    more = judge(small, **change, comparator="approx", value="0.06", tolerance="0.2")
    assert more.why.endswith("is 6.0 % less; the claim says about 6.0 % more; the other way round it would fit.")
    part = {"measure": "pledge_part_amount", "as_of": "2024-01-12", "donor": "GBR", "aid_type": "humanitarian"}
    whole = judge(small, **part, comparator="eq", value="18000000000", unit="GBP")
    assert "GBP 18m would fit, with million for billion" in whole.why


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("2400000000", "imprecise"),  # 2.45 rounds to 2.4 in exact arithmetic: half a step
        ("2500000000", "imprecise"),
        ("2460000000", "imprecise"),
        ("2600000000", "contradicted"),
        ("2000000000", "contradicted"),  # one digit written counts as two
    ],
)
def test_a_claim_rounded_as_it_is_written_is_imprecise(small, value, verdict):
    pledges = small["pledges"].assign(amount=pd.array([2450000000] * len(small["pledges"]), dtype="Int64"))
    pledge = {"measure": "pledge_amount", "as_of": MAR_20, "donor": "NLD", "unit": "EUR"}
    assert judge(small | {"pledges": pledges}, **pledge, comparator="eq", value=value).verdict == verdict


def test_the_rule_that_the_notebook_prints_has_the_numbers_that_are_applied(small):
    assert f"{SHARE:.0%}".replace("%", " %") in RULE
    assert f"{SLACK['days']:.0f} day" in RULE
    claim = {"measure": "personnel_cumulative", "as_of": MAR_21, "comparator": "ge", "unit": "persons"}
    limit = 2400 / (1 - SHARE)
    assert judge(small, **claim, value=f"{limit - 1:.0f}").verdict == "imprecise"
    assert judge(small, **claim, value=f"{limit + 2:.0f}").verdict == "contradicted"
    twice = {"comparator": "approx", "tolerance": "0.1"}
    assert judge(small, **claim | twice, value="2900").verdict == "imprecise"  # misses by 500, twice 290 is allowed
    assert judge(small, **claim | twice, value="3100").verdict == "contradicted"


GOOD = {"measure": "tanks_cumulative", "as_of": MAR_21, "comparator": "eq", "value": "131", "unit": "tanks"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"measure": "tank_cumulative"}, "measure: 'tank_cumulative' is not known; did you mean tanks_cumulative?"),
        ({"measure": "loss"}, r"Allowed: .*<item>_cumulative"),
        ({"comparator": "equal"}, "comparator: 'equal' is not known.*Allowed: eq, approx"),
        ({"comparator": "after"}, "after compares days; for tanks use gt or lt"),
        ({"unit": "tank"}, "unit: 'tank' is not known; did you mean tanks"),
        ({"value": "1,200"}, "value: '1,200' is not a number written as 433000"),
        ({"value": "nan"}, "value: 'nan' is not a number"),
        ({"value": "131", "comparator": "between"}, "between takes two with a slash"),
        ({"value": "9/3", "comparator": "between"}, "the lower first"),
        ({"comparator": "approx"}, "tolerance: approx needs one: for tanks give a share"),
        ({"tolerance": "2d"}, "tolerance: '2d': for tanks give a share of the value, such as 0.02"),
        ({"as_of": "21.3.2024"}, "as_of: '21.3.2024' is not a day written as 2024-03-21"),
        ({"as_of": "20240321"}, "as_of: '20240321' is not a day written as 2024-03-21"),
        ({"donor": "GRB"}, "donor: 'GRB' is not known; did you mean GBR"),
        ({"place": "nationwide"}, "place: 'nationwide' is not known"),
        ({"colour": "red"}, "about: 'colour' is not known.*Allowed: place, donor"),
        ({"measure": "pledge_amount", "unit": "EUR"}, "pledge_amount: needs donor"),
        ({"measure": "event_on", "unit": "date", "event_id": "E001", "value": "2024-3-1"}, "'2024-3-1' is not a day"),
        ({"measure": "strike_clock_local", "unit": "local time Europe/Kyiv", "place": "Kyiv", "value": "5 am"},
         "value: '5 am' is not a time written as 05:00"),
        ({"measure": "oblast", "unit": "ISO 3166-2 code", "comparator": "ge"}, "text is compared with eq"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_what_is_allowed(small, change, sentence):
    with pytest.raises(ParameterError, match=sentence):
        judge(small, **GOOD | change)


def test_a_row_of_the_table_that_cannot_be_read_is_named(small):
    row = {"claim_id": "x-1", "publisher": "A paper", "claim": "Many tanks", "short": "Tanks", **GOOD, "unit": "tank"}
    with pytest.raises(DataError, match=r"claims\.csv: x-1: unit: 'tank' is not known; did you mean tanks"):
        check_claims(pd.DataFrame([row]).assign(published_on=pd.NaT, via=None, source_url="https://a.b/c"), small)


def test_every_claim_of_the_ledger_can_be_judged_and_names_its_rows(ledger):
    table = check_claims(ledger["claims"], ledger)
    assert list(table["claim_id"]) == list(ledger["claims"]["claim_id"])
    assert set(table["verdict"]) <= set(VERDICTS)
    keys = {name: resource_of(name)["schema"]["primaryKey"][0] for name in names()}
    for row in table.itertuples():
        for cited in row.rows:
            name, _, key = cited.partition(":")
            assert key in set(ledger[name][keys[name]].astype("str").str.slice(0, 10).tolist()) | set(
                ledger[name][keys[name]].astype("str")
            ), cited
        assert len(row.sources) > 0


def test_measures_of_the_table_are_those_of_the_registry(ledger):
    assert set(ledger["claims"]["measure"]) <= set(MEASURES)
    assert categories("claims", "comparator") == list(COMPARATORS)
    assert len(FAMILIES) == 3


STORY = {
    "supported": ["01", "02", "03", "06", "10", "11", "13", "14", "16", "17", "18", "19", "21"],
    "contradicted": ["04", "09", "12", "15"],
    "cannot be checked": ["05", "07", "08", "20"],
}


def test_the_claims_of_the_story(ledger):
    claims = ledger["claims"]
    table = check_claims(claims[claims["claim_id"].str.startswith("bnn-")], ledger).set_index("claim_id")
    assert {verdict: sorted(f"bnn-{number}" for number in numbers) for verdict, numbers in STORY.items()} == {
        verdict: sorted(rows.index) for verdict, rows in table.groupby("verdict")
    }
    assert table.loc["bnn-21", "found"] == "433,840"
    assert table.loc["bnn-21", "kind"] == "claimed by Ukraine"
    assert table.loc["bnn-09", "found"] == "7 February 2024"
    assert table.loc["bnn-12", "rows"] == ("pledges:P0331",)
    assert "15 February 2024" in table.loc["bnn-10", "why"]


def test_the_other_claims_whose_answer_is_known(ledger):
    table = check_claims(ledger["claims"], ledger).set_index("claim_id")
    assert table.loc[["loss-09", "strike-01", "strike-03", "strike-09", "pledge-03"], "verdict"].eq("supported").all()
    assert table.loc["strike-05", "verdict"] == "imprecise"
    assert "43 days, 44 with both ends counted" in table.loc["strike-05", "why"]
    assert "850 would fit" in table.loc["loss-05", "why"]
    assert "the other way round it would fit" in table.loc["strike-13", "why"]
    assert "GBP 18m would fit" in table.loc["pledge-01", "why"]


TO_DATE = [
    ("personnel_daily_max_to_date", {"unit": "persons", "value": "1500"}),
    ("personnel_week_max_to_date", {"unit": "persons", "value": "9000"}),
    ("tanks_week_max_to_date", {"unit": "tanks", "value": "100"}),
    ("missiles_launched_max_to_date", {"unit": "missiles", "value": "122"}),
    ("weapons_launched_max_to_date", {"unit": "weapons", "value": "367"}),
    ("drones_launched_month_max_to_date", {"unit": "drones", "value": "5000"}),
    ("previous_major_strike_on", {"unit": "date", "value": "2024-02-07", "place": "Kyiv"}),
    ("days_since_previous_major_strike", {"unit": "days", "value": "20", "place": "Kyiv"}),
    ("donor_group_total_promised", {"unit": "EUR", "value": "100000000000", "donor_group": "Europe"}),
]


@pytest.mark.parametrize("day", ["2022-03-05", "2023-02-11", MAR_21, "2024-12-20", "2025-05-25", "2026-06-30"])
@pytest.mark.parametrize(("measure", "more"), TO_DATE, ids=[name for name, _ in TO_DATE])
def test_what_was_published_later_changes_no_verdict_to_date(ledger, measure, more, day):
    claim = {"measure": measure, "as_of": day, "comparator": "eq", **more}
    assert judge(ledger, **claim) == judge(known_by(ledger, pd.Timestamp(day)), **claim)


def test_the_projects_own_ledger_is_asked_where_none_is_given():
    claim = {"measure": "personnel_cumulative", "as_of": MAR_21, "comparator": "ge", "value": 433000, "unit": "persons"}
    got = judge(**claim)
    assert isinstance(got, Verdict)
    assert (got.verdict, got.found, got.rows) == ("supported", 433840, ("losses_weekly:2024-03-21",))
    assert got.sources[0].publisher == "General Staff of Ukraine"


def test_the_table_of_measures_lists_each_function_once_with_its_meaning():
    table = measure_table()
    assert len(table) == len({found.find for found in MEASURES.values()})
    assert table["meaning"].str.len().gt(20).all()
    assert "<item>_cumulative" in set(table["measure"])


def test_many_claims_give_a_card_with_the_wrong_ones_first_and_none_an_empty_one(ledger):
    table = check_claims(ledger["claims"], ledger)
    shown = card(table, most=10)
    assert len(shown) == 10
    wrong = table.loc[table["verdict"].isin(["contradicted", "imprecise"]), "claim_id"]
    assert set(wrong) <= set(shown["claim_id"])
    assert list(shown["claim_id"]) == sorted(shown["claim_id"])
    nothing = check_claims(ledger["claims"].head(0), ledger)
    assert card(nothing).empty
    assert verdict_words(nothing, "A paper")["title"] == "No claims"
