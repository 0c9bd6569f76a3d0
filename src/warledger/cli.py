"""The command `warledger`: check the tables, run the notebooks."""

import os
import sys
from pathlib import Path

import click

EXIT_FAILED, EXIT_USAGE, EXIT_DATA = 1, 2, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check the ledger's tables and regenerate its charts.

    Exit codes: 0 done, 1 a run failed, 2 wrong usage or a parameter that
    cannot be used, 3 bad data.
    """


@main.command()
@click.option("--data", metavar="DIR", default="", help="Folder of the tables; default: the project's data/.")
@click.option("--fix", is_flag=True, help="Repair what is only form, show the change, then check.")
def check(data: str, fix: bool) -> None:
    """Check every table: form, types, allowed values, keys, row rules, and tables against each other.

    Prints one line per problem, as `file:line: column: value: rule`, and exits with 3. Rules stand
    beside the schema in data/datapackage.json; rows that break one for a reason, in data/excused.csv.

    --fix repairs byte-order mark, CRLF, quoting, blank lines, blanks around cells and the order of
    rows after an edit in a spreadsheet. It changes nothing that has meaning.
    """
    from warledger import checks, repair

    folder = checks.data_folder(data)
    if not folder.is_dir():
        _fail(EXIT_USAGE, f"{data}: no such folder; --data takes the folder that holds the tables")
    for name in checks.names() if fix else []:
        if mend := repair.repair(folder, name):
            try:
                mend.write()
            except OSError as error:
                _fail(EXIT_FAILED, f"{mend.path}: cannot be written: {error.strerror}")
            click.echo(mend.diff())
    problems = checks.check(folder)
    if problems:
        click.echo(checks.report(problems), err=True)
        _fail(EXIT_DATA, f"{len(problems)} problem(s); no figure was touched")
    click.echo(f"{len(checks.names())} tables are right")


@main.command()
@click.argument("notebooks", nargs=-1, metavar="[NOTEBOOK]...")
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter; repeatable.")
@click.option("--figures", metavar="DIR", default="", help="Folder for the figures; default: the project's figures/.")
@click.option("--data", metavar="DIR", default="", help="Folder of the tables; default: the project's data/.")
def run(notebooks: tuple[str, ...], parameters: tuple[tuple[str, str], ...], figures: str, data: str) -> None:
    """Run notebooks (default: all) and regenerate their charts.

    Executed notebooks are kept in runs/. With other parameters than the defaults and without
    --figures, the charts go to runs/figures/, so that figures/ stays what the defaults draw.

    \b
    warledger run
    warledger run pledges -p since 2024-01-01 -p currency USD --figures /tmp/charts
    """
    from warledger import checks, runs
    from warledger.errors import ParameterError

    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # the kernel's debugger warns on every start
    names = [Path(name).stem if name.endswith(".ipynb") else name for name in notebooks]
    try:
        plans = runs.plan(names, dict(parameters), figures, data)
    except ParameterError as error:
        _fail(EXIT_USAGE, str(error))
    problems = checks.check(checks.data_folder(data))
    if problems:
        click.echo(checks.report(problems), err=True)
        _fail(EXIT_DATA, f"{len(problems)} problem(s) in the tables; no figure was touched")
    failed = [outcome for outcome in runs.run(plans, click.echo) if outcome.error]
    codes = {"ParameterError": EXIT_USAGE, "DataError": EXIT_DATA}
    if failed:
        _fail(codes.get(failed[0].error, EXIT_FAILED), f"{len(failed)} of {len(plans)} notebooks failed")


@main.command()
@click.option("--figures", metavar="DIR", default="", help="Folder of the figures; default: the project's figures/.")
def gallery(figures: str) -> None:
    """Write figures/index.html and figures/README.md: every chart with its text, sources and numbers.

    With the project's own figures, their headline numbers and first picture go into README.md too.
    """
    from warledger.checks import PROJECT
    from warledger.errors import FigureError
    from warledger.gallery import write_gallery
    from warledger.readme import write_numbers

    folder = Path(figures).expanduser().resolve() if figures else PROJECT / "figures"
    if not folder.is_dir():
        _fail(EXIT_USAGE, f"{figures}: no such folder; --figures takes the folder that holds the figures")
    try:
        pages = write_gallery(folder)
        if folder == PROJECT / "figures":
            pages.append(write_numbers(PROJECT / "README.md", folder))
        for page in pages:
            click.echo(f"written: {os.path.relpath(page)}")
    except (FigureError, OSError) as error:
        _fail(EXIT_FAILED, str(error))


def _fail(code: int, message: str) -> None:
    click.echo(f"warledger: {message}", err=True)
    sys.exit(code)
