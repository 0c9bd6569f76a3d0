"""The ledger as it stood on a day: what had been published by then, and nothing later.

A briefing of a past day would mislead if it used a figure that appeared afterwards. So it asks
`known_by` first, and then computes as if it were that day. (A claim in the press is judged by the
ledger of today: there the question is what is right.)
"""

import pandas as pd

from warledger import checks
from warledger.tables import load

Ledger = dict[str, pd.DataFrame]
UNDATED = ("claimed", "official_own", "visually_confirmed")  # said, or photographed and put online, on its day
LINKS = ["part_of", "may_overlap_with"]
TOLL = ["killed", "killed_in_place", "injured", "toll_as_of", "toll_note", "toll_source_url"]


def load_ledger(data_dir: str = "") -> Ledger:
    """Return every table of the ledger by name; raises DataError as `load` does."""
    return {name: load(name, data_dir) for name in checks.names()}


def known_by(ledger: Ledger, as_of: pd.Timestamp) -> Ledger:
    """Return the ledger with only what had been published by the end of a day.

    - pledges: announced by then; where only the month is known, from its end; one dated "until" a day, from that
      day. A row that was later counted into an envelope stands for itself until the envelope is announced;
    - losses: bulletins and re-counts of that day or before; readings by `published`. A reading without
      that day counts from `as_of` where it is a claim, an admission or a photograph; a count by name,
      a verified count or an estimate takes time to appear, so without a day it is left out;
    - strikes: ended by then. A toll that was counted later, or on an unknown day, is missing;
    - monthly totals: from the last day of the month; events and claims: from their day.

    Tables that do not age (donors, oblasts, publishers) stay whole.
    """
    known = dict(ledger)
    known["pledges"] = announced_by(ledger["pledges"], as_of)
    for table, column in (("losses_weekly", "date"), ("losses_restatements", "date"), ("losses_oryx", "as_of")):
        known[table] = ledger[table][ledger[table][column] <= as_of]
    readings = ledger["losses_readings"]
    published = readings["published"].fillna(readings["as_of"].where(readings["kind"].isin(UNDATED)))
    known["losses_readings"] = readings[published <= as_of]
    strikes = ledger["strikes"][ledger["strikes"]["date_local"] <= as_of].copy()
    strikes.loc[~(strikes["toll_as_of"] <= as_of), TOLL] = pd.NA
    known["strikes"] = strikes
    weapons = ledger["strike_weapons"]
    known["strike_weapons"] = weapons[weapons["strike_id"].isin(strikes["strike_id"])]
    months = ledger["strike_months"]
    known["strike_months"] = months[months["month"] + pd.offsets.MonthEnd(1) <= as_of]
    known["timeline"] = ledger["timeline"][ledger["timeline"]["event_on"] <= as_of]
    known["claims"] = ledger["claims"][ledger["claims"]["published_on"] <= as_of]
    return known


def announced_by(pledges: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the pledges announced by the end of a day, by the first rule of `known_by`."""
    month_end = pledges["announced_on"] + pd.offsets.MonthEnd(0)
    announced = pledges["announced_on"].where(pledges["date_precision"] != "month", month_end)
    seen = pledges[announced <= as_of]
    return seen.assign(**{link: seen[link].where(seen[link].isin(seen["pledge_id"])) for link in LINKS})
