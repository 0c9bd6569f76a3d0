"""What a notebook imports: load a table, compute, draw, save with sources.

    from helpers import load, check_period, open_figures

Everything here lives in the package `warledger`, one module a role; each function's docstring
gives columns, units and errors.
"""

from IPython.display import Markdown as say

from warledger import (
    briefing,
    cards,
    charts_losses,
    charts_pledges,
    charts_strikes,
    claims,
    losses,
    maps,
    money,
    overview,
    panels,
    pledges,
    strikes,
)
from warledger.comparing import RULE as VERDICT_RULE
from warledger.figures import open_figures
from warledger.known import known_by, load_ledger
from warledger.marks import draw_break, draw_events
from warledger.parameters import (
    INVASION,
    check_choice,
    check_choices,
    check_day,
    check_flag,
    check_number,
    check_period,
    days_around,
)
from warledger.releases.tables import loss_tables, pledge_table, strike_tables
from warledger.style import new_figure
from warledger.tables import categories, chosen_events, covered_until, load, load_outlines
from warledger.wording import count, listed, long_day, percent, span
from warledger.wording import money as money_text

__all__ = [
    "INVASION",
    "VERDICT_RULE",
    "briefing",
    "cards",
    "categories",
    "charts_losses",
    "charts_pledges",
    "charts_strikes",
    "check_choice",
    "check_choices",
    "check_day",
    "check_flag",
    "check_number",
    "check_period",
    "chosen_events",
    "claims",
    "count",
    "covered_until",
    "days_around",
    "draw_break",
    "draw_events",
    "known_by",
    "listed",
    "load",
    "load_ledger",
    "load_outlines",
    "long_day",
    "loss_tables",
    "losses",
    "maps",
    "money",
    "money_text",
    "new_figure",
    "open_figures",
    "overview",
    "panels",
    "percent",
    "pledge_table",
    "pledges",
    "say",
    "span",
    "strike_tables",
    "strikes",
]
