"""A real browser: Chromium of the system, driven by playwright; without them these tests are skipped.

Where BROWSER_TESTS is set, as in `.ci/run`, something that is missing is a failure instead.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

AXE = "4.14.1"
AXE_SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="


def pytest_collection_modifyitems(items):
    """Mark what lies in this folder; the hook sees the tests of all folders."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


def lacks(reason):
    """End a test that cannot be made here."""
    (pytest.fail if os.environ.get("BROWSER_TESTS") else pytest.skip)(reason)


@pytest.fixture(scope="module")  # not for the whole run: while playwright is open, its loop is the thread's
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacks("playwright is not installed: run `make browser`")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        lacks("no browser is installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        with playwright.chromium.launch(executable_path=chromium, args=options) as opened:
            yield opened


@dataclass
class Heard:
    """What a page said and asked for while it was open."""

    messages: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser):
    """Open a page in a context of its own; only addresses that begin with one of `homes` can be reached."""
    contexts = []

    def opened(address, *homes, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        heard = Heard()

        def gate(route):
            if route.request.url.startswith((*homes, "data:", "blob:")):
                route.continue_()
            else:
                heard.outside.append(route.request.url)
                route.abort()

        context.route("**/*", gate)
        page = context.new_page()
        page.on("console", lambda message: heard.messages.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: heard.messages.append(str(error)))
        page.goto(address)
        return page, heard

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe(request):
    """The code of axe-core, fetched once from the npm registry into the cache of pytest."""
    folder = request.config.cache.mkdir("axe-core")
    package = folder / f"axe-core-{AXE}.tgz"
    if not package.exists():
        if not shutil.which("npm"):
            lacks("axe-core cannot be fetched: npm is not installed")
        command = ["npm", "pack", f"axe-core@{AXE}", "--silent", "--pack-destination", folder]
        fetched = subprocess.run(command, capture_output=True, text=True, check=False)
        if fetched.returncode:
            lacks(f"axe-core cannot be fetched: {fetched.stderr.strip()[-300:]}")
    assert base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() == AXE_SHA512
    with tarfile.open(package) as archive:
        return archive.extractfile("package/axe.min.js").read().decode("utf-8")
