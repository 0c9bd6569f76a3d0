"""Claims held against the ledger: what it says, whether that fits, and why.

A claim is judged by the ledger of today, since the question is what is right, not what was known;
measures "to date" and "previous" look only at rows up to the day of the claim. The rule of the
verdicts is in `comparing`, the measures are in `measures_losses`, `measures_strikes` and `measures_pledges`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import pandas as pd

from warledger import measures_losses, measures_pledges, measures_strikes
from warledger.comparing import COMPARATORS, TEXTS, VERDICTS, compare, region, slip, to_values, written
from warledger.errors import DataError, ParameterError
from warledger.known import Ledger, load_ledger
from warledger.measures import MEASURES, NOTED, Answer, Asked, Measure, Source, Unanswered, Value, answers
from warledger.money import currencies
from warledger.parameters import check_choice, to_day
from warledger.pledges import GROUPS
from warledger.tables import categories
from warledger.wording import count, listed, no_words, several

FAMILIES = (measures_losses, measures_strikes, measures_pledges)  # importing them has filled the registry
PARTS = ("item", "place", "donor", "donor_group", "weapon_class", "aid_type", "event_id", "dated_by")
DATED_BY = ("report", "event")
SAID = {
    "supported": "supports {}",
    "imprecise": "finds {} imprecise",
    "contradicted": "contradicts {}",
    "cannot be checked": "cannot check {}",
}
COPIED = ["claim_id", "published_on", "publisher", "via", "source_url", "claim", "short"]


@dataclass(frozen=True)
class Verdict:
    """What the ledger says of a claim.

    `found` is its figure (a number, a day or text; text too where there are only bounds, and empty where
    there is nothing), `kind` the kind of figure, `why` one sentence, `rows` the ids of the rows it rests
    on (table:id), `sources` who published them.
    """

    verdict: str
    found: Value
    kind: str
    why: str
    rows: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def judge(
    ledger: Ledger | None = None,
    *,
    measure: str,
    as_of: str | pd.Timestamp,
    comparator: str,
    value: str | float,
    unit: str,
    tolerance: str = "",
    item: str = "",
    **about: str,
) -> Verdict:
    """Return what the ledger (the project's own unless one is given) says of a claim.

    `measure` is a name of the registry (`measure_table` lists them); `tanks_cumulative` may also be given as
    `cumulative` with the item `tanks`. `about` takes place, donor, donor_group, weapon_class, aid_type, event_id
    and dated_by (`report`, or `event` where as_of is the day of a loss, which stands in the next bulletin).
    Values are numbers without separators, days as 2024-03-21, times as 05:00, and for `between` two with a
    slash; tolerances a share (0.02), days (2d) or minutes (60min). Raises ParameterError for a name, unit or
    value that cannot be used, with what is allowed.
    """
    ledger = _own_ledger() if ledger is None else ledger
    found = _measure(measure, item)
    asked = _asked(ledger, found, measure, as_of, unit, about)
    check_choice("comparator", comparator, COMPARATORS)
    values = to_values(value, unit, comparator)
    where = None if unit in TEXTS else region(values, unit, comparator, tolerance)
    try:
        found_answers = answers(found, ledger, asked)
    except Unanswered as reason:
        return Verdict("cannot be checked", "", "", _sentence(str(reason)))
    judged = []
    for answer in found_answers:
        verdict, away = compare(values, where, answer)
        wrong = where is not None and verdict in ("imprecise", "contradicted")
        judged.append((verdict, slip(values[0], answer, unit, comparator, where.slack) if wrong else "", away, answer))
    # A claim that can mean several rows is right if one of them is; of wrong ones that with a slip, or the nearest.
    verdict, slipped, _, answer = min(judged, key=lambda one: (VERDICTS.index(one[0]), not one[1], one[2]))
    why = answer.says
    if answer.kind != NOTED:
        says = "that leaves open whether it was" if verdict == "cannot be checked" else "the claim says"
        why += f"; {says} {claim_text(values, unit, comparator)}{slipped}"
    return Verdict(verdict, _found(answer, unit), answer.kind, _sentence(why), answer.rows, answer.sources)


def check_claims(claims: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return the claims with their verdicts, in the order of the table.

    Columns: claim_id, published_on, publisher, via, source_url, claim, short, claimed (the value in words), found (in
    words), kind, verdict, why, rows, sources (tuples). Raises DataError with the row where a claim cannot be read.
    """
    told = []
    for row in claims.to_dict("records"):
        given = {name: cell for name, cell in row.items() if not pd.isna(cell)}
        names = {*PARTS, "measure", "as_of", "comparator", "value", "unit", "tolerance"} & set(given)
        try:
            verdict = judge(ledger, **{name: given[name] for name in names})
        except ParameterError as error:
            raise DataError(f"data/claims.csv: {row['claim_id']}: {error}") from None
        values = to_values(row["value"], row["unit"], row["comparator"])
        told.append(
            {
                **{name: row[name] for name in COPIED},
                "claimed": claim_text(values, row["unit"], row["comparator"]),
                "found": found_text(verdict.found, row["unit"]),
                **{name: getattr(verdict, name) for name in ("kind", "verdict", "why", "rows", "sources")},
            }
        )
    return pd.DataFrame(told, columns=[*COPIED, "claimed", "found", "kind", "verdict", "why", "rows", "sources"])


def measure_table(names: Iterable[str] = ()) -> pd.DataFrame:
    """Return the measures of the registry, or the named ones, one row a function: measure, unit, needs, meaning."""
    wanted = set(names)
    rows = []
    for name, found in MEASURES.items():
        if not wanted or name in wanted:
            shown, units = name if wanted else found.family, ", ".join(found.units or ["a currency"])
            rows.append((shown, units, ", ".join(found.needs), found.meaning))
    table = pd.DataFrame(rows, columns=["measure", "unit", "needs", "meaning"])
    return table.groupby("meaning", sort=False).agg(lambda cells: ", ".join(dict.fromkeys(cells))).reset_index()


def sources_of(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return who published the rows behind the verdicts: publisher, via, source_url, one row a verdict and source."""
    return pd.DataFrame([source for sources in verdicts["sources"] for source in sources], columns=Source._fields)


def card(table: pd.DataFrame, most: int = 24) -> pd.DataFrame:
    """Return what a card of verdicts shows: claim_id, short, found, kind, verdict; of many the wrong ones first."""
    order = table["verdict"].map({"contradicted": 0, "imprecise": 1}).fillna(2)
    rows = table.loc[order.sort_values(kind="stable").index[:most]].sort_index() if len(table) > most else table
    return rows[["claim_id", "short", "found", "kind", "verdict"]].replace({"found": {"": "no such figure"}})


def verdict_words(table: pd.DataFrame, publisher: str) -> dict[str, str]:
    """Return title and alternative text of the card of verdicts, from the verdicts."""
    if table.empty:
        return no_words("claims")
    counts = table["verdict"].value_counts()
    parts = [said.format(count(counts[one])) for one, said in SAID.items() if one in counts]
    title = f"Of {several(len(table), 'claim')} of {publisher or 'the press'} the ledger {listed(parts)}"
    wrong = table.loc[table["verdict"] == "contradicted", "short"]
    return {
        "title": title,
        "alt": f"Table of claims beside the ledger. {title}. Contradicted: {'; '.join(wrong) or 'none'}.",
    }


def claim_text(values: list[Value], unit: str, comparator: str) -> str:
    """Return a claimed value with its comparator in words: at least 433,000."""
    return COMPARATORS[comparator].format(" to ".join(written(value, unit) for value in values))


@cache
def _own_ledger() -> Ledger:
    return load_ledger()


def _measure(name: str, item: str) -> Measure:
    """Return the measure of a name, or of an item and a name; the error names the nearest."""
    full = f"{item}_{name}" if item else name
    if found := MEASURES.get(full) or MEASURES.get(name):
        return found
    near = get_close_matches(full, MEASURES, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    names = sorted({found.family if found.family != "<item>" else name for name, found in MEASURES.items()})
    raise ParameterError(f"measure: {full!r} is not known; {hint}Allowed: {', '.join(names)}")


def _asked(
    ledger: Ledger, found: Measure, name: str, as_of: str | pd.Timestamp, unit: str, about: dict[str, str]
) -> Asked:
    """Return what is asked, each part held against what the ledger knows."""
    allowed = {
        "place": lambda: sorted({*ledger["strikes"]["main_target"], "Kyiv"} - {"nationwide"}),
        "donor": lambda: ledger["donors"]["donor_code"],
        "donor_group": lambda: GROUPS,
        "weapon_class": lambda: categories("strike_weapons", "weapon_class"),
        "aid_type": lambda: categories("pledges", "aid_type"),
        "event_id": lambda: ledger["timeline"]["event_id"],
        "dated_by": lambda: DATED_BY,
    }
    for part, text in about.items():
        check_choice("about", part, allowed)
        if text:
            check_choice(part, text, allowed[part]())
    if missing := [part for part in found.needs if not about.get(part)]:
        raise ParameterError(f"{name}: needs {listed(missing)}")
    check_choice("unit", unit, currencies() if found.units is None else found.units)
    return Asked(as_of if isinstance(as_of, pd.Timestamp) else to_day("as_of", as_of), unit, **about)


def found_text(found: Value, unit: str) -> str:
    """Return what was found in words, with its noun where it is a number of things: 593 drones."""
    text = written(found, unit)
    things = isinstance(found, float | int) and text.replace(",", "").isdecimal() and unit != "persons"
    return f"{text} {unit}" if things else text


def _found(answer: Answer, unit: str) -> Value:
    """Return what was found: a figure, or text where there are only bounds or nothing."""
    low, high = answer.low, answer.high
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"at least {written(low, unit)}" if high is None else f"at most {written(high, unit)}"
    if low != high:
        return f"{written(low, unit)} to {written(high, unit)}"
    if answer.lasts:
        return written(low, unit)  # minutes are no figure to hand on
    return int(low) if isinstance(low, float) and low.is_integer() else low


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
