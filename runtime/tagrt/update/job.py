"""Updating a store: a file's new and changed products through the model, the rest by a look-up."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from tagrt.errors import ColumnError, OutputFileError, StoreError
from tagrt.run.job import FileTagger, cut
from tagrt.run.kept import model_fingerprint, model_name, row_cells
from tagrt.run.options import Progress, rejected_output
from tagrt.run.targets import refuse_same
from tagrt.store import Store
from tagrt.store.change import Stale
from tagrt.store.changes import ChangeLog
from tagrt.tables.columns import ColumnNames, find_columns
from tagrt.tables.products import ProductReader
from tagrt.tables.reader import Table, open_table
from tagrt.tables.record import Record
from tagrt.tables.source import Source
from tagrt.tables.writer import unique_names
from tagrt.types import OVERRIDES, Product, Tagging
from tagrt.update.rejected import RejectedFile
from tagrt.update.report import UpdateReport, write_changes
from tagrt.update.sort import Pending, Sorter

OnProgress = Callable[[Progress], None]
_LISTED_FAILURES = 10
_AUTOMATIC = {reason.value for reason in OVERRIDES}


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """Options of an update; what is None is found or chosen.

    Attributes:
        columns: Columns the caller named.
        encoding: Encoding of the file.
        delimiter: Delimiter of the file.
        headed: Whether the first row of the file names its columns.
        partial: Whether the file holds only a part of the shop: then nothing in it has vanished.
        retag: Whether products that another model tagged are tagged again.
        report: Where every change is written; beside the file if None.
    """

    columns: ColumnNames = field(default_factory=ColumnNames)
    encoding: str | None = None
    delimiter: str | None = None
    headed: bool = True
    partial: bool = False
    retag: bool = False
    report: Path | None = None


def update_store(
    tagger: FileTagger,
    store: Path,
    source: Path | None = None,
    options: UpdateOptions | None = None,
    on_progress: OnProgress | None = None,
) -> UpdateReport:
    """Bring a store up to date with a file, a model, the corrections made and the policy.

    Every step is one transaction. An update that is killed loses nothing of what it did; the next one of the
    same file goes on there, and its report tells both.

    Args:
        tagger: Tags the products.
        store: The store; made if there is none and a file is given.
        source: CSV, TSV, JSONL, .xlsx or .parquet; None goes through the store alone.
        options: What to do differently from the defaults.
        on_progress: Called after every thousand rows or so.

    Returns:
        What was done.

    Raises:
        TagrtError: If the file cannot be read, or the store or the report not be written.
    """
    options = options or UpdateOptions()
    started = time.perf_counter()
    report = UpdateReport(source, model_name(tagger), store)
    report.context = getattr(tagger, "described", "")
    report.written = options.report or _default_report(store, source)
    for target in (report.written, _rejected_file(report.written)):
        refuse_same(target, source, store)
    if not report.written.absolute().parent.is_dir():
        raise OutputFileError(f"{report.written}: there is no such folder: choose another --report")
    if source:
        Source(source).close()  # one that cannot be read leaves no store behind
    rejected = RejectedFile(_rejected_file(report.written))
    with _alone(store), Store(store, create=source is not None) as opened, rejected:
        where = str(source.resolve()) if source else "store"
        known = model_fingerprint(tagger), getattr(tagger, "context", "")
        log = ChangeLog(opened, where, report.model, *known)
        if source:
            _FileUpdate(tagger, log, report, options, rejected, on_progress).all()
        _again(tagger, log, report, options.retag)
        log.hide(getattr(tagger, "hidden_tags", {}))
        report.changes, report.moved = log.counts(), log.moved()
        report.other_model = log.of_other_models(known[0])
        write_changes(report.written, log.changes())
        report.seconds = time.perf_counter() - started
        counts = opened.counts()
        auto, review, human = (counts[name] for name in ("auto", "review", "human"))
        opened.end_run(log.run, report.rows, auto, review, human, report.seconds)
    return report


def _rejected_file(report: Path) -> Path:
    return rejected_output(report.with_name(_stem(report)))


class _FileUpdate:
    """Rows of one file on their way into a store."""

    def __init__(
        self,
        tagger: FileTagger,
        log: ChangeLog,
        report: UpdateReport,
        options: UpdateOptions,
        rejected: RejectedFile,
        on_progress: OnProgress | None,
    ) -> None:
        assert report.source
        self._tagger = tagger
        self._log = log
        self._report = report
        self._options = options
        self._on_progress = on_progress
        self._source = report.source
        self._rejected = rejected
        self._under_way: deque[Pending] = deque()

    def all(self) -> None:
        """Read, sort and tag the whole file, then see what is missing in it."""
        started = time.perf_counter()
        with self._open() as table:
            self._rejected.header = table.header
            header = unique_names(table.header)
            sorter = Sorter(self._log, header, self._once_more)
            for taggings in self._tagger.tag_chunks(self._chunks(table, sorter)):
                pending = self._under_way.popleft()
                self._keep(header, pending, taggings)
                sorter.settled(pending)
                if self._on_progress:
                    source, spent = table.source, time.perf_counter() - started
                    self._on_progress(Progress(self._report.rows, source.position(), source.size, spent))
        self._report.rejected = self._rejected.path if self._rejected.written else None
        self._report.unchanged, self._report.untitled = sorter.unchanged, sorter.untitled
        if not (self._options.partial or self._report.failed):  # a row that cannot be read may be any product
            self._log.vanished(sorter.seen)

    def _chunks(self, table: Table, sorter: Sorter) -> Iterator[list[Product]]:
        for records, products in self._read(table):
            for record in records:
                if record.error or record.damage:
                    self._rejected.write(record)
                    _count_failure(self._report, record)
            self._report.rows += len(records)
            yield from self._asked(sorter.sort(records, products))
        yield from self._asked(sorter.end())

    def _asked(self, sorted_rows: Iterable[Pending]) -> Iterator[list[Product]]:
        for pending in sorted_rows:
            if pending.rows:
                self._under_way.append(pending)
                yield [row.product for row in pending.rows]

    def _open(self) -> Table:
        options = self._options
        return open_table(
            self._source,
            encoding=options.encoding,
            delimiter=options.delimiter,
            headed=options.headed,
            all_keys=True,
        )

    def _read(self, table: Table) -> Iterator[tuple[list[Record], list[Product]]]:
        try:
            columns = find_columns(table.header, self._options.columns, table.sample, table.headed)
        except ColumnError as error:
            raise ColumnError(f"{self._source}: {error}") from error
        reader = ProductReader(columns)
        for records in cut(table):
            yield records, [Product("") if r.error else reader.product(r) for r in records]

    def _once_more(self) -> Iterator[tuple[list[Record], list[Product]]]:
        with self._open() as table:
            yield from self._read(table)

    def _keep(self, header: Sequence[str], pending: Pending, taggings: Sequence[Tagging]) -> None:
        self._log.record(
            pending.found,
            [row.product for row in pending.rows],
            taggings,
            [row_cells(header, row.record) for row in pending.rows],
            [row.digest for row in pending.rows],
        )


def _again(tagger: FileTagger, log: ChangeLog, report: UpdateReport, retag: bool) -> None:
    """Tag again what a new model, new corrections or a new policy may see otherwise."""
    under_way: deque[list[Stale]] = deque()

    def chunks() -> Iterator[list[Product]]:
        for page in log.stale(model_fingerprint(tagger) if retag else None):
            under_way.append(page)
            yield [stale.product for stale in page]

    for taggings in tagger.tag_chunks(chunks()):
        page = under_way.popleft()
        with log.store.transaction():
            now = log.known([stale.known.key for stale in page])
            # Another process may have been here meanwhile: what it changed is its own.
            pairs = [
                (s, t)
                for s, t in zip(page, taggings, strict=True)
                if now[s.known.key].content == s.known.content
            ]
            taken = [
                (s, t) for s, t in pairs if retag or t.reason in OVERRIDES or s.known.reason in _AUTOMATIC
            ]
            log.record(
                [(s.known.key, s.known) for s, _ in taken],
                [s.product for s, _ in taken],
                [t for _, t in taken],
                [s.cells for s, _ in taken],
                [None] * len(taken),
            )
            log.looked_at([stale.known for stale, _ in pairs])
        report.retagged_rows += len(pairs)


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Keep two updates of one store from telling each other's changes; everyone else may go on with it.

    Raises:
        StoreError: If another update is at work.
    """
    if not store.parent.is_dir():
        raise StoreError(f"{store}: its folder does not exist: create it first")
    lock = FileLock(store.with_name(f".{store.name}.update.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreError(f"{store} is being updated by another tagrt: wait for it") from None
    except OSError as error:
        raise StoreError(f"{store}: its folder cannot be written ({error.strerror})") from error
    try:
        yield
    finally:
        if os.name != "nt":
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def _count_failure(report: UpdateReport, record: Record) -> None:
    report.failed += bool(record.error)
    report.damaged += bool(record.damage and not record.error)
    if len(report.failures) < _LISTED_FAILURES:
        report.failures.append(f"line {record.line or record.number}: {record.error or record.damage}")


def _default_report(store: Path, source: Path | None) -> Path:
    base = source or store
    name = Path(base.name[:-3]) if base.suffix.lower() == ".gz" else Path(base.name)
    return base.with_name(f"{name.stem}.changes.csv")


def _stem(report: Path) -> str:
    return f"{report.stem.removesuffix('.changes')}.csv"
