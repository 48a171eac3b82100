"""The `tagrt` command itself: help, version, exit codes and missing extras."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from tagrt.cli import main as module
from tagrt.cli.main import BUILT_IN, cli, explain, main
from tagrt.errors import BundleError
from tagrt.types import ExitCode


def command_that_raises(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    @click.command("boom")
    def boom() -> None:
        raise error

    monkeypatch.setitem(cli.commands, "boom", boom)
    monkeypatch.setattr(module, "_load", lambda name: cli.commands.get(name))


def test_help_lists_built_in_and_announced_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == ExitCode.OK
    shown = capsys.readouterr().out
    for name in (*BUILT_IN, "distill", "export", "tui"):
        assert f"\n  {name} " in shown
    assert "tagrt run catalog.csv" in shown


def test_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == ExitCode.OK
    assert capsys.readouterr().out == f"tagrt {version('tagrt')}\n"


@pytest.mark.parametrize("words", [["no-such-command"], ["--no-such-option"], []])
def test_wrong_usage_exits_2_and_leaves_stdout_clean(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == ExitCode.USAGE
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Usage: tagrt" in shown.err


def test_a_users_error_is_one_line_with_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command_that_raises(monkeypatch, BundleError("m/model.onnx: changed"))
    assert main(["boom"]) == ExitCode.BAD_BUNDLE
    assert capsys.readouterr().err == "error: m/model.onnx: changed\n"


def test_an_interrupt_exits_130(monkeypatch: pytest.MonkeyPatch) -> None:
    command_that_raises(monkeypatch, KeyboardInterrupt())
    assert main(["boom"]) == ExitCode.INTERRUPTED


def test_a_missing_extra_gives_the_pip_command() -> None:
    script = (
        "import sys; sys.modules['textual'] = None; from tagrt.cli.main import main; sys.exit(main(['tui']))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == ExitCode.USAGE
    assert run.stderr.startswith("error: ")
    assert "pip install 'tagrt[tui]'" in run.stderr


def test_the_extra_is_the_one_of_the_command_that_was_called() -> None:
    missing = ModuleNotFoundError("torch", name="torch.nn")
    assert "tagrt[export]" in str(explain(missing, "export"))
    assert "tagrt[distill]" in str(explain(missing, "distill"))


def test_a_broken_import_of_our_own_is_not_hidden() -> None:
    broken = ModuleNotFoundError("tagrt.nowhere", name="tagrt.nowhere")
    assert explain(broken, "run") is broken


def test_a_closed_pipe_ends_quietly() -> None:
    script = "from tagrt.cli.main import main; import sys; sys.exit(main(['--help']))"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()
    assert complaint == b""
    assert process.returncode == ExitCode.OK
