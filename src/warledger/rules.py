"""Rules that one cell cannot break alone: they are declared beside the schema, by name.

`datapackage.json` lists them: a rule with `holds` is an expression over the columns of one row, in
the syntax of `pandas.DataFrame.eval`; a rule with `check` names a function below, for what an
expression cannot say. `crossChecks` of the package compare tables with each other. What breaks a
rule for a good reason is listed, with the reason, in `data/excused.csv`.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.path import Path as Outline

from warledger.money import in_currency
from warledger.wording import count, day


@dataclass(frozen=True)
class Broken:
    """A row that breaks a rule: position in the frame (-1: the table as a whole), column, and why."""

    table: str
    position: int
    column: str
    rule: str
    says: str


Tables = Mapping[str, pd.DataFrame]
CHECKS: dict[str, Callable[..., Iterator[tuple[int, str]]]] = {}
Contradiction = tuple[str, int, str, str]  # table, position, column, why
CROSS_CHECKS: dict[str, Callable[..., Iterator[Contradiction]]] = {}


def broken_rules(resource: dict, frame: pd.DataFrame, tables: Tables, last_day: str) -> Iterator[Broken]:
    """Yield the rows of a table that break its rules; `tables` holds the others that a check may ask for."""
    for rule in resource.get("rules", []):
        if "holds" in rule:
            needed = rule.get("needs", [])
            there = frame[frame[needed].notna().all(axis=1)] if needed else frame
            names = {"last_day": pd.Timestamp(last_day)}
            held = there.eval(rule["holds"], local_dict=names).fillna(True).astype(bool) if len(there) else []
            broken = ((position, rule["says"]) for position, good in zip(there.index, held, strict=True) if not good)
        else:
            broken = CHECKS[rule["check"]](frame, tables)
        for position, says in broken:
            yield Broken(resource["name"], position, rule["column"], rule["name"], says)


def broken_cross_checks(package: dict, tables: Tables) -> Iterator[Broken]:
    """Yield where tables contradict each other."""
    for check in package["crossChecks"]:
        for table, position, column, says in CROSS_CHECKS[check["name"]](tables):
            yield Broken(table, position, column, check["name"], says)


def _check(function: Callable) -> Callable:
    """Make a function available to rules by its name."""
    CHECKS[function.__name__.lstrip("_")] = function
    return function


def _cross_check(function: Callable) -> Callable:
    """Make a function available to the package's crossChecks by its name."""
    CROSS_CHECKS[function.__name__.lstrip("_").replace("_", "-")] = function
    return function


@_check
def _parts_of_one_donor(pledges: pd.DataFrame, _: Tables) -> Iterator[tuple[int, str]]:
    """A part and its envelope have the same donor."""
    donors = pledges.set_index("pledge_id")["donor_code"]
    for row in pledges[pledges["part_of"].notna()].itertuples():
        if donors[row.part_of] != row.donor_code:
            says = f"is a row of {donors[row.part_of]}, this one of {row.donor_code}; a part has its envelope's donor"
            yield row.Index, says


@_check
def _no_circle_of_parts(pledges: pd.DataFrame, _: Tables) -> Iterator[tuple[int, str]]:
    """No row is part of itself, directly or through others."""
    parents = pledges.set_index("pledge_id")["part_of"].dropna().to_dict()
    for row in pledges[pledges["part_of"].notna()].itertuples():
        path = [row.pledge_id]
        while path[-1] in parents and len(path) <= len(parents):
            path.append(parents[path[-1]])
            if path[-1] == row.pledge_id:
                yield row.Index, f"is part of itself: {' -> '.join(path)}; an envelope is never part of its part"
                break


@_check
def _no_pledge_twice(pledges: pd.DataFrame, _: Tables) -> Iterator[tuple[int, str]]:
    """A suspect twin has the same donor, an amount within 2 %, a date within ten days, and is no part of the other."""
    rows = pledges.assign(value=in_currency(pledges, "EUR", allow_stale_rate=True))
    for _donor, group in rows.groupby("donor_code", sort=True):
        for one, two in itertools.combinations(group.itertuples(), 2):
            near = abs((two.announced_on - one.announced_on).days) <= 10
            alike = abs(one.value - two.value) <= 0.02 * max(one.value, two.value)
            kin = one.part_of == two.pledge_id or two.part_of == one.pledge_id
            if near and alike and not kin:
                says = f"looks like {one.pledge_id} again: same donor, amount and week; remove it or excuse it"
                yield two.Index, says


@_check
def _totals_never_fall(weekly: pd.DataFrame, tables: Tables) -> Iterator[tuple[int, str]]:
    """A cumulative total falls only where a re-count of that week lowers it."""
    recounts = tables["losses_restatements"]
    for item in recounts["item"].cat.categories:
        totals = weekly[["date", item]].dropna()
        for before, row in itertools.pairwise(totals.itertuples()):
            if row[2] < before[2]:
                week = recounts["date"].between(before.date, row.date, inclusive="right") & (recounts["item"] == item)
                if row[2] - before[2] < recounts.loc[week, "restated_by"].sum():
                    says = f"{item} falls from {count(before[2])} to {count(row[2])} without a re-count that week"
                    yield row.Index, says


@_check
def _running_totals_never_fall(readings: pd.DataFrame, _: Tables) -> Iterator[tuple[int, str]]:
    """What one publisher counts of one side only grows; figures of a month, year or day are no running totals."""
    single = readings["category"].astype("str").str.contains("_in_|_per_day|_by_date")
    running = readings[~single].dropna(subset="value")
    keys = ["publisher", "side", "category", "kind"]
    for _key, group in running.groupby(keys, observed=True, sort=True):
        ordered = group.sort_values(["as_of", "published"], kind="stable")
        for before, row in itertools.pairwise(ordered.itertuples()):
            if row.value < before.value:
                yield row.Index, f"falls from {count(before.value)} ({before.reading_id}); a running total only grows"


@_check
def _place_in_its_oblast(strikes: pd.DataFrame, tables: Tables) -> Iterator[tuple[int, str]]:
    """A place lies in the outline of its oblast or within 15 km of it: the outlines are simplified."""
    for row in strikes[strikes["latitude"].notna() & strikes["oblast"].notna()].itertuples():
        point = (row.longitude, row.latitude)
        rings = tables["outlines"][row.oblast]
        if not any(Outline(ring).contains_point(point) for ring in rings):
            away = min(_kilometres(point, corner) for ring in rings for corner in ring)
            if away > 15:
                says = f"{row.main_target} lies {away:.0f} km outside {row.oblast}; correct the place or the code"
                yield row.Index, says


def _kilometres(one: tuple[float, float], two: tuple[float, float]) -> float:
    east = (one[0] - two[0]) * math.cos(math.radians((one[1] + two[1]) / 2))
    return 111.2 * math.hypot(east, one[1] - two[1])


@_check
def _weapons_add_up(strikes: pd.DataFrame, tables: Tables) -> Iterator[tuple[int, str]]:
    """Where a strike has weapon rows with numbers, they add up to its missiles and drones."""
    weapons = tables["strike_weapons"].dropna(subset="launched")
    bombs = weapons["weapon"].str.contains("bomb|rocket|FPV")
    drones = weapons["weapon"].str.contains("Shahed|Drone")
    for what, rows in (("drones", weapons[drones & ~bombs]), ("missiles", weapons[~drones & ~bombs])):
        sums = rows.groupby("strike_id")["launched"].sum()
        for row in strikes[strikes["strike_id"].isin(sums.index)].itertuples():
            told, added = getattr(row, f"{what}_launched"), sums[row.strike_id]
            if pd.isna(told) or told != added:
                said = "no number" if pd.isna(told) else count(told)
                yield row.Index, f"its weapons add up to {count(added)} {what}, the row says {said}"


@_cross_check
def _weekly_against_readings(tables: Tables) -> Iterator[Contradiction]:
    """The General Staff's own total of a day is the same in both tables."""
    weekly = tables["losses_weekly"].set_index("date")["personnel"]
    readings = tables["losses_readings"]
    same = readings[
        (readings["publisher"] == "General Staff of Ukraine")
        & (readings["side"] == "Russia")
        & (readings["category"] == "casualties")
        & readings["as_of"].isin(weekly.index)
    ]
    for row in same.itertuples():
        if row.value != weekly[row.as_of]:
            says = f"losses_weekly.csv has {count(weekly[row.as_of])} for {day(row.as_of)}"
            yield "losses_readings", row.Index, "value", says


@_cross_check
def _waves_within_months(tables: Tables) -> Iterator[Contradiction]:
    """The waves of a month are a part of the month's total, in every column; incomplete months are skipped."""
    months = tables["strike_months"].set_index("month")
    waves = tables["strikes"][tables["strikes"]["counts_scope"] == "wave total"]
    month = waves["date_local"].dt.to_period("M").dt.to_timestamp()
    columns = ["missiles_launched", "missiles_intercepted", "drones_launched", "drones_intercepted", "drones_lost"]
    sums = waves.groupby(month)[columns].sum()
    for position, (start, row) in enumerate(months.iterrows()):
        if pd.notna(row["note"]) or start not in sums.index:
            continue
        for column in columns:
            if pd.notna(row[column]) and sums.loc[start, column] > row[column]:
                says = f"the month's waves in strikes.csv already add up to {count(sums.loc[start, column])}"
                yield "strike_months", position, column, says


@_cross_check
def _oryx_against_readings(tables: Tables) -> Iterator[Contradiction]:
    """Oryx's figure of a day is the same in both tables."""
    oryx = tables["losses_oryx"].set_index(["as_of", "side"])
    readings = tables["losses_readings"]
    for row in readings[readings["kind"] == "visually_confirmed"].itertuples():
        snapshot = (row.as_of, row.side)
        column = "all_types" if row.category == "equipment" else row.category
        if snapshot in oryx.index and column in oryx and oryx.loc[snapshot, column] != row.value:
            says = f"losses_oryx.csv has {count(oryx.loc[snapshot, column])} for {day(row.as_of)}"
            yield "losses_readings", row.Index, "value", says


@_cross_check
def _donors_with_pledges(tables: Tables) -> Iterator[Contradiction]:
    """Every donor has a pledge."""
    donors = tables["donors"]
    for row in donors[~donors["donor_code"].isin(tables["pledges"]["donor_code"])].itertuples():
        yield "donors", row.Index, "donor_code", "no pledge names this donor; remove it"


@_cross_check
def _publishers_with_rows(tables: Tables) -> Iterator[Contradiction]:
    """Every publisher is named by a row."""
    named: set[str] = set()
    for name, table in tables.items():
        if name not in ("publishers", "outlines"):
            for column in ("publisher", "relays"):
                named |= set(table[column].dropna()) if column in table else set()
    publishers = tables["publishers"]
    for row in publishers[~publishers["publisher"].isin(named)].itertuples():
        yield "publishers", row.Index, "publisher", "no row names this publisher; remove it"
