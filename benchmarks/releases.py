"""Readers of releases against pandas alone, on files of a million rows: time and memory as ratios, side by side.

    .venv/bin/python benchmarks/releases.py

Files are generated with a fixed seed, in the layouts and with the dirt of the releases. Each measurement is
a process of its own; memory is the growth of its peak over what it held before the call. "pandas alone"
reads every column with text as str and numbers as Float64, and does nothing else.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

RUNS = 3  # the fastest counts: what else the machine does only adds
LETTERS = np.array(list("abcdefghijkmnopqrstuvwxyz0123456789"))


def attack_log(path: Path, rows: int) -> None:
    """Write an attack log of 22 columns, newest first: lumps, three forms of time, regional commands, gaps."""
    random = np.random.default_rng(1)
    models = ["Shahed-136/131", "X-59", "X-101/X-555", "Iskander-M", "Kalibr", "X-101/X-555 and Kalibr", "Orlan-10",
              "Lancet", "C-300", "Unknown UAV", "Iskander-M/KN-23", "X-22 and X-32"]  # fmt: skip
    waves = rows // 4
    start = np.sort(random.integers(0, 1700 * 144, waves)) * 10
    starts = np.datetime64("2022-09-28T00:00") + start
    ends = starts + random.integers(30, 900, waves)
    bare = random.random(waves) < 0.5
    text = np.char.replace(np.datetime_as_string(starts, "m"), "T", " ").astype("object")
    text[bare] = np.datetime_as_string(starts[bare], "D")
    text[::997] += " "
    ended = np.char.replace(np.datetime_as_string(ends, "m"), "T", " ").astype("object")
    wave = np.sort(random.integers(0, waves, rows))[::-1]
    launched = random.integers(1, 60, rows)
    destroyed = (launched * random.random(rows)).astype("int64")
    posts = ["".join(letters) for letters in LETTERS[random.integers(0, len(LETTERS), (waves, 66))]]
    command = random.choice(["kpszsu", "PvKPivden", "pvkshid"], waves, p=[0.75, 0.2, 0.05])
    source = np.array([f"{one}/posts/pfbid{post}" for one, post in zip(command, posts, strict=True)], dtype="object")
    empty = np.full(rows, "", dtype="object")
    details = np.where(random.random(rows) < 0.1, "{'Kyiv oblast': 4, 'Odesa oblast': nan}", "")
    frame = pd.DataFrame(
        {
            "time_start": text[wave],
            "time_end": ended[wave],
            "model": random.choice(models, rows, p=[0.3, 0.1, 0.1, 0.1, 0.06, 0.04, 0.1, 0.05, 0.05, 0.04, 0.04, 0.02]),
            "launch_place": random.choice(["Kursk oblast", "Chauda, Crimea", "Engels-2", ""], rows),
            "target": random.choice(
                ["Ukraine", "south", "Odesa oblast", "Kyiv", ""], rows, p=[0.6, 0.1, 0.1, 0.1, 0.1]
            ),
            "target_main": empty,
            "carrier": random.choice(["11 x Tu-95MS", ""], rows, p=[0.1, 0.9]),
            "launched": np.where(random.random(rows) < 0.001, "", launched.astype("str")),
            "destroyed": np.where(random.random(rows) < 0.002, "", destroyed.astype("str")),
            "not_reach_goal": np.where(random.random(rows) < 0.1, random.integers(0, 9, rows).astype("str"), ""),
            **dict.fromkeys(("still_attacking", "border_crossing", "is_shahed", "turbojet"), empty),
            "num_hit_location": np.where(random.random(rows) < 0.05, "3", ""),
            "num_fall_fragment_location": empty,
            "affected region": np.where(random.random(rows) < 0.05, "['Kyiv oblast', 'Sumy oblast']", ""),
            "destroyed_details": details,
            **dict.fromkeys(("launched_details", "launch_place_details", "note"), empty),
            "source": source[wave],
        }
    )
    frame.to_csv(path, index=False, lineterminator="\n")


def acled(path: Path, rows: int) -> None:
    """Write an export of 31 columns: both forms of date, other kinds of events, events that stand there twice."""
    random = np.random.default_rng(2)
    days = np.datetime64("2022-02-24") + random.integers(0, 1600, rows)
    written = pd.Series(days).dt.strftime("%d %B %Y").to_numpy(dtype="object")
    written[::2] = np.datetime_as_string(days[::2], "D")
    number = np.arange(rows)
    number[random.integers(1, rows, rows // 500)] -= 1
    place = random.integers(0, 6000, rows)
    kinds = ["Air/drone strike", "Shelling/artillery/missile attack", "Armed clash", "Peaceful protest"]
    empty = np.full(rows, "", dtype="object")
    note = "On the day, Russian forces shelled the settlement; houses were damaged and casualties were not reported."
    oblasts = np.array(["Kharkiv", "Donetsk", "Sumy", "Zaporizhia", "Kherson", "Odesa"], dtype="object")
    frame = pd.DataFrame(
        {
            "event_id_cnty": np.char.add("UKR", number.astype("str")),
            "event_date": written,
            "year": days.astype("M8[Y]").astype("str"),
            "time_precision": "1",
            "disorder_type": "Political violence",
            "event_type": "Explosions/Remote violence",
            "sub_event_type": random.choice(kinds, rows, p=[0.3, 0.5, 0.15, 0.05]),
            "actor1": random.choice(
                ["Military Forces of Russia (2000-)", "Military Forces of Ukraine (2019-)"], rows, p=[0.9, 0.1]
            ),
            **dict.fromkeys(("assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction"), empty),
            "civilian_targeting": random.choice(["Civilian targeting", ""], rows),
            "iso": "804",
            "region": "Europe",
            "country": "Ukraine",
            "admin1": oblasts[place % 6],
            "admin2": "a raion",
            "admin3": empty,
            "location": np.char.add("Settlement ", place.astype("str")),
            "latitude": np.round(44.6 + place % 700 / 100, 4),
            "longitude": np.round(23 + place % 1600 / 100, 4),
            "geo_precision": "1",
            "source": "Ukrinform",
            "source_scale": "National",
            "notes": np.char.add(note, number.astype("str")),
            "fatalities": random.choice([0, 1, 2, 5], rows, p=[0.9, 0.06, 0.03, 0.01]),
            "tags": empty,
            "timestamp": random.integers(1_650_000_000, 1_760_000_000, rows),
        }
    )
    frame.to_csv(path, index=False, lineterminator="\n")


def general_staff(equipment: Path, personnel: Path, rows: int) -> None:
    """Write bulletins of as many days: the keys of before and after May 2022, a missing day, a day twice, a slip."""
    random = np.random.default_rng(3)
    dates = np.datetime64("2022-02-25") + np.arange(rows)
    days = [{"date": str(date), "day": number} for number, date in enumerate(dates, start=2)]
    keys = ["aircraft", "helicopter", "tank", "APC", "field artillery", "MRL", "drone", "naval ship",
            "anti-aircraft warfare", "special equipment", "vehicles and fuel tanks", "cruise missiles"]  # fmt: skip
    totals = np.cumsum(random.integers(0, 9, (rows, len(keys))), axis=0) + 100
    totals[rows // 2, 2] *= 10
    with equipment.open("w", encoding="utf-8") as file:
        file.write("[\n")
        for at, (head, values) in enumerate(zip(days, totals.tolist(), strict=True)):
            record = head | dict(zip(keys, values, strict=True))
            if at < 65:
                whole = record.pop("vehicles and fuel tanks")
                record |= {"military auto": whole - 60, "fuel tank": 60}
            if at != rows // 3:
                file.write(json.dumps(record) + (",\n" if at < rows - 1 else "\n]"))
            if at == rows // 4:
                file.write(json.dumps(record) + ",\n")
    people = (np.cumsum(random.integers(50, 150, rows)) * 10 + 2800).tolist()
    records = [head | {"personnel": value, "personnel*": "about"} for head, value in zip(days, people, strict=True)]
    personnel.write_text(json.dumps(records), encoding="utf-8")


def workbook(path: Path, rows: int) -> None:
    """Write a tracker of 44 columns in the layout since release 21, dates and amounts as the releases have them."""
    import xlsxwriter

    random = np.random.default_rng(4)
    wanted = ["activity_id", "sub_activity_id", "donor", "announcement_date", "aid_type_general", "aid_type_specific",
              "measure", "tot_activity_value_EUR", "tot_sub_activity_value_EUR_redistr", "source_reported_value",
              "explanation"]  # fmt: skip
    header = [*wanted, *(f"working_{number}" for number in range(44 - len(wanted)))]
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Bilateral Assistance, MAIN DATA")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, header)
    amounts, first = random.random(rows) * 1e8, random.random(rows) < 0.4
    for at in range(rows):
        date = 44600 + at % 1500
        sheet.write_row(at + 1, 0, [f"DEM{at}", at, "Germany"])
        sheet.write(at + 1, 3, f"until {date % 12 + 1}/28/2024" if at % 14 == 0 else date, day)
        values = ["Military", "Weapons", "Allocation", amounts[at] if first[at] else ".", amounts[at] / 2, "Not given"]
        sheet.write_row(at + 1, 4, [*values, f"Text of row {at}, which says what was promised."])
        sheet.write_row(at + 1, 11, [*(["."] * 16), *([at % 7] * 17)])
    summary = book.add_worksheet("Country Summary")
    summary.write_row(0, 0, ["Country", "Military allocations"])
    summary.write_row(1, 0, ["Germany", amounts.sum() / 2 / 1e9])
    book.close()


BARE = {
    "csv": "pd.read_csv({0!r}, dtype={1!r}, keep_default_na=False, na_values=[''])",
    "json": "[pd.read_json(path, orient='records') for path in {0!r}]",
    "xlsx": "pd.read_excel({0!r}, engine='calamine', sheet_name='Bilateral Assistance, MAIN DATA')",
}
MEASURE = """
import json, re, time
import pandas as pd
import warledger.releases as releases
def memory(what):  # of this process alone: getrusage counts what its parent held
    return int(re.search(what + r":\\s+(\\d+)", open("/proc/self/status", encoding="utf-8").read())[1]) / 1024
before, began = memory("VmRSS"), time.perf_counter()
table = {call}
print(json.dumps([time.perf_counter() - began, memory("VmHWM") - before]))
"""


def measured(*calls: str) -> list[tuple[float, float]]:
    """Return seconds and megabytes of calls, each in a process of its own and taking turns, the fastest of each."""
    runs = []
    for call in calls * RUNS:
        command = [sys.executable, "-W", "ignore", "-c", MEASURE.format(call=call)]
        runs.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return [tuple(map(min, zip(*runs[at :: len(calls)], strict=True))) for at in range(len(calls))]


HEAD = f"""# Readers of public releases

Written by `make bench`: seconds and megabytes of each reader and of pandas alone on the same file, the fastest of
{RUNS} turns each, on files that the bench makes with the dirt of the real ones. pandas leaves dates as text.
{os.cpu_count()} processors, Python {platform.python_version()}, pandas {pd.__version__}.
"""


def main(rows: int = 1_000_000, sheet_rows: int = 60_000) -> list[dict]:
    """Print a table of ratios as markdown and return its rows: what, ours and pandas in seconds and MB, two ratios."""
    counted = {"launched", "destroyed", "not_reach_goal", "latitude", "longitude", "fatalities"}
    results = []
    with tempfile.TemporaryDirectory() as folder:
        paths = {
            name: str(Path(folder) / name)
            for name in ("log.csv", "acled.csv", "equipment.json", "personnel.json", "tracker.xlsx")
        }
        attack_log(Path(paths["log.csv"]), rows)
        acled(Path(paths["acled.csv"]), rows)
        general_staff(Path(paths["equipment.json"]), Path(paths["personnel.json"]), rows)
        workbook(Path(paths["tracker.xlsx"]), sheet_rows)
        cases = []
        for what, name, reader in (
            ("attack log", "log.csv", "read_attack_log"),
            ("ACLED export", "acled.csv", "read_acled"),
        ):
            header = pd.read_csv(paths[name], nrows=0).columns
            types = {column: "Float64" if column in counted else "str" for column in header}
            cases.append(
                (what, rows, BARE["csv"].format(paths[name], types), f"releases.{reader}({paths[name]!r})", [name])
            )
        both = [paths["equipment.json"], paths["personnel.json"]]
        call = "releases.read_general_staff({!r}, {!r})".format(*both)
        cases.append(("General Staff", rows, BARE["json"].format(both), call, ["equipment.json", "personnel.json"]))
        call = f"releases.read_support_tracker({paths['tracker.xlsx']!r})"
        cases.append(
            ("Support Tracker", sheet_rows, BARE["xlsx"].format(paths["tracker.xlsx"]), call, ["tracker.xlsx"])
        )
        for what, many, bare, ours, names in cases:
            size = sum(Path(paths[name]).stat().st_size for name in names) / 1e6
            (seconds, megabytes), (bare_seconds, bare_megabytes) = measured(ours, bare)
            results.append({
                "file": what, "rows": f"{many:,}", "MB": f"{size:.0f}",
                "reader": f"{seconds:.1f} s, {megabytes:.0f} MB",
                "pandas alone": f"{bare_seconds:.1f} s, {bare_megabytes:.0f} MB",
                "time": round(seconds / bare_seconds, 2), "memory": round(megabytes / bare_megabytes, 2),
            })  # fmt: skip
    print(pd.DataFrame(results).pipe(_markdown))
    return results


def _markdown(table: pd.DataFrame) -> str:
    lines = [table.columns.tolist(), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sheet-rows", type=int, default=60_000)
    given = parser.parse_args()
    text = _markdown(pd.DataFrame(main(given.rows, given.sheet_rows)))
    (Path(__file__).parent / "RELEASES.md").write_text(f"{HEAD}\n{text}\n", encoding="utf-8")
