"""What a notebook imports: load a table, compute, draw, save with sources.

    from helpers import load, check_period, open_figures

Everything here lives in the package `warledger`, one module a role; each function's docstring
gives columns, units and errors.
"""

from IPython.display import Markdown as say

from warledger import cards, charts, claims, losses, money, overview, panels, pledges, strikes
from warledger.comparing import RULE as VERDICT_RULE
from warledger.figures import open_figures
from warledger.known import known_by, load_ledger
from warledger.marks import draw_break, draw_events
from warledger.parameters import check_choice, check_choices, check_number, check_period
from warledger.style import new_figure
from warledger.tables import categories, chosen_events, load, load_outlines
from warledger.wording import count, listed, long_day, percent, span
from warledger.wording import money as money_text

__all__ = [
    "VERDICT_RULE",
    "cards",
    "categories",
    "charts",
    "check_choice",
    "check_choices",
    "check_number",
    "check_period",
    "chosen_events",
    "claims",
    "count",
    "draw_break",
    "draw_events",
    "known_by",
    "listed",
    "load",
    "load_ledger",
    "load_outlines",
    "long_day",
    "losses",
    "money",
    "money_text",
    "new_figure",
    "open_figures",
    "overview",
    "panels",
    "percent",
    "pledges",
    "say",
    "span",
    "strikes",
]
