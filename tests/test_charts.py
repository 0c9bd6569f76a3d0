"""What is drawn is what is in the table."""

import pandas as pd
import pytest

from warledger import charts_losses, charts_pledges, losses, marks, tables
from warledger.style import new_figure, use_style


@pytest.fixture
def axes():
    use_style()
    return new_figure("wide")[1]


def test_bars_of_the_ranking_add_up_to_the_table(axes):
    table = pd.DataFrame({"military": [2.0, 1.0], "estimated": [1.0, None]}, index=["Norway", "Malta"])
    charts_pledges.stacked_ranking(axes, table, "EUR", "Purpose")
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(4.0)
    assert axes.get_xlim()[0] == 0
    assert {text.get_text() for text in axes.texts} == {"EUR 3.0bn", "EUR 1.0bn"}


def test_monthly_columns_start_at_zero_and_add_up(axes):
    months = pd.date_range("2024-01-01", periods=3, freq="MS")
    table = pd.DataFrame({"Europe": [1.0, 0.0, 2.0], "United States": [0.0, 3.0, 0.0]}, index=months)
    charts_pledges.monthly_columns(axes, table, "EUR")
    assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(6.0)
    assert axes.get_ylim()[0] == 0


def test_no_line_crosses_the_break_or_joins_kinds(axes):
    sides = losses.photographed(tables.load("losses_oryx"), "all_types")
    charts_losses.two_sides(axes, sides, losses.ORYX_BREAK)
    series = [line for line in axes.lines if len(line.get_xdata()) > 2]
    assert len(series) == 4
    for line in series:
        dates = pd.to_datetime(line.get_xdata())
        assert (dates < losses.ORYX_BREAK).all() or (dates > losses.ORYX_BREAK).all()


def test_readings_are_points_without_a_line(axes):
    rows = losses.by_kind(tables.load("losses_readings"), tables.load("losses_weekly"), "Russia", "killed")
    charts_losses.points_by_kind(axes, rows, "Killed", "Russia")
    assert len(axes.lines) == 0
    drawn = sum(len(points.get_offsets()) for points in axes.collections if hasattr(points, "get_sizes"))
    assert drawn == len(rows)


@pytest.mark.parametrize("at", ["2025-07-24", "2020-01-01"])
def test_a_break_is_drawn_only_inside_the_axes(axes, at):
    axes.plot(pd.to_datetime(["2025-01-01", "2026-01-01"]), [0, 1])
    marks.draw_break(axes, pd.Timestamp(at), "a break")
    assert len(axes.lines) == (2 if at == "2025-07-24" else 1)


def test_an_empty_table_draws_nothing(axes):
    charts_pledges.monthly_columns(axes, pd.DataFrame(columns=["Europe"]), "EUR")
    assert not axes.has_data()
