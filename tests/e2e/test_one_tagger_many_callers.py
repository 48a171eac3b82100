"""Threads share a tagger and get the answers of one alone; nothing in the runtime opens a socket."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tagrt import Tagger, Tagging

TITLES = [
    f"{what} {n}" for n in range(40) for what in ("青岛啤酒 500ml", "cotton socks", "usb-c charger", "茶")
]

NO_SOCKETS = """
import socket, sys
def refuse(*_, **__):
    raise AssertionError("the runtime opened a socket")
socket.socket.__init__ = socket.create_connection = socket.getaddrinfo = refuse
sys.addaudithook(lambda event, _: refuse() if event.startswith("socket.") else None)
from tagrt.cli.main import main
code = main(["run", sys.argv[1], "--profile"]) or main(["tag", "tea"]) or main(["info"])
sys.exit(code)
"""


def test_sixteen_threads_get_the_answers_of_one() -> None:
    tagger = Tagger.load(threads=2)
    expected = list(tagger.tag_many(TITLES))
    single = [tagger.tag(title) for title in TITLES[:20]]

    def ask(turn: int) -> tuple[list[Tagging], list[Tagging]]:
        return list(tagger.tag_many(TITLES)), [tagger.tag(title) for title in TITLES[:20]]

    fresh = Tagger.load(threads=2)  # sessions are made at the first use, by whichever thread is first
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(32)))
        first = list(pool.map(fresh.tag, TITLES[:20] * 16))
    assert all(found == (expected, single) for found in answers)
    assert first == single * 16


def test_no_socket_is_opened(tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("title\ntea\n手机\n")
    done = subprocess.run(
        [sys.executable, "-c", NO_SOCKETS, str(tmp_path / "stock.csv")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "stock.tagged.csv").is_file()
