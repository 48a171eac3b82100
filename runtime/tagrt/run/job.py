"""Running a file through a tagger: constant memory, input order, nothing lost."""

from __future__ import annotations

import hashlib
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from tagrt.errors import ColumnError, UsageError
from tagrt.run.columns import ADDED, added_values
from tagrt.run.control import RunControl
from tagrt.run.convert import CONVERTED, converter
from tagrt.run.durable import DurableOutput
from tagrt.run.kept import Kept
from tagrt.run.options import STDOUT, Progress, RunOptions, default_output, rejected_output
from tagrt.run.rejected import RejectedRows
from tagrt.run.summary import Summary
from tagrt.run.targets import refuse_same
from tagrt.tables.columns import Columns, find_columns
from tagrt.tables.format import Format, format_of
from tagrt.tables.products import ProductReader
from tagrt.tables.reader import Table, open_table
from tagrt.tables.record import Record
from tagrt.tables.writer import CsvWriter, JsonlWriter, RecordWriter, added_names, unique_names
from tagrt.types import Decision, Language, Product, Reason, Tagging

if TYPE_CHECKING:
    from tagrt.inference.stages import Stages

_CHUNK_ROWS = 1024
_CHUNK_CHARACTERS = 2_000_000
_CHARTED_TAGS = 20
_UNREADABLE = Tagging((), (), Decision.REVIEW, Reason.UNREADABLE)


class FileTagger(Protocol):
    """What a run needs of a tagger."""

    @property
    def fingerprint(self) -> str:
        """A hash of everything that decides its tags."""

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: Stages | None = None
    ) -> Iterator[Sequence[Tagging]]:
        """Tag chunk after chunk of products; what a chunk gets must depend on that chunk alone."""

    def corrected(self, tagging: Tagging, tag: str, changed: bool = False) -> Tagging:
        """Put what a person decided in the place of what the model did."""


def run_file(
    tagger: FileTagger,
    source: Path,
    options: RunOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    control: RunControl | None = None,
) -> Summary:
    """Tag every row of a file and write it with the tag columns added.

    The output appears whole when the run is done. A run that is interrupted, killed or finds the disk full
    leaves what it has in a hidden file beside it, and another one with `RunOptions.resume` goes on there;
    the output is then the same, byte for byte, as without the cut.

    Args:
        tagger: Tags the products.
        source: CSV, TSV or JSONL file, plain or gzip, an Excel workbook or a Parquet file.
        options: What to do differently from the defaults.
        on_progress: Called after every thousand rows or so.
        control: Pauses or stops the run.

    Returns:
        What was done.

    Raises:
        RunStopped: If `control` stopped it.
        TagrtError: If the input cannot be read or the output not be written.
    """
    from tagrt.inference.stages import Stages

    options = options or RunOptions()
    control = control or RunControl()
    started = time.perf_counter()
    stages = Stages()

    def elapsed() -> float:
        return time.perf_counter() - started - control.waited

    with _open(source, options) as table:
        columns = _columns(source, table, options)
        output_format = _format(options, table)
        target = _target(source, options, output_format)
        taken = table.header if output_format is Format.CSV else unique_names(table.header)
        names = added_names(taken, ADDED)
        summary = _summary(table, columns, target, names)

        def passed() -> None:
            summary.seconds = elapsed()
            summary.stages = stages.seconds
            if on_progress:
                on_progress(_progress(table, summary))
            control.check()

        with Kept(tagger, options.store, source, table.header) as kept:
            work = _Work(tagger, table, columns, options.language, summary, stages, passed, kept)
            _write(work, target, output_format, list(names.values()), options)
            summary.seconds = elapsed()
            kept.end(summary)
    summary.seconds = elapsed()
    return summary


class _Work:
    """Chunks on their way from a table through a tagger to a writer."""

    def __init__(
        self,
        tagger: FileTagger,
        table: Table,
        columns: Columns,
        language: Language,
        summary: Summary,
        stages: Stages,
        passed: Callable[[], None],
        kept: Kept,
    ) -> None:
        self.tagger = tagger
        self.table = table
        self.summary = summary
        self._language = language
        self._stages = stages
        self._passed = passed
        self.kept = kept
        self._products = ProductReader(columns)
        self._under_way: deque[tuple[list[Record], list[Product]]] = deque()

    def write(
        self,
        writer: RecordWriter,
        rejected: RejectedRows | None = None,
        written: int = 0,
        on_chunk: Callable[[int], None] | None = None,
    ) -> None:
        """Tag and write all chunks but the first `written`; tell after each how many are."""
        for taggings in self.tagger.tag_chunks(self._chunks(written), self._stages):
            records, products = self._under_way.popleft()
            taggings = list(map(_judged, records, taggings))
            if self.kept.store:
                with self._stages.timed("store"):
                    taggings = self.kept.taggings(records, products, taggings)
            with self._stages.timed("write"):
                for record, tagging in zip(records, taggings, strict=True):
                    writer.write(record, added_values(tagging, self._language))
                    self.summary.count(record, tagging, self._language)
                    if rejected:
                        rejected.write(record)
            written += 1
            if on_chunk:
                on_chunk(written)
            self._passed()

    def _chunks(self, written: int) -> Iterator[list[Product]]:
        chunks = cut(self.table)
        number = 0
        while True:
            with self._stages.timed("read"):
                records = next(chunks, None)
                if records is None:
                    return
                # Also of chunks that are written: a variant may take its title from a row before it.
                products = [Product("") if r.error else self._products.product(r) for r in records]
            number += 1
            if number > written:
                self._under_way.append((records, products))
                yield products


def _write(
    work: _Work, target: Path | None, output_format: Format, names: Sequence[str], options: RunOptions
) -> None:
    if target is not None:
        _write_durably(work, target, output_format, names, options)
        return
    if options.resume:
        raise UsageError("standard output cannot be gone on with: leave --resume out, or give --output")
    writer = _writer(sys.stdout, work.table, output_format, names, options)
    writer.header(work.table.header, names)
    work.write(writer)


def _write_durably(
    work: _Work, target: Path, output_format: Format, names: Sequence[str], options: RunOptions
) -> None:
    table, summary = work.table, work.summary
    # Spreadsheets take UTF-8 without a mark for the local code page; a file that had none keeps none.
    mark = output_format is Format.CSV and table.encoding.name != "utf-8"
    rejected = rejected_output(target)
    convert = converter(table, output_format, names)  # before hours of work, should a package be missing
    with DurableOutput(
        target, rejected, _identity(work.tagger, table, options), options.resume, mark
    ) as durable:
        found = durable.found
        if found:
            summary.restore(found.counts)
            work.kept.resumed = True
        if not (found and found.complete):
            chunks = found.chunks if found else 0
            writer = _writer(durable.output, table, output_format, names, options)
            if not found:
                writer.header(table.header, names)
            listed = RejectedRows(durable.also, table.header, begun=bool(found and found.lengths["also"]))
            work.write(writer, listed, chunks, lambda done: durable.note(done, summary.counts()))
            durable.note(chunks, summary.counts(), complete=True)
        durable.commit(convert)
        summary.rejected = rejected if summary.failed or summary.damaged else None


def _identity(tagger: FileTagger, table: Table, options: RunOptions) -> dict[str, str]:
    """Return what must not change between a run and the one that goes on with it."""
    status = table.source.path.stat()
    chosen = {**asdict(options), "resume": None, "output": None}
    return {
        "input file": f"{table.source.path.resolve()} {status.st_size} {status.st_mtime_ns}",
        "model, vocabulary or version of tagrt": tagger.fingerprint,
        "set of options": hashlib.sha256(repr(sorted(chosen.items())).encode()).hexdigest(),
    }


def _judged(record: Record, tagging: Tagging) -> Tagging:
    """Leave rows that were not read whole to a person."""
    if record.error:
        return _UNREADABLE
    return tagging._replace(decision=Decision.REVIEW, reason=Reason.DAMAGED) if record.damage else tagging


def _columns(source: Path, table: Table, options: RunOptions) -> Columns:
    try:
        return find_columns(table.header, options.columns, table.sample, table.headed)
    except ColumnError as error:
        raise ColumnError(f"{source}: {error}", error.code, **error.details) from error


def _open(source: Path, options: RunOptions) -> Table:
    return open_table(
        source,
        encoding=options.encoding,
        delimiter=options.delimiter,
        headed=options.headed,
        all_keys=options.format not in (None, "jsonl"),
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
    return Progress(
        summary.rows,
        table.source.position(),
        table.source.size,
        summary.seconds,
        auto=summary.auto,
        review=summary.review,
        human=summary.human,
        failed=summary.failed,
        resumed=summary.resumed,
        top_tags=tuple(summary.top_tags.most_common(_CHARTED_TAGS)),
    )


def _format(options: RunOptions, table: Table) -> Format:
    if options.format:
        return Format(options.format)
    if options.output and options.output.suffix.lower() == ".gz":
        raise UsageError(f"{options.output}: output is not compressed: leave .gz out")
    if options.output == STDOUT and table.format in CONVERTED:
        return Format.CSV
    return (format_of(options.output) if options.output else None) or table.format


def _target(source: Path, options: RunOptions, output_format: Format) -> Path | None:
    if options.output == STDOUT:
        if output_format in CONVERTED:
            raise UsageError(f"{output_format.value} cannot go to standard output: give --output FILE")
        return None
    target = options.output or default_output(source, output_format)
    refuse_same(target, source, options.store)
    refuse_same(rejected_output(target), source, options.store)
    return target


def _writer(
    file: TextIO, table: Table, output_format: Format, names: Sequence[str], options: RunOptions
) -> RecordWriter:
    if output_format is Format.JSONL:
        return JsonlWriter(file, table.header, names)
    if output_format in CONVERTED:
        return CsvWriter(file, ",", "\n", options.sanitize)
    # What parts the cells of a table of one column was nowhere to be seen; with ours it is a comma.
    delimiter = table.delimiter if len(table.header) > 1 else ","
    return CsvWriter(file, delimiter or ",", table.newline, options.sanitize)


def cut(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Cut records into chunks by rows and by length, so that long descriptions do not add up in memory."""
    chunk: list[Record] = []
    length = 0
    for record in records:
        chunk.append(record)
        length += len("".join(record.cells)) + len(record.raw)
        if len(chunk) >= _CHUNK_ROWS or length >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk
