"""The Air Force's reports of attacks as a log, as the ledger's tables of strikes, weapons and months.

One row of the file is one weapon, or several lumped, in one report. A wave is all rows with the same
start and end. Copies differ in columns (9, 16, 19 or 22), order and the writing of times.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from warledger.releases.report import Report, shaped
from warledger.releases.source import counts, from_categories, opened, read_csv
from warledger.strikes import REPORTING_BREAK
from warledger.tables import load

PAGE = "https://www.kaggle.com/datasets/piterfm/massive-missile-attacks-on-ukraine"
NOTE = "Kill claims on reconnaissance drones and reports of regional commands are left out"
COLUMNS = {
    name: (name,)
    for name in ("time_start", "time_end", "model", "target", "launched", "destroyed", "not_reach_goal", "source")
}
COLUMNS["lost"] = COLUMNS.pop("not_reach_goal")
# Posts of air commands (PvK) of a region, or of its administration: kill claims, mostly on reconnaissance drones.
REGIONAL = ("pvk", "kharkivoda")
SCOUT_ROW = "kill claim on a reconnaissance drone"
WAVE = ["date", "start_key", "end_key"]  # rows that are alike in these are one wave
LONGEST = np.timedelta64(3, "D")  # no report covers more: the longest wave known took 34.5 hours

CRUISE, BALLISTIC, SAM, DRONE = "cruise missile", "ballistic missile", "SAM used against ground", "one-way drone"
UNKNOWN_DRONE = "Drone, type not given"
MODELS = {  # the file's spelling -> our name and class
    **dict.fromkeys(["X-101/X-555", "X-101", "X-555", "X-55"], ("Kh-101/Kh-555", CRUISE)),
    **dict.fromkeys(["X-59/X-69", "X-59", "X-69", "X-59MK2"], ("Kh-59/Kh-69", CRUISE)),
    "X-22": ("Kh-22", CRUISE),
    "X-32": ("Kh-32", CRUISE),
    "X-22/X-32": ("Kh-22/Kh-32", CRUISE),
    "Kalibr": ("Kalibr", CRUISE),
    "Iskander-K": ("Iskander-K", CRUISE),
    "P-800 Oniks": ("P-800 Oniks", CRUISE),
    "3M22 Zircon": ("3M22 Zircon", CRUISE),
    "Banderol": ("S-8000 Banderol", CRUISE),
    "Iskander-M": ("Iskander-M", BALLISTIC),
    **dict.fromkeys(["Iskander-M/KN-23", "KN-23"], ("Iskander-M/KN-23", BALLISTIC)),
    **dict.fromkeys(["Intercontinental ballistic missile", "Oreshnik"], ("Oreshnik", BALLISTIC)),
    "X-47 Kinzhal": ("Kh-47M2 Kinzhal", "aeroballistic missile"),
    "C-300": ("S-300", SAM),
    "C-400": ("S-400", SAM),
    "C-300/C-400": ("S-300/S-400", SAM),
    **dict.fromkeys(["X-31", "X-31P", "X-31PD"], ("Kh-31", "other")),
    "X-35": ("Kh-35", "other"),
    "Unknown Missile": ("Missile, type not given", "other"),
    "Shahed-136/131": ("Shahed-136/131", DRONE),
    **dict.fromkeys(["Unknown UAV", "Mohajer-6"], (UNKNOWN_DRONE, "other")),
    **dict.fromkeys(["KAB", "GBU"], ("Guided bomb", "other")),
}
BOMB = "Guided bomb"  # neither missile nor drone
SCOUTS = re.compile(  # and short-range drones of the front line
    r"orlan|supercam|zala|lancet|merlin|reconnaissance|orion|forpost|eleron|granat|картограф|привет|молн[іи]я|фен[іи]кс",
    re.IGNORECASE,
)
KYIV = r"\bKyiv\b(?! oblast| region| raion)"  # the city, not the oblast around it
POSTS = "https://www.facebook.com/"
PUBLISHERS = {"generalstaff": "General Staff of Ukraine", "cincafu": "Commander-in-Chief of Ukraine's Armed Forces"}
DECOYS = pd.Timestamp("2024-10-01")  # from that autumn the count of drones contains decoys


class Log(NamedTuple):
    """What the file holds: waves in the columns of strikes.csv, weapons in those of strike_weapons.csv, months in
    those of strike_months.csv, and a report.
    """

    strikes: pd.DataFrame
    weapons: pd.DataFrame
    months: pd.DataFrame
    report: Report


def read_attack_log(path: str | Path) -> Log:
    """Return the log's waves, weapons and months in the columns and types of the ledger's tables.

    A wave belongs to the local date on which it ended. Models that a row lumps stay lumped. Set
    aside, and counted with what they would have added, are reports of regional commands, kill claims on
    reconnaissance drones, models that are not known, and rows without a day. A number that is not
    given stays missing: a wave's sum of interceptions is missing where one of its rows has none. Drones
    lost to jamming are missing from 2025-07-24, when reports began to count them as intercepted.

    strike_months.csv differs: it leaves out only the commands' claims on reconnaissance drones. Of a copy of the log to
    13 October 2024 it has 194 missiles (1 to 36 a month, August 2023 to September 2024) and 70 drones of theirs that
    this reader leaves out, and 6 missiles that a later copy adds to 26 August 2024.

    Raises DataError where a column is missing or a number cannot be read.
    """
    with opened(path) as source:
        table = read_csv(source, COLUMNS, frozenset({"lost"}), frozenset({"time_start", "time_end", "source"}))
        numbers = {
            name: counts(source, table[name], name) if name in table else np.full(len(table), np.nan)
            for name in ("launched", "destroyed", "lost")
        }
    report = Report.of(source, len(table))
    rows = pd.DataFrame({"row": np.arange(2, len(table) + 2), **numbers})
    start, end = _by_text(_times, table["time_start"]), _by_text(_times, table["time_end"])
    rows["date"] = end["moment"].fillna(start["moment"]).dt.floor("D")
    rows["mistimed"] = (end["moment"] - start["moment"]).abs() > LONGEST
    for name, times in (("start", start), ("end", end)):
        report.repair(f"time_{name} with blanks or without a zero", rows["row"][times["odd"]])
        # The same moment with and without a clock differ.
        rows[f"{name}_key"] = times["moment"].to_numpy().view("int64") + times["has_clock"]
        rows[name] = times["moment"].where(times["has_clock"])
    rows["target"], rows["reported_as"] = table["target"], table["model"]
    rows = pd.concat([rows, _by_text(_models, table["model"]), _by_text(_posts, table["source"])], axis=1)
    del table, start, end, times, numbers
    rows = _usable(rows, report)
    _check_numbers(rows, report)
    report.close(len(rows), rows["date"].max() if len(rows) else None)
    waves, wave = _waves(rows, report)
    return Log(waves, _weapons(rows, waves["strike_id"].to_numpy()[wave], report), _months(waves, report), report)


def _by_text(meaning: Callable[[pd.Series], pd.DataFrame], column: pd.Series) -> pd.DataFrame:
    """Return for each row of a column of categories what `meaning` says of its text, "" where it is missing.

    Each different text is looked at once.
    """
    texts = pd.Series(column.cat.categories.insert(column.cat.categories.size, ""))
    # The code of a missing cell is -1, which is the last row.
    return meaning(texts).take(column.cat.codes).set_axis(column.index)


def _times(texts: pd.Series) -> pd.DataFrame:
    """Return `moment` (NaT where there is none to read), `has_clock`, and `odd` where the writing is not the usual."""
    length = texts.str.len()
    table = pd.DataFrame({"moment": pd.NaT, "has_clock": False, "odd": ~length.isin([0, 10, 16])}, index=texts.index)
    table["moment"] = table["moment"].astype("M8[us]")

    def read(some: pd.Series, form: str) -> None:
        moments = pd.to_datetime(some, format=form, errors="coerce")
        table.loc[some.index, "moment"], table.loc[some.index, "has_clock"] = moments, moments.notna() & ("%H" in form)

    read(texts[length == 10], "%Y-%m-%d")
    read(texts[length == 16], "%Y-%m-%d %H:%M")
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        read(texts[table["moment"].isna()].str.strip().str.replace(r" (\d:)", r" 0\1", regex=True), form)
    return table


def _models(texts: pd.Series) -> pd.DataFrame:
    """Return what `_model` says of each text, texts as categories."""
    table = pd.DataFrame([_model(text) for text in texts])
    return table.astype(dict.fromkeys(table.columns[table.dtypes != "bool"], "category"))


def _model(text: str) -> dict:
    """Return what one spelling of a model means, and as `aside` why it is no attack or is not known.

    Models that a report lumps are joined with " + " and stay lumped.
    """
    parts = [part for part in (one.strip() for one in text.split(" and ")) if part]
    known = [MODELS[part] for part in parts if part in MODELS]
    aside = ""
    if not known and parts and all(SCOUTS.search(part) for part in parts):
        aside = SCOUT_ROW
    elif not all(part in MODELS or SCOUTS.search(part) for part in parts) or not known:
        near = get_close_matches(text, MODELS, n=1)
        aside = f"model not known: {text[:60] or 'none given'}" + (f" (near {near[0]})" if near else "")
    classes = {kind for _, kind in known}
    if len(classes) > 1:
        classes = {BALLISTIC} if classes <= {BALLISTIC, SAM, "aeroballistic missile"} else {"other"}
    return {
        "weapon": " + ".join(MODELS[part][0] if part in MODELS else part for part in parts),
        "weapon_class": next(iter(classes), "other"),
        "combined": len(parts) > 1,
        "mixed": len({kind for _, kind in known}) > 1 or len(known) < len(parts),
        "is_drone": any(kind == DRONE or name == UNKNOWN_DRONE for name, kind in known),
        "is_bomb": bool(known) and all(name == BOMB for name, _ in known),
        "is_scout": aside == SCOUT_ROW,
        "aside": aside,
    }


def _usable(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return the attacks with a day in the order of waves; set the others aside, with what they would have added."""
    command, scout = rows["command"], rows["is_scout"]
    for reason, which in (
        ("no day", rows["date"].isna()),
        ("start and end more than three days apart: one is mistyped", rows["mistimed"]),
        ("no source, so not known who reports", rows["publisher"].isna()),
        (f"{SCOUT_ROW}, by a regional command", scout & command),
        (SCOUT_ROW, scout & ~command),
        ("report of a regional command on a missile or attack drone", command),
        *((reason, rows["aside"] == reason) for reason in rows["aside"].unique() if reason not in ("", SCOUT_ROW)),
    ):
        gone = which & ~rows.get("gone", False)
        rows["gone"] = gone | rows.get("gone", False)
        report.aside(reason, rows["row"][gone])
        if weapons := rows["launched"][gone].sum():
            report.findings.append(f"set aside, {reason}: {weapons:,.0f} launched")
    kept = rows.loc[~rows["gone"], WAVE]
    order = np.lexsort([kept[name] for name in reversed(WAVE)])
    done = ["gone", "mistimed", "is_scout", "command", "aside"]
    return rows.drop(columns=done).take(kept.index[order]).reset_index(drop=True)


def _check_numbers(rows: pd.DataFrame, report: Report) -> None:
    """Set impossible or meaningless numbers missing, and note them."""
    more = rows["destroyed"] > rows["launched"]
    report.repair("more shot down than launched: number shot down taken as missing", rows["row"][more])
    rows.loc[more, "destroyed"] = np.nan
    after = (rows["date"] >= REPORTING_BREAK) & rows["lost"].notna()
    report.repair(
        "drones lost after 2025-07-23, when reports count them as shot down: taken as missing", rows["row"][after]
    )
    rows.loc[after, "lost"] = np.nan
    for name in ("launched", "destroyed"):
        if silent := int(rows[name].isna().sum()):
            report.findings.append(f"{silent} rows without a number {name}: missing, not zero")


def _waves(rows: pd.DataFrame, report: Report) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the waves as rows of strikes.csv by date, and for each row of the log the place of its wave."""
    keys = rows[["start_key", "end_key"]].to_numpy()
    begins = np.append(True, (keys[1:] != keys[:-1]).any(axis=1))[: len(rows)]  # rows of a wave stand together
    wave, many = begins.cumsum() - 1, int(begins.sum())
    head = rows[begins]
    missile = (~rows["is_drone"] & ~rows["is_bomb"]).to_numpy()

    def summed(name: str, which: np.ndarray, *, whole: bool) -> pd.Series:
        """Return a number's sum by wave: missing where no row has one or, if `whole`, where a row has none."""
        value = rows[name].to_numpy()
        there = which & ~np.isnan(value)
        total = np.bincount(wave[there], value[there], many)
        have, all_ = np.bincount(wave[there], minlength=many), np.bincount(wave[which], minlength=many)
        return pd.Series(np.where((have > 0) & ((have == all_) | (not whole)), total, np.nan))

    drone = rows["is_drone"].to_numpy()
    place = rows["target"].cat.codes.to_numpy()
    first = np.flatnonzero(begins)
    low = np.minimum.reduceat(place, first) if many else place
    high = np.maximum.reduceat(place, first) if many else place
    names = rows["target"].cat.categories
    single = np.where(low == high, low, -1)  # one target in all rows; -1 takes the last, which is for none
    target = np.append(np.where(names == "Ukraine", "nationwide", names), "nationwide")[single]
    kyiv = np.bincount(wave, from_categories(rows["target"], lambda texts: texts.str.contains(KYIV), False), many) > 0
    oblasts = load("oblasts")
    codes = dict(zip(oblasts["name"].str.lower(), oblasts["oblast"], strict=True)) | {"kyiv": "UA-30"}
    columns = {
        "strike_id": pd.Series(_ids(head["date"].to_numpy())),
        "date_local": head["date"],
        "start_local": head["start"],
        "end_local": head["end"],
        "counts_scope": "wave total",
        "main_target": pd.Series(target),
        "kyiv_named": pd.Series(kyiv),
        "oblast": pd.Series(
            np.array([*(codes.get(text.split(",")[0].lower()) for text in names), None], "object")[single]
        ),
        "missiles_launched": summed("launched", missile, whole=False),
        "missiles_intercepted": summed("destroyed", missile, whole=True),
        "drones_launched": summed("launched", drone, whole=False),
        "drones_intercepted": summed("destroyed", drone, whole=True),
        "drones_lost": summed("lost", drone, whole=False),
        "confidence": "medium",
        "confidence_note": f"read by machine from {report.file}",
        "publisher": head["publisher"],
        "via": report.via,
        "source_url": head["source_url"],
    }
    return shaped("strikes", columns, many), wave


def _ids(dates: np.ndarray) -> np.ndarray:
    """Return ids for sorted dates: the date, and b, c, ... for the further waves of a day, then numbers."""
    nth = np.arange(len(dates)) - np.searchsorted(dates, dates)
    marks = np.array(
        ["", *"bcdefghijklmnopqrstuvwxyz", *(f"z{n}" for n in range(26, nth.max(initial=0) + 1))], dtype="object"
    )
    codes, days = pd.factorize(dates)
    return np.datetime_as_string(days, "D").astype("object")[codes] + marks[nth]


def _posts(texts: pd.Series) -> pd.DataFrame:
    """Return `publisher`, `source_url` (the file leaves the host out), and whether a `command` posted it."""
    paths = texts.str.removeprefix(POSTS).tolist()
    urls = [path if path.startswith("https://") else POSTS + path for path in paths]
    codes, starts = pd.factorize(np.array([path.partition("/")[0] for path in paths], dtype="object"))
    starts = [start.lower() for start in starts]
    publishers = [PUBLISHERS.get(start.partition(".")[0], "Air Force of Ukraine") for start in starts]
    return pd.DataFrame(
        {
            "publisher": pd.Categorical([*publishers, None]).take(np.where(texts == "", -1, codes)),
            "source_url": pd.array(urls, dtype="str"),
            "command": np.array([start.startswith(REGIONAL) for start in starts])[codes],
        }
    )


def _weapons(rows: pd.DataFrame, strike_ids: np.ndarray, report: Report) -> pd.DataFrame:
    """Return the rows of the log as rows of strike_weapons.csv; `strike_ids` are those of their waves."""
    columns = {
        "strike_id": pd.Series(strike_ids),
        "weapon": rows["weapon"],
        "weapon_class": rows["weapon_class"],
        "launched": rows["launched"],
        "intercepted": rows["destroyed"],
        "lost": rows["lost"],
        "combined": rows["combined"],
        "mixed_classes": rows["mixed"],
        "includes_decoys": rows["is_drone"] & (rows["date"] >= DECOYS),
        "reported_as": rows["reported_as"],
        "publisher": rows["publisher"],
        "via": report.via,
        "source_url": rows["source_url"],
    }
    return shaped("strike_weapons", columns, len(rows))


def _months(waves: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Return the waves' sums as rows of strike_months.csv; a month that the log covers in part has a note."""
    month = waves["date_local"].dt.to_period("M").dt.to_timestamp().rename("month")
    numbers = ["missiles_launched", "missiles_intercepted", "drones_launched", "drones_intercepted", "drones_lost"]
    groups = waves[numbers].groupby(month)
    table = groups.sum(min_count=1).reset_index()
    for name in numbers[:4]:
        table[name] = table[name].fillna(0)  # no wave of that month had any: the log is the list of all reports
    table["waves"] = waves.groupby(month)["strike_id"].size().to_numpy()
    for kind in ("missile", "drone"):
        silent = waves[f"{kind}s_launched"].notna() & waves[f"{kind}s_intercepted"].isna()
        table[f"waves_without_{kind}_intercepts"] = silent.groupby(month).sum().to_numpy()
    note = pd.Series([None] * len(table), dtype="object")
    if len(waves):
        first, last = waves["date_local"].iloc[0], waves["date_local"].iloc[-1]
        if last.day < last.days_in_month:
            note.iloc[-1] = f"Incomplete: the reports end on {last:%Y-%m-%d}."
        if first.day > 1:
            note.iloc[0] = f"Incomplete: the reports start on {first:%Y-%m-%d}."
    by = {"publisher": "Air Force of Ukraine", "via": report.via, "source_url": PAGE, "note": note}
    return shaped("strike_months", {**{name: table[name] for name in table}, **by}, len(table))
