"""Running a file through a tagger: constant memory, input order, nothing lost."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TextIO

from tagrt.errors import ColumnError, UsageError
from tagrt.run.columns import ADDED, added_values
from tagrt.run.options import STDOUT, Progress, RunOptions, default_output
from tagrt.run.summary import Summary
from tagrt.tables.atomic import atomic_text
from tagrt.tables.columns import Columns, find_columns
from tagrt.tables.products import ProductReader
from tagrt.tables.reader import Table, open_table
from tagrt.tables.record import Record
from tagrt.tables.writer import CsvWriter, JsonlWriter, RecordWriter, added_names, unique_names
from tagrt.types import Decision, Language, Product, Reason, Tagging

_CHUNK_ROWS = 4096
_CHUNK_CHARACTERS = 8_000_000
_EMPTY = Tagging((), (), Decision.REVIEW, Reason.EMPTY_TITLE)
_UNREADABLE = Tagging((), (), Decision.REVIEW, Reason.UNREADABLE)


class FileTagger(Protocol):
    """What a run needs of a tagger."""

    def tag_many(self, products: Iterable[Product | str]) -> Iterator[Tagging]:
        """Tag products in their order."""


def run_file(
    tagger: FileTagger,
    source: Path,
    options: RunOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Tag every row of a file and write it with the tag columns added.

    The output appears whole when the run is done; a run that fails or is interrupted leaves none.

    Args:
        tagger: Tags the products.
        source: CSV, TSV or JSONL file, plain or gzip.
        options: What to do differently from the defaults.
        on_progress: Called after every few thousand rows.

    Returns:
        What was done.

    Raises:
        TagrtError: If the input cannot be read or the output not be written.
    """
    options = options or RunOptions()
    started = time.perf_counter()
    with _open(source, options) as table:
        columns = _columns(source, table, options)
        output_format = _format(options, table)
        target = _target(source, options, output_format)
        taken = unique_names(table.header) if output_format == "jsonl" else table.header
        names = added_names(taken, ADDED)
        summary = _summary(table, columns, target, names)
        with _opened(target, table, output_format) as file:
            writer = _writer(file, table, list(names.values()), output_format)
            products = ProductReader(columns)
            for chunk in _chunks(table):
                _write_chunk(chunk, products, tagger, writer, summary, options.language)
                summary.seconds = time.perf_counter() - started
                if on_progress:
                    on_progress(_progress(table, summary))
    summary.seconds = time.perf_counter() - started
    return summary


def _columns(source: Path, table: Table, options: RunOptions) -> Columns:
    try:
        return find_columns(table.header, options.columns, table.sample)
    except ColumnError as error:
        raise ColumnError(f"{source}: {error}") from error


def _open(source: Path, options: RunOptions) -> Table:
    return open_table(
        source,
        encoding=options.encoding,
        delimiter=options.delimiter,
        all_keys=options.format == "csv",
    )


def _summary(table: Table, columns: Columns, target: Path | None, names: Mapping[str, str]) -> Summary:
    return Summary(
        source=table.source.path,
        output=target,
        encoding=table.encoding.name,
        evidence=table.encoding.evidence,
        delimiter=table.delimiter,
        dialect=columns.dialect,
        columns=columns.described(table.header),
        renamed={name: new for name, new in names.items() if name != new},
    )


def _progress(table: Table, summary: Summary) -> Progress:
    return Progress(summary.rows, table.source.position(), table.source.size, summary.seconds)


def _format(options: RunOptions, table: Table) -> str:
    if options.format:
        return options.format
    suffix = options.output.suffix.lower() if options.output else ""
    if suffix == ".gz":
        raise UsageError(f"{options.output}: output is not compressed: leave .gz out")
    known = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
    return known.get(suffix) or ("jsonl" if table.is_jsonl else "csv")


def _target(source: Path, options: RunOptions, output_format: str) -> Path | None:
    if options.output == STDOUT:
        return None
    target = options.output or default_output(source, output_format)
    if target.exists() and target.samefile(source):
        raise UsageError(f"{target} is the input itself: choose another --output")
    return target


def _opened(target: Path | None, table: Table, output_format: str) -> AbstractContextManager[TextIO]:
    if target is None:
        return nullcontext(sys.stdout)
    # Spreadsheets take UTF-8 without a mark for the local code page; a file that had none keeps none.
    plain = output_format == "jsonl" or table.encoding.name == "utf-8"
    return atomic_text(target, "utf-8" if plain else "utf-8-sig")


def _writer(file: TextIO, table: Table, names: Sequence[str], output_format: str) -> RecordWriter:
    if output_format == "jsonl":
        return JsonlWriter(file, table.header, names)
    # What parts the cells of a table of one column was nowhere to be seen; with ours it is a comma.
    delimiter = table.delimiter if len(table.header) > 1 else ","
    return CsvWriter(file, table.header, names, delimiter or ",", table.newline)


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Cut by rows and by length, so that long descriptions do not add up in memory."""
    chunk: list[Record] = []
    length = 0
    for record in records:
        chunk.append(record)
        length += sum(map(len, record.cells)) + len(record.raw)
        if len(chunk) >= _CHUNK_ROWS or length >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk


def _write_chunk(
    chunk: Sequence[Record],
    products: ProductReader,
    tagger: FileTagger,
    writer: RecordWriter,
    summary: Summary,
    language: Language,
) -> None:
    for record, tagging in zip(chunk, _tag(chunk, products, tagger), strict=True):
        if record.damage:
            tagging = replace(tagging, decision=Decision.REVIEW, reason=Reason.DAMAGED)
        writer.write(record, added_values(tagging, language))
        summary.count(record, tagging, language)


def _tag(chunk: Sequence[Record], products: ProductReader, tagger: FileTagger) -> Iterator[Tagging]:
    known = [None if record.error else products.product(record) for record in chunk]
    taggings = iter(tagger.tag_many([product for product in known if product and product.title.strip()]))
    for product in known:
        if product is None:
            yield _UNREADABLE
        else:
            yield next(taggings) if product.title.strip() else _EMPTY
