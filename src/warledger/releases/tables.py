"""The tables of a notebook: the ledger's, or those of a release where its parameter names one."""

from typing import NamedTuple

import pandas as pd

from warledger import tables
from warledger.errors import ParameterError
from warledger.releases import acled, attack_log, general_staff, tracker
from warledger.releases.report import Report


class StrikeTables(NamedTuple):
    """Tables of strikes: waves of all kinds, their weapons, sums by month, and the strikes of the map."""

    strikes: pd.DataFrame
    weapons: pd.DataFrame
    months: pd.DataFrame
    places: pd.DataFrame


def pledge_table(tracker_path: str, data_dir: str = "") -> pd.DataFrame:
    """Return the table of pledges: the ledger's, or that of a Support Tracker's workbook, whose report is printed."""
    if not tracker_path:
        return tables.load("pledges", data_dir)
    frame, report = tracker.read_support_tracker(tracker_path)
    _use(report, tracker.NOTE)
    return frame


def loss_tables(files: str, data_dir: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return weekly claims and re-counts: the ledger's, or those of the General Staff's JSON, and print the reports.

    `files` are the paths of equipment, personnel and, where there is one, corrections, with commas between.
    """
    if not files:
        return tables.load("losses_weekly", data_dir), tables.load("losses_restatements", data_dir)
    parts = [part.strip() for part in files.split(",")]
    if len(parts) not in (2, 3):
        raise ParameterError(
            f"general_staff: {len(parts)} files; give those of equipment and personnel, and of corrections where there "
            "is one, with commas between"
        )
    bulletins = general_staff.read_general_staff(*parts)
    for report in bulletins.reports:
        _use(report, general_staff.NOTE if len(parts) == 3 else general_staff.NO_RECOUNTS)
    return general_staff.thursdays(bulletins.daily), bulletins.restatements


def strike_tables(log_path: str, acled_path: str, data_dir: str = "") -> StrikeTables:
    """Return the tables of strikes: the ledger's, or what a release has of them, whose report is printed.

    An attack log gives waves, weapons and months, an ACLED export the strikes of the map.
    """
    strikes = None if log_path and acled_path else tables.load("strikes", data_dir)
    places = strikes
    if log_path:
        log = attack_log.read_attack_log(log_path)
        _use(log.report, attack_log.NOTE)
        strikes, weapons, months = log.strikes, log.weapons, log.months
    else:
        weapons, months = tables.load("strike_weapons", data_dir), tables.load("strike_months", data_dir)
    if acled_path:
        events, report = acled.read_acled(acled_path)
        places = acled.by_place_and_day(events)
        _use(report, acled.NOTE)
    return StrikeTables(strikes, weapons, months, places)


def _use(report: Report, note: str) -> None:
    """Print a report, and let every figure of this process name the file."""
    print(report)
    tables.inputs[report.file] = report.sha256
    tables.released[report.via] = {**report.as_dict(), "note": note}
