"""The command `warledger`: check the tables, run the notebooks."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

EXIT_FAILED, EXIT_USAGE, EXIT_DATA = 1, 2, 3
MESSAGES = 20


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check the ledger's tables and regenerate its charts.

    Exit codes: 0 done, 1 a run failed, 2 wrong usage or a parameter that
    cannot be used, 3 bad data, 130 or 143 interrupted.
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


PARAMETERS = [
    click.option("-p", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter; repeatable."),
    click.option("-f", "file", metavar="FILE", default="", help="YAML file of parameters; -p goes before it."),
]
RUNNING = [
    click.option("--force", is_flag=True, help="Run also what is current."),
    click.option("-j", "--jobs", type=click.IntRange(min=1), help="Notebooks at once; default: processors + 1."),
    click.option(
        "--engine", type=click.Choice(["forked", "papermill"]), help="How kernels start; default: forked on Linux."
    ),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but what failed."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each event."),
]


def _with(options: list):
    def add(command):
        for option in reversed(options):
            command = option(command)
        return command

    return add


@main.command()
@click.argument("notebooks", nargs=-1, metavar="[NOTEBOOK]...")
@_with(PARAMETERS)
@click.option("--figures", metavar="DIR", default="", help="Folder for the figures; default: the project's figures/.")
@click.option("--data", metavar="DIR", default="", help="Folder of the tables; default: the project's data/.")
@_with(RUNNING)
@click.option("--dry-run", is_flag=True, help="Only say what would run, and why.")
@click.option("--help-parameters", is_flag=True, help="List the parameters of the notebooks.")
def run(
    notebooks: tuple[str, ...], given: tuple[tuple[str, str], ...], file: str, figures: str, data: str, force: bool,
    jobs: int | None, engine: str | None, quiet: bool, as_json: bool, dry_run: bool, help_parameters: bool,
) -> None:  # fmt: skip
    """Run notebooks (default: all) whose charts are not current, several at once.

    A notebook is current when its code, its parameters, the libraries, every file that it read and every
    file that it wrote are what they were. Executed notebooks are kept in runs/. With other parameters
    than the defaults and without --figures, the charts go to runs/figures/.

    \b
    warledger run
    warledger run pledges -p since 2024-01-01 -p currency USD --figures /tmp/charts
    """
    from warledger import fresh, runs
    from warledger.errors import ParameterError

    names = [Path(name).stem if name.endswith(".ipynb") else name for name in notebooks]
    try:
        if help_parameters:
            _list_parameters(names or runs.notebook_names())
            return
        plans = runs.plan(names, _parameters(file, given), figures, data)
    except ParameterError as error:
        _fail(EXIT_USAGE, str(error))
    with _interruptible():
        _check_tables(data)
        todo = runs.jobs_of(plans)
        if dry_run:
            for job in todo:
                verdict = fresh.judge(job.notebook, fresh.identity(job.notebook, job.parameters), job.folder)
                click.echo(f"{job.title}: would run: forced" if force else f"{job.title}: {verdict}")
            return
        _execute(todo, quiet, as_json, force=force, where=runs.Local(engine or runs.ENGINES[0], jobs or 0))


@main.command()
def status() -> None:
    """Say of each notebook whether its charts in figures/ are current, stale (why), edited by hand, or never run.

    Exit code 0 when all are current, otherwise 1.
    """
    from warledger import fresh, runs

    verdicts = {}
    for job in runs.jobs_of({name: {} for name in runs.notebook_names()}):
        verdicts[job.title] = fresh.judge(job.notebook, fresh.identity(job.notebook, job.parameters), job.folder)
        click.echo(f"{job.title}: {verdicts[job.title]}")
    if any(verdict.state != "current" for verdict in verdicts.values()):
        sys.exit(EXIT_FAILED)


@main.command()
@click.argument("notebook")
@click.option("--over", "overs", multiple=True, required=True, metavar="NAME=VALUES", help="What to vary; see above.")
@_with(PARAMETERS)
@_with(RUNNING)
@click.option("--scheduler", metavar="ADDRESS", default="", help="Run on the Dask cluster at tcp://host:port.")
def sweep(
    notebook: str, overs: tuple[str, ...], given: tuple[tuple[str, str], ...], file: str, force: bool,
    jobs: int | None, engine: str | None, quiet: bool, as_json: bool, scheduler: str,
) -> None:  # fmt: skip
    """Run one notebook for many values of its parameters; several --over make a grid.

    \b
    --over until=2024-01-01..2024-12-31        every day; a third part is the step: ..7
    --over top=5..15                           every whole number
    --over currency=EUR,USD,UAH                a list
    --over oblast=@places.csv                  the column `oblast` of a CSV file
    --over @runs.csv                           all its columns, one run a row

    Charts and executed notebooks go to runs/NOTEBOOK/<values>/, with runs/NOTEBOOK/index.html and sweep.csv.
    A sweep that was cut short goes on where it stopped; a run that fails does not stop the others.
    """
    from warledger import runs, sweeps
    from warledger.errors import LedgerError, ParameterError

    try:
        todo = sweeps.plan(notebook, overs, _parameters(file, given))
    except ParameterError as error:
        _fail(EXIT_USAGE, str(error))
    with _interruptible():
        _check_tables("")
        where = runs.Local(engine or runs.ENGINES[0], jobs or 0)
        if scheduler:
            from warledger import cluster

            try:
                where = cluster.Cluster(scheduler)
            except LedgerError as error:
                _fail(EXIT_FAILED, str(error))
        home = sweeps.home(notebook)
        _execute(todo, quiet, as_json, lambda ended: sweeps.write_index(notebook, todo, ended),
                 force=force, where=where, lock=home)  # fmt: skip
        if not quiet and not as_json:
            click.echo(f"written: {os.path.relpath(home / 'index.html')} and sweep.csv")


@main.command()
@click.option("--figures", metavar="DIR", default="", help="Folder of the figures; default: the project's figures/.")
@click.option("--site", metavar="DIR", default="", help="Write the page there, with a zip of each figure.")
def gallery(figures: str, site: str) -> None:
    """Write figures/index.html and figures/README.md: every chart with its text, sources and numbers.

    With the project's own figures, their headline numbers and first picture go into README.md too.
    With --site, nothing in the folder of the figures changes: a copy is made for a web server.
    """
    from warledger.checks import PROJECT
    from warledger.errors import FigureError
    from warledger.gallery import write_gallery
    from warledger.readme import write_numbers
    from warledger.site import write_site

    folder = Path(figures).expanduser().resolve() if figures else PROJECT / "figures"
    if not folder.is_dir():
        _fail(EXIT_USAGE, f"{figures}: no such folder; --figures takes the folder that holds the figures")
    try:
        pages = [write_site(folder, Path(site).expanduser())] if site else write_gallery(folder)
        if not site and folder == PROJECT / "figures" and (folder / "overview").is_dir():
            pages.append(write_numbers(PROJECT / "README.md", folder))
        for page in pages:
            click.echo(f"written: {os.path.relpath(page)}")
    except (FigureError, OSError) as error:
        _fail(EXIT_FAILED, str(error))


def _execute(jobs: Sequence, quiet: bool, as_json: bool, after=lambda outcomes: None, **options) -> None:
    """Run jobs, show how it goes, and end with a table of what failed and the fitting exit code."""
    from warledger import progress, runs
    from warledger.errors import FigureError

    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # the kernel's debugger warns on every start
    try:
        with progress.shown(quiet, as_json) as (tell, on_cell):
            outcomes = runs.run_jobs(jobs, tell, on_cell=on_cell, **options)
        after(outcomes)
    except (FigureError, OSError) as error:
        _fail(EXIT_FAILED, str(error))
    failed = [(job, outcome) for job, outcome in zip(jobs, outcomes, strict=True) if outcome.error]
    if failed:
        for job, outcome in failed[:MESSAGES]:
            click.echo("\n    ".join(filter(None, [f"{job.title}: {outcome.message}", outcome.place])), err=True)
        if len(failed) > MESSAGES:
            click.echo(f"and {len(failed) - MESSAGES} more", err=True)
        codes = {"ParameterError": EXIT_USAGE, "DataError": EXIT_DATA}
        code = EXIT_FAILED if "lock" in options else codes.get(failed[0][1].error, EXIT_FAILED)
        _fail(code, f"{len(failed)} of {len(jobs)} runs failed")


def _parameters(file: str, given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters of a file and of the command line as texts."""
    from warledger.notebooks import read_parameter_file

    return (read_parameter_file(Path(file)) if file else {}) | dict(given)


def _list_parameters(names: Sequence[str]) -> None:
    """Print name, type, default and meaning of each parameter."""
    from warledger.errors import ParameterError
    from warledger.notebooks import notebook_names, read_parameters, source_of

    for name in names:
        if name not in notebook_names():
            raise ParameterError(f"no notebook {name!r}; there are {', '.join(notebook_names())}")
        click.echo(f"{name}:")
        for parameter in read_parameters(source_of(name)).values():
            click.echo(f"  {parameter.name}: {parameter.type} (default {parameter.default!r})  {parameter.help}")


def _check_tables(data: str) -> None:
    from warledger import checks

    if problems := checks.check(checks.data_folder(data)):
        click.echo(checks.report(problems), err=True)
        _fail(EXIT_DATA, f"{len(problems)} problem(s) in the tables; no figure was touched")


class _Stopped(BaseException):
    """A signal asked to stop."""


@contextmanager
def _interruptible() -> Iterator[None]:
    """End with 130 or 143 after SIGINT or SIGTERM: kernels are killed, temporary files removed, within 5 s."""

    def stop(signum: int, frame) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
        last = threading.Timer(4.5, os._exit, [128 + signum])
        last.daemon = True
        last.start()
        raise _Stopped(signum)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except _Stopped as stopped:
        click.echo("warledger: interrupted; figures that were not finished are as they were", err=True)
        sys.exit(128 + stopped.args[0])
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _fail(code: int, message: str) -> None:
    click.echo(f"warledger: {message}", err=True)
    sys.exit(code)
