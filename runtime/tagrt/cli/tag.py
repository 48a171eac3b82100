"""`tagrt tag`: texts from the arguments or stdin, one line of tags each on stdout."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagrt.cli import options
from tagrt.types import Language, Reason, Tag, Tagging

if TYPE_CHECKING:
    from tagrt import Tagger

_CHUNK = 256
_SEPARATOR = " > "


@click.command("tag", short_help="Tag texts at once.")
@click.argument("texts", nargs=-1)
@options.language
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@click.option("--top", type=click.IntRange(min=0), default=0, help="Also give the N best guesses.")
@options.model
@options.vocabulary
def command(
    texts: tuple[str, ...],
    lang: str,
    as_json: bool,
    top: int,
    model: Path | None,
    vocabulary: Path | None,
) -> None:
    """Tag TEXTS, or the lines of stdin if there are none.

    Each text gives one line: text, path, probability, decision, with tabs between. With --top, lines
    whose decision is "guess" follow.

    \b
    Examples:
      tagrt tag "电脑" "USB-C charger 65W"
      tagrt tag --lang both --json < titles.txt
    """
    if not texts and sys.stdin.isatty():
        raise click.UsageError("give a text to tag, or pipe lines into stdin")
    from tagrt import Tagger

    tagger = Tagger.load(model, vocabulary=vocabulary)
    language = Language(lang)
    for text, tagging in _tag_in_chunks(tagger, texts or _stdin_lines()):
        guesses = tagger.candidates(text, count=top) if top else []
        if as_json:
            click.echo(_json_line(text, tagging, guesses, language))
        else:
            click.echo(_text_lines(text, tagging, guesses, language))


def _stdin_lines() -> Iterator[str]:
    stream = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
    return (line.rstrip("\r\n") for line in stream)


def _tag_in_chunks(tagger: Tagger, texts: Iterable[str]) -> Iterator[tuple[str, Tagging]]:
    remaining = iter(texts)
    while chunk := list(islice(remaining, _CHUNK)):
        yield from zip(chunk, tagger.tag_many(chunk), strict=True)


def _text_lines(text: str, tagging: Tagging, guesses: Iterable[tuple[Tag, ...]], language: Language) -> str:
    reason = "" if tagging.reason is Reason.NONE else f" ({tagging.reason})"
    lines = [_line(text, tagging.path, f"{tagging.decision}{reason}", language)]
    lines += [_line(text, guess, "guess", language) for guess in guesses]
    return "\n".join(lines)


def _line(text: str, path: tuple[Tag, ...], decision: str, language: Language) -> str:
    names = _SEPARATOR.join(tag.name(language) for tag in path) or "-"
    probability = f"{path[-1].probability:.3f}" if path else "-"
    return "\t".join((" ".join(text.split()), names, probability, decision))


def _json_line(text: str, tagging: Tagging, guesses: Iterable[tuple[Tag, ...]], language: Language) -> str:
    record = {
        "text": text,
        "tag_path": tagging.path_text(language),
        "path": [tag._asdict() for tag in tagging.path],
        "decision": str(tagging.decision),
        "reason": str(tagging.reason),
        "best": tagging.best._asdict() if tagging.best else None,
        "guesses": [[tag._asdict() for tag in guess] for guess in guesses],
    }
    return json.dumps(record, ensure_ascii=False)
