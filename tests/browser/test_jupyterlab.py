"""JupyterLab as people use it: `make lab`, Run All, another parameter, a wrong one, save and commit."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from copies import copy_project
from warledger.checks import PROJECT

NOTEBOOKS = sorted(path.stem for path in (PROJECT / "notebooks").glob("*.ipynb"))
SECONDS = 60
POLL = 100  # milliseconds
# JupyterLab keeps only the cells in view in the page, so the window is as tall as the longest notebook.
TALL = {"width": 1400, "height": 16_000}
# Numbers of the cells that ran; nothing while one of them is waiting or running.
RAN = """() => {
    const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].map(p => p.innerText);
    return prompts.some(p => p.includes('*')) ? [] : prompts.map(p => Number(p.replace(/[^0-9]/g, '')));
}"""
SAVED = "() => !document.querySelector('.lm-TabBar-tab.jp-mod-dirty, .lm-DockPanel .jp-mod-dirty')"
ERRORS = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]'
COMPLAINTS = f'{ERRORS}, .jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]'


@dataclass
class Lab:
    """A JupyterLab that `make lab` started in a copy of the project; `opened` is what it gave to the browser."""

    project: Path
    opened: str
    address: str
    token: str

    def git(self, *words):
        return subprocess.run(["git", *words], cwd=self.project, capture_output=True, text=True, check=True).stdout

    def stop_kernels(self):
        """Stop all kernels: JupyterLab would give a notebook that is opened again the kernel that it had."""
        sessions = f"{self.address}api/sessions"
        headers = {"Authorization": f"token {self.token}"}
        with urlopen(Request(sessions, headers=headers)) as answer:
            running = json.load(answer)
        for session in running:
            urlopen(Request(f"{sessions}/{session['id']}", headers=headers, method="DELETE")).close()

    def page_of(self, notebook):
        """Return the address of a notebook in a workspace of its own, so that it is the only tab."""
        path = f"lab/workspaces/{notebook}{time.monotonic_ns()}/tree/notebooks/{notebook}.ipynb"
        return f"{self.address}{path}?token={self.token}"


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    project, home = folder / "project", folder / "home"
    project.mkdir()
    (project / ".venv").symlink_to(Path(sys.prefix))
    copy_project(project)
    given = folder / "opened"
    (home / "open").parent.mkdir()
    (home / "open").write_text(f'#!/bin/sh\necho "$1" > {given}\n', encoding="utf-8")
    (home / "open").chmod(0o755)
    (home / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}', encoding="utf-8")
    places = {"JUPYTER_CONFIG_DIR": home, "JUPYTER_RUNTIME_DIR": home / "runtime", "IPYTHONDIR": home / "ipython"}
    env = os.environ | {name: str(path) for name, path in places.items()}
    env |= {"HOME": str(home), "BROWSER": f"{home}/open %s", "PYTHONPATH": str(project / "src")}
    lab = Lab(project, "", "", "")
    log = folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(["make", "lab"], cwd=project, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        ends = time.monotonic() + SECONDS
        while not given.exists() or not given.stat().st_size:
            assert server.poll() is None, log.read_text(encoding="utf-8")[-2000:]
            assert time.monotonic() < ends, log.read_text(encoding="utf-8")[-2000:]
            time.sleep(0.1)
        lab.opened = given.read_text(encoding="utf-8").strip()
        forward = Path(lab.opened.removeprefix("file://")).read_text(encoding="utf-8")
        lab.address, lab.token = re.search(r'href="(http://[^/]+/)[^"]*token=(\w+)', forward).groups()
        yield lab
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture
def notebook(lab, open_page):
    """Opens a notebook, ready to run."""

    def opened(name):
        page, _ = open_page(lab.page_of(name), lab.address, viewport=TALL)
        page.set_default_timeout(SECONDS * 1000)
        cells = len(json.loads((lab.project / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"])
        shown = "cells => document.querySelectorAll('.jp-Notebook .jp-Cell').length === cells"
        page.wait_for_function(shown, arg=cells, polling=POLL)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        return page

    yield opened
    lab.stop_kernels()


def choose(page, menu, entry):
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=re.compile(entry)).click()


def run_all(page):
    """Run all cells and return the numbers that JupyterLab gave them; zero for a cell that did not run."""
    before = max(page.evaluate(RAN))
    choose(page, "Run", "^Run All Cells")
    page.wait_for_function(f"before => Math.max(0, ...({RAN})()) > before", arg=before, polling=POLL)
    return [number - before if number > before else 0 for number in page.evaluate(RAN)]


def set_parameter(page, old, new):
    """Replace the line that begins with `old`, as with Home, Shift and End."""
    line = page.locator(".cm-line").filter(has_text=re.compile(f"^{re.escape(old)}"))
    line.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.insert_text(new)


def pictures(page):
    """Return text and bytes of each picture, all of which the browser could decode."""
    found = page.locator(".jp-OutputArea img")
    assert (
        found.evaluate_all("all => Promise.all(all.map(one => one.decode().then(() => one.naturalWidth)))")
        == [1200] * found.count()
    )
    return found.evaluate_all("all => all.map(one => [one.alt, one.src])")


def save(page):
    choose(page, "File", "^Save Notebook(?! As)")
    page.wait_for_function(SAVED, polling=POLL)


def test_make_lab_opens_the_overview_with_the_project_beside_it(lab, open_page):
    page, _ = open_page(lab.opened, lab.opened, lab.address, viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(SECONDS * 1000)
    page.get_by_role("heading", name="What is known of this war in numbers").wait_for()
    page.locator(".jp-BreadCrumbs").get_by_text("notebooks").wait_for()  # a folder of the project, not its root


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_run_all_ends_with_the_committed_pictures_and_their_texts(lab, notebook, name):
    page = notebook(name)
    numbers = run_all(page)
    assert numbers == list(range(1, len(numbers) + 1))
    assert page.locator(COMPLAINTS).all_inner_texts() == []
    saved = [json.loads(path.read_text(encoding="utf-8")) for path in (PROJECT / "figures" / name).glob("*.json")]
    texts = [about["alt"] for about in saved if "alt" in about]  # the manifest has none
    assert texts
    assert sorted(text for text, _ in pictures(page)) == sorted(texts)
    assert lab.git("status", "--short", "figures") == ""


def test_another_parameter_gives_another_picture(lab, notebook):
    page = notebook("losses")
    run_all(page)
    before = pictures(page)
    set_parameter(page, "item: str =", 'item: str = "tanks"')
    numbers = run_all(page)
    assert numbers == list(range(1, len(numbers) + 1))
    after = pictures(page)
    assert len(after) == len(before)
    assert "personnel" in before[0][0]
    assert "tanks" in after[0][0]
    assert after[0][1] != before[0][1]
    assert lab.git("status", "--short", "figures") == ""  # those of another parameter go elsewhere


def test_an_impossible_parameter_shows_one_sentence(lab, notebook):
    page = notebook("losses")
    set_parameter(page, "item: str =", 'item: str = "tnaks"')
    numbers = run_all(page)
    assert numbers == [1, 2] + [0] * (len(numbers) - 2)  # the cell after the parameters stops it
    [said] = page.locator(COMPLAINTS).all_inner_texts()
    assert re.fullmatch(r"ParameterError: item: 'tnaks' is not known; did you mean tanks\? Allowed: [a-z_, ]+", said)
    assert pictures(page) == []
    assert lab.git("status", "--short", "figures") == ""


def test_saving_leaves_outputs_and_versions_out_of_git(lab, notebook):
    page = notebook("overview")
    file = lab.project / "notebooks" / "overview.ipynb"
    try:
        run_all(page)
        choose(page, "Edit", "^Clear Outputs of All Cells")
        save(page)
        assert file.read_text(encoding="utf-8") == (PROJECT / "notebooks" / file.name).read_text(encoding="utf-8")
        assert lab.git("status", "--short") == ""
        run_all(page)
        save(page)
        assert '"image/png"' in file.read_text(encoding="utf-8")
        lab.git("add", "--all")
        assert lab.git("diff", "--cached", "--name-only") == ""  # nothing that a commit would take
        set_parameter(page, "currency: str =", 'currency: str = "USD"')
        run_all(page)
        save(page)
        changed = [
            line for line in lab.git("diff", "--unified=0", "notebooks").splitlines() if re.match(r"[-+] ", line)
        ]
        assert [re.search(r"EUR|USD", line)[0] for line in changed] == ["EUR", "USD"]
    finally:
        lab.git("checkout", "notebooks")
