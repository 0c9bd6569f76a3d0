"""What people and machines see while notebooks run."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from warledger.runs import Event


@contextmanager
def shown(quiet: bool, as_json: bool) -> Iterator[tuple[Callable[[Event], object], Callable[[str, int], object]]]:
    """Yield what to call with each event and with each cell: a live table in a terminal, lines elsewhere."""
    if quiet:
        yield lambda event: None, lambda title, cell: None
    elif as_json:
        yield lambda event: click.echo(json.dumps(asdict(event), ensure_ascii=False)), lambda title, cell: None
    elif not sys.stdout.isatty():
        yield click.echo, lambda title, cell: None
    else:
        from rich.console import Console
        from rich.live import Live

        console = Console()
        table = Table(console)
        with Live(console=console, get_renderable=table.drawn, refresh_per_second=4):
            yield table.tell, table.at_cell


class Table:
    """The notebooks that run now, one a row; those that ended are printed above it."""

    def __init__(self, console):
        """Start empty; `console` is rich's."""
        self.console = console
        self.rows: dict[str, tuple[int, float]] = {}  # title -> cell, start
        self.ended = self.of = 0

    def tell(self, event: Event) -> None:
        """Take note of an event."""
        self.of = event.of
        if event.kind == "started":
            self.rows = {**self.rows, event.notebook: (0, time.monotonic())}
        else:
            self.rows = {title: row for title, row in self.rows.items() if title != event.notebook}
            self.ended += 1
            self.console.print(str(event), markup=False, highlight=False, soft_wrap=True)

    def at_cell(self, title: str, cell: int) -> None:
        """Take note of the cell that a notebook has come to."""
        if title in self.rows:
            self.rows[title] = (cell + 1, self.rows[title][1])

    def drawn(self):
        """Return the table as rich draws it."""
        from rich.table import Table as Drawn

        drawn = Drawn("notebook", "cell", "seconds", caption=f"{self.ended} of {self.of} ended", box=None)
        for title, (cell, started) in self.rows.items():
            drawn.add_row(title, str(cell), f"{time.monotonic() - started:.0f}")
        return drawn
