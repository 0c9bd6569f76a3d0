"""The facts behind a news story of one day: its strikes, the money of the weeks before, the losses as then stated.

Every function takes the ledger as it is to be read: whole, or cut by `known_by` to what had been
published on the day. None of them looks past `as_of`, except `days`, which covers the period given.
"""

import pandas as pd

from warledger import losses, strikes
from warledger.known import Ledger
from warledger.money import in_currency
from warledger.parameters import Period
from warledger.pledges import dated, new_money
from warledger.strikes import LARGE
from warledger.wording import amount, count, day, listed, long_day, money, no_words, several

SOURCE = ["publisher", "via", "source_url"]
NEVER = "nothing in the ledger by then"
TOTALS = {  # running totals that a briefing names: words, side, category, kind
    "Russian troops killed or wounded": ("Russia", "casualties", "claimed"),
    "Russian dead counted by name": ("Russia", "killed", "name_by_name"),
    "Russian dead, estimated": ("Russia", "killed", "estimate"),
    "Ukrainian dead, as admitted": ("Ukraine", "killed", "official_own"),
    "Civilians killed, case by case": ("civilians", "killed", "verified"),
}
NEW, PAID, PART, OUTSIDE = "new money", "payment", "part", "outside totals"


def places(ledger: Ledger) -> list[str]:
    """Return the names of places that strikes can be asked for."""
    return sorted(set(ledger["strikes"].dropna(subset="latitude")["main_target"]))


def strikes_of(ledger: Ledger, as_of: pd.Timestamp, place: str) -> pd.DataFrame:
    """Return the strikes that ended on a day, those on the place first: columns of `strikes`, `on_place`, `weapons`.

    `weapons` lists what was reported launched, lumped as the report lumps it.
    """
    rows = ledger["strikes"][ledger["strikes"]["date_local"] == as_of]
    on_place = rows["strike_id"].isin(strikes.of_place(rows, place)["strike_id"])
    parts = ledger["strike_weapons"].dropna(subset="launched")
    fired = {
        strike: ", ".join(f"{count(row.launched)} {row.weapon}" for row in group.itertuples())
        for strike, group in parts.groupby("strike_id")
    }
    rows = rows.assign(on_place=on_place, weapons=rows["strike_id"].map(fired))
    return rows.sort_values("on_place", ascending=False, kind="stable").reset_index(drop=True)


def previous_large(ledger: Ledger, as_of: pd.Timestamp, place: str) -> pd.DataFrame:
    """Return the last large attack that names the place before a day, with `days` since then; no row where none is.

    Large is by the rule of `strikes.large_attacks`.
    """
    rows = strikes.large_attacks(ledger["strikes"], place)
    rows = rows[rows["date_local"] < as_of].tail(1)
    return rows.assign(days=(as_of - rows["date_local"]).dt.days)


def pledges_of(ledger: Ledger, period: Period, currency: str) -> pd.DataFrame:
    """Return what was announced in a period, with `value` (billions of the currency) and `status`, newest first.

    `status` says what may be added: new money, or why not: a payment, a part of an envelope (or perhaps
    of one), a body outside totals. Rows dated only "until" a day are left out.
    """
    rows = dated(period.of(ledger["pledges"], "announced_on"))
    fresh = new_money(rows, ledger["donors"], currency, allow_stale_rate=True)
    donors = ledger["donors"].set_index("donor_code")
    inside = rows["part_of"].notna() | rows["may_overlap_with"].notna()
    status = pd.Series(OUTSIDE, index=rows.index, dtype="str").mask(inside, PART)
    status = status.mask(rows["stage"] == "disbursement", PAID).mask(rows["pledge_id"].isin(fresh["pledge_id"]), NEW)
    rows = rows.assign(
        donor=rows["donor_code"].map(donors["name"]),
        value=in_currency(rows, currency, allow_stale_rate=True),
        status=status,
    )
    return rows.sort_values(["announced_on", "pledge_id"], ascending=False).reset_index(drop=True)


def totals_of(ledger: Ledger, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the newest running totals of losses that count up to a day, each with its kind.

    Columns: what, found (the figure, or that there is none), kind, as_of, and the source; one row for
    each of `TOTALS`, and one for Russian equipment photographed. Kinds are never added.
    """
    known = {
        table: ledger[table][ledger[table][column] <= as_of]
        for table, column in (("losses_readings", "as_of"), ("losses_weekly", "date"), ("losses_oryx", "as_of"))
    }
    found = []
    for what, (side, category, kind) in TOTALS.items():
        newest = losses.newest_reading(known["losses_readings"], known["losses_weekly"], side, category, kind)
        found.append(_total(what, losses.kind_name(kind, side), newest))
    photographed = losses.newest_photographed(known["losses_oryx"])
    found.insert(1, _total("Russian equipment, all types", losses.KINDS["visually_confirmed"], photographed))
    return pd.DataFrame(found)


def _total(what: str, kind: str, newest: pd.DataFrame) -> dict:
    """Return the newest reading, or that there is none, as a fact with its day."""
    if newest.empty:
        return _fact(what, NEVER, kind) | {"as_of": pd.NaT}
    row = newest.iloc[0]
    return _fact(what, f"{losses.reading_text(row)} ({long_day(row.as_of)})", kind, row) | {"as_of": row.as_of}


def days(ledger: Ledger, period: Period, currency: str) -> pd.DataFrame:
    """Return a period day by day: index date, columns missiles, drones, new_money (billions), personnel_week.

    Missiles and drones are those of wave totals; `personnel_week` stands on the day of the bulletin,
    re-counts out. A day without a row of its kind is missing, not zero.
    """
    waves = strikes.wave_totals(ledger["strikes"]).groupby("date_local")
    money_rows = pledges_of(ledger, period, currency)
    weeks = losses.weekly_losses(ledger["losses_weekly"], ledger["losses_restatements"], "personnel")
    table = pd.DataFrame(index=pd.date_range(period.since, period.until, name="date"))
    return table.assign(
        missiles=waves["missiles_launched"].sum(min_count=1),
        drones=waves["drones_launched"].sum(min_count=1),
        new_money=money_rows[money_rows["status"] == NEW].groupby("announced_on")["value"].sum(),
        personnel_week=weeks.set_index("date")["loss"],
    ).astype("float64")


def sources_of(ledger: Ledger, period: Period, currency: str) -> list[pd.DataFrame]:
    """Return the rows that `days` and the events marked in it rest on."""
    money_rows = pledges_of(ledger, period, currency)
    waves = strikes.wave_totals(period.of(ledger["strikes"], "date_local"))
    return [
        waves.dropna(subset=["missiles_launched", "drones_launched"], how="all"),
        money_rows[money_rows["status"] == NEW],
        period.of(ledger["losses_weekly"], "date").dropna(subset="personnel"),
        one_a_week(events_of(ledger, period)),
    ]


def events_of(ledger: Ledger, period: Period) -> pd.DataFrame:
    """Return the events of the timeline in a period, newest first."""
    return period.of(ledger["timeline"], "event_on").sort_values("event_on", ascending=False, kind="stable")


def one_a_week(events: pd.DataFrame) -> pd.DataFrame:
    """Return the newest event of each of the last four weeks that have one: as many as a chart has room for."""
    return events[~events["event_on"].dt.to_period("W").duplicated()].head(4)


def card(
    ledger: Ledger, as_of: pd.Timestamp, place: str, weeks_before: Period, currency: str, covered: pd.Timestamp
) -> pd.DataFrame:
    """Return the briefing as rows of text: what, found, kind, and the source of each.

    `covered` is the last day of which the ledger has waves: a later day is not a quiet one.
    """
    that_day = strikes_of(ledger, as_of, place)
    facts = [fact for row in that_day[that_day["on_place"]].itertuples() for fact in _strike_facts(row, place)]
    if not facts:
        unknown = f"unknown: waves end on {long_day(covered)}" if as_of > covered else "no strike in the ledger"
        facts = [_fact(f"Strikes on {place}", unknown, "reported")]
    others = that_day[~that_day["on_place"]]
    if len(others):
        facts.append(_fact("Elsewhere that day", listed(fired_texts(others)), "reported", others.iloc[0]))
    before = previous_large(ledger, as_of, place)
    last = [f"{long_day(row.date_local)}, {several(row.days, 'day')} before" for row in before.itertuples()]
    facts.append(_fact("Previous large attack", (last or [NEVER])[0], "computed", *before.itertuples()))
    facts += _money_facts(pledges_of(ledger, weeks_before, currency), weeks_before, currency)
    facts += totals_of(ledger, as_of).drop(columns="as_of").to_dict("records")
    for event in events_of(ledger, weeks_before).head(2).itertuples():
        facts.append(_fact(long_day(event.event_on), event.label, "context", event))
    return pd.DataFrame(facts)


def _fact(what: str, found: str, kind: str, row=None) -> dict:
    return {"what": what, "found": found, "kind": kind} | {column: getattr(row, column, None) for column in SOURCE}


def fired_texts(rows: pd.DataFrame) -> list[str]:
    """Return for each strike its main target and what it is reported to have been launched with."""
    return [f"{row.main_target}{_fired(row)}" for row in rows.itertuples()]


def _fired(row) -> str:
    """Return in brackets what a strike is reported to have been launched with; nothing where nobody says."""
    said = [
        several(number, one)
        for one, number in (("missile", row.missiles_launched), ("drone", row.drones_launched))
        if not pd.isna(number) and number
    ]
    return f" ({listed(said)})" if said else ""


def toll_of(row) -> str:
    """Return the toll of a strike in words, with the day of the count; what nobody reported is not zero."""
    said = [f"{count(row.killed)} killed"] if not pd.isna(row.killed) else []
    said += [f"{count(row.injured)} injured"] if not pd.isna(row.injured) else []
    if not said:
        return "toll not known by then"
    counted = "" if pd.isna(row.toll_as_of) else f" (counted {long_day(row.toll_as_of)})"
    return f"{' and '.join(said)}{counted}"


def _strike_facts(row, place: str) -> list[dict]:
    """Return a strike on the place as facts: when, launched, intercepted, weapons, toll."""
    hours = ""
    if not pd.isna(row.start_local):
        ends = [row.start_local] + ([] if pd.isna(row.end_local) else [row.end_local])
        hours = f", {' to '.join(f'{at:%H:%M}' for at in ends)}"
    where = place if row.main_target == place else f"{place} and elsewhere"
    facts = []
    for what in ("missiles", "drones"):
        launched, down = getattr(row, f"{what}_launched"), getattr(row, f"{what}_intercepted")
        if not pd.isna(launched) and (launched or what == "missiles"):
            met = "number intercepted not reported" if pd.isna(down) else f"{count(down)} intercepted"
            said = f"{count(launched)} launched, {met}"
            facts.append(_fact(f"{what.capitalize()}, {where}{hours}", said, "reported", row))
            hours = ""  # said once
    if not facts:
        facts.append(_fact(f"Strike on {where}{hours}", "nothing launched is counted", "reported", row))
    if isinstance(row.weapons, str):
        facts.append(_fact("Weapons", row.weapons, "reported", row))
    facts.append(_fact("People harmed", toll_of(row), "reported", row))
    return facts


def _money_facts(rows: pd.DataFrame, period: Period, currency: str) -> list[dict]:
    """Return what was announced in the weeks before: the sum that is new, the sum that is not, the newest rows."""
    kinds = {NEW: "new money", PAID: "payment", PART: "part of an envelope", OUTSIDE: "outside totals"}
    is_new = rows["status"] == NEW
    weeks = f"New money in {several((period.until - period.since).days + 1, 'day')}"  # both ends are in
    facts = []
    for group, what in ((rows[is_new], weeks), (rows[~is_new], "Announced, but not new")):
        said = f"{money(group['value'].sum(), currency)} in {several(len(group), 'announcement')}"
        facts.append(_fact(what, said if len(group) else "none in the ledger", "announced", *group[:1].itertuples()))
    newest = rows.sort_values(["announced_on", "value"], ascending=False, kind="stable")
    for row in newest[:3].itertuples():
        said = f"{row.donor}, {amount(row.amount, row.currency)}, {kinds[row.status]}"
        facts.append(_fact(f"Announced {long_day(row.announced_on)}", said, "announced", row))
    return facts


def card_words(ledger: Ledger, as_of: pd.Timestamp, place: str, facts: pd.DataFrame) -> dict[str, str]:
    """Return title and alternative text of the card, from the strikes of the day and the facts."""
    on_place = strikes_of(ledger, as_of, place)
    on_place = on_place[on_place["on_place"]]
    title = f"{place}, {long_day(as_of)}: no strike in the ledger"
    if len(on_place):
        row = on_place.iloc[0]
        fired = _fired(row).strip(" ()") or "a strike"
        title = f"{place}, {long_day(as_of)}: {fired}, {toll_of(row).partition(' (')[0]}"
    told = "; ".join(f"{row.what}: {row.found}" for row in facts.itertuples())
    return {"title": title, "alt": f"Card of facts as known for {long_day(as_of)}. {told}."}


def day_words(table: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, str]:
    """Return title and alternative text of the timeline, from its numbers."""
    if table.isna().all(axis=None):
        return no_words("waves, money or bulletins")
    fired = table["missiles"].dropna()
    title = f"The weeks around {long_day(as_of)}"
    if len(fired) and fired.max() > 0:
        nights = several(int((fired >= LARGE).sum()), "wave")
        most = f"the most, {count(fired.max())}, on {long_day(fired.idxmax())}"
        title = f"{nights} of {LARGE} or more missiles; {most}"
    names = {"personnel_week": "a week's losses"}
    parts = [
        f"{names.get(name, name.replace('_', ' '))} on {several(int((table[name] > 0).sum()), 'day')}" for name in table
    ]
    return {
        "title": title,
        "alt": f"Columns by day from {day(table.index[0])} to {day(table.index[-1])}: {listed(parts)}. {title}.",
    }


def place_words(rows: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, str]:
    """Return title and alternative text of the map of the day's strikes."""
    if rows.empty:
        return no_words("strike with a place")
    title = f"Struck on {long_day(as_of)}: {listed(fired_texts(rows))}"
    return {"title": title, "alt": f"Map of Ukraine with the places struck. {title}."}
