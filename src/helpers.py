"""What a notebook imports: load a table, compute, draw, save with sources.

    from helpers import load, check_period, open_figures

Everything here lives in the package `warledger`, one module a role; each function's docstring
gives columns, units and errors.
"""

from IPython.display import Markdown as say

from warledger import charts, losses, money, pledges, strikes
from warledger.figures import open_figures
from warledger.marks import draw_break, draw_events
from warledger.parameters import check_choice, check_choices, check_number, check_period
from warledger.releases.tables import loss_tables, pledge_table, strike_tables
from warledger.style import new_figure
from warledger.tables import categories, chosen_events, load, load_outlines
from warledger.wording import count, listed, percent, span
from warledger.wording import money as money_text

__all__ = [
    "categories",
    "charts",
    "check_choice",
    "check_choices",
    "check_number",
    "check_period",
    "chosen_events",
    "count",
    "draw_break",
    "draw_events",
    "listed",
    "load",
    "load_outlines",
    "loss_tables",
    "losses",
    "money",
    "money_text",
    "new_figure",
    "open_figures",
    "percent",
    "pledge_table",
    "pledges",
    "say",
    "span",
    "strike_tables",
    "strikes",
]
