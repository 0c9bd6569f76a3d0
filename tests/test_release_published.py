"""The readers against the publishers' own totals, on real releases that are not part of the repository.

Each test runs when an environment variable names the file:

    WARLEDGER_TRACKER=support_tracker.xlsx WARLEDGER_ATTACK_LOG=log.csv \\
    WARLEDGER_GENERAL_STAFF=equipment.json,personnel.json,correction.json pytest tests/test_release_published.py
"""

import json
import os
import re

import pandas as pd
import pytest

from warledger import losses, pledges
from warledger.releases import read_attack_log, read_general_staff, read_support_tracker
from warledger.releases.general_staff import thursdays
from warledger.tables import load


@pytest.fixture
def given():
    def file(name):
        return os.environ.get(name) or pytest.skip(f"{name} names no file of a release")

    return file


def test_the_country_summary_is_reproduced_from_the_main_sheet(given):
    frame, report = read_support_tracker(given("WARLEDGER_TRACKER"))
    print(report)
    agree, known = map(int, re.search(r"Country Summary: (\d+) of (\d+) totals", report.findings[-1]).groups())
    assert agree > 100
    # Two that the publisher's own sheet has since release 28: it adds the EIB to the EU, and misses "Humanitarian ".
    assert set(re.findall(r"([A-Z]+) \w+ (?:commitment|allocation)s EUR", report.findings[-1])) <= {"EU", "SVN"}
    assert known - agree <= 5
    money = frame.loc[frame["stage"] == "pledge", "amount"].sum() / 1e9
    assert pledges.total(pledges.new_money(frame, load("donors"))) <= money + 1e-6


def test_the_last_bulletin_is_that_of_the_file_and_losses_add_up_to_it(given):
    equipment, personnel, *rest = given("WARLEDGER_GENERAL_STAFF").split(",")
    found = read_general_staff(equipment, personnel, *rest)
    print(*found.reports, sep="\n")
    with open(equipment, encoding="utf-8") as file:
        last = max(json.load(file), key=lambda record: record["date"])
    row = found.daily.set_index("date").loc[last["date"]]
    for key, item in (
        ("tank", "tanks"),
        ("field artillery", "artillery"),
        ("drone", "uavs"),
        ("helicopter", "helicopters"),
    ):
        assert row[item] == last[key]
    weekly = thursdays(found.daily)
    for item in ("personnel", "tanks", "artillery"):
        weeks = losses.weekly_losses(weekly, found.restatements, item)
        assert weeks["loss"].sum() + weeks["restated"].sum() == weekly[item].iloc[-1] - weekly[item].iloc[0]
    shared = weekly.merge(load("losses_weekly"), on="date", suffixes=("", "_ledger"))
    assert len(shared) > 100
    different = [item for item in losses.ITEM_NAMES if (shared[item] != shared[f"{item}_ledger"]).fillna(False).any()]
    assert different == []


def test_months_of_the_log_are_sums_of_its_rows(given):
    path = given("WARLEDGER_ATTACK_LOG")
    found = read_attack_log(path)
    raw = pd.read_csv(path, dtype="str", keep_default_na=False)
    mine = raw[~raw["source"].str.contains(r"^(?:pvk|kharkivoda)", flags=re.IGNORECASE)]
    month = mine["time_end"].where(mine["time_end"] != "", mine["time_start"]).str[:7]
    months = found.months.set_index(found.months["month"].dt.strftime("%Y-%m"))
    for kind, model in (("drones", "Shahed-136/131"), ("missiles", "Iskander-M")):
        only = pd.to_numeric(mine.loc[mine["model"] == model, "launched"]).groupby(month).sum()
        ours = months[f"{kind}_launched"].reindex(only.index)
        assert (ours >= only).all(), (kind, ours[ours < only])
    weapons = found.weapons.merge(found.strikes[["strike_id", "date_local"]], on="strike_id")
    named = (
        weapons[weapons["weapon"] == "Shahed-136/131"]
        .groupby(weapons["date_local"].dt.strftime("%Y-%m"))["launched"]
        .sum()
    )
    direct = pd.to_numeric(mine.loc[mine["model"] == "Shahed-136/131", "launched"]).groupby(month).sum()
    assert named.astype("float64").to_dict() == direct.to_dict()
    ledger = load("strike_months").set_index("month")["missiles_launched"]
    off = (found.months.set_index("month")["missiles_launched"] - ledger).dropna()
    print(found.report, f"missiles a month, log less ledger:\n{off[off != 0].to_string()}", sep="\n")
