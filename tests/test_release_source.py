"""Opening a release: what is no release ends in one sentence, what hangs ends in bounded time."""

import http.server
import threading
import time

import pytest

from warledger.errors import DataError
from warledger.releases import source as module
from warledger.releases.source import opened, read_csv

WANTED = {"launched": ("launched",), "model": ("model", "weapon")}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path: a file, an error page, redirects, silence, drops."""

    def do_GET(self):
        name = self.path.strip("/")
        if name == "silent":
            time.sleep(2)
            return
        if name in ("to_file", "to_ftp", "to_data"):
            target = {"to_file": "file:///etc/hostname", "to_ftp": "ftp://127.0.0.1/x", "to_data": "/data.csv"}[name]
            self.send_response(302)
            self.send_header("Location", target)
            self.end_headers()
            return
        self.send_response(403 if name == "forbidden" else 200)
        body = {"page.csv": b"<!DOCTYPE html><html>", "big": b"x" * 5000}.get(name, b"launched,model\n3,Kalibr\n")
        if name == "short":
            self.send_header("Content-Length", "9999")
        self.end_headers()
        for part in [body[at : at + 1] for at in range(len(body))] if name == "drip" else [body]:
            self.wfile.write(part)
            time.sleep(0.1 if name == "drip" else 0)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def write(tmp_path, text, name="log.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path, **more):
    with opened(path) as source:
        return read_csv(source, WANTED, **more)


def test_an_address_and_a_path_give_the_same_file(server, tmp_path):
    with opened(f"{server}/data.csv") as there, opened(write(tmp_path, "launched,model\n3,Kalibr\n")) as here:
        assert there.sha256 == here.sha256
        assert (there.name, there.url) == ("data.csv", f"{server}/data.csv")
        assert here.url == ""
    assert read(f"{server}/to_data")["model"].tolist() == ["Kalibr"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("to_file", "Redirection to url 'file:///etc/hostname' is not allowed"),
        ("to_ftp", "redirects to ftp://127.0.0.1/x"),
        ("forbidden", "the server answers 403 Forbidden; download the file in a browser and give its path"),
        ("page.csv", "this is a web page, not data"),
        ("short", "bytes arrived; try again"),
    ],
)
def test_an_answer_that_is_no_file_ends_in_a_sentence(server, name, sentence):
    with pytest.raises(DataError, match=r"page.csv|http://127.0.0.1") as error, opened(f"{server}/{name}"):
        pass
    assert sentence in str(error.value)


def test_silence_drops_and_endless_answers_end_in_bounded_time(server, monkeypatch):
    monkeypatch.setattr(module, "WAIT", 0.3)
    monkeypatch.setattr(module, "WHOLE", 0.5)
    monkeypatch.setattr(module, "LARGEST", 1000)
    began = time.monotonic()
    for name, sentence in (
        ("silent", "no complete answer in time"),
        ("drip", "in time"),
        ("big", "more than the 1,000"),
    ):
        with pytest.raises(DataError, match=sentence), opened(f"{server}/{name}"):
            pass
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/nowhere/log.csv", "there is no such file"),
        ("s3://bucket/log.csv", "only paths and http or https"),
        ("file:///etc/hostname", "only paths and http or https"),
        ("http://", "cannot be read"),
        ("/tmp", "there is no such file"),
    ],
)
def test_a_path_that_is_no_file_ends_in_a_sentence(path, sentence):
    with pytest.raises(DataError, match=sentence), opened(path):
        pass


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file is empty"),
        ("lunched,model\n3,Kalibr\n", "header: no column 'launched'; did you mean 'lunched'?"),
        ("launched,launched ,model\n1,2,Kalibr\n", "2 columns are called 'launched'"),
        ("launched,model\n1,Kalibr\n3,Kalibr,9\n", "row 3: more cells than the 2 columns; quote a text"),
        ("launched,model\n3,Kalibr,9,9\n", "row 2: more cells than the 2 columns"),
        ("launched,model\n3,\xff\n".encode("latin-1"), "is not UTF-8"),
        (",".join(f"c{number}" for number in range(16_384)) + "\n", "16,384 columns, more than the 1,000"),
        ("x" * 1_100_000, "the first line does not end"),
        ('launched,model\n3,"Kalibr\n', "is no sound CSV file"),
    ],
)
def test_a_csv_file_that_cannot_be_read_right_is_refused(tmp_path, text, sentence):
    with pytest.raises(DataError) as error:
        read(write(tmp_path, text))
    assert sentence in str(error.value)
    assert str(error.value).startswith("log.csv: ")


def test_a_byte_order_mark_blanks_in_names_and_other_columns_do_not_matter(tmp_path):
    frame = read(write(tmp_path, "\ufeffModel ,x,Launched\nNA,1,\n,2,4\n"))
    assert frame["model"].tolist()[0] == "NA"
    assert frame["model"].isna().tolist() == [False, True]
    assert frame["launched"].isna().tolist() == [True, False]


def test_a_name_is_fit_for_a_source_line(tmp_path):
    with opened(write(tmp_path, "launched\n", "журнал " + "x" * 200 + ".csv")) as source:
        assert source.name.isascii()
        assert len(source.name) <= 60
        assert source.name.endswith(".csv")
