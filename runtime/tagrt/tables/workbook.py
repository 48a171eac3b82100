"""Excel workbooks (.xlsx), read and written row by row; needs the extra `excel`."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tagrt.errors import InputFileError, MissingExtraError, OutputFileError
from tagrt.tables.headers import numbered_header
from tagrt.tables.record import Record

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_BYTES = 2 << 30
"""Most bytes of an unpacked workbook: one that claims more is no catalogue."""

MAX_ROWS = 1_048_576
MAX_CELL = 32_767
_SAMPLE_ROWS = 200


class Workbook:
    """The first sheet of a workbook that has anything in it.

    Cells give their values: of a formula, the one that was last computed.

    Attributes:
        sheet: Name of the sheet.
        header: Texts of its first row with anything in it; made-up names where that is a record.
    """

    def __init__(self, path: Path, file: IO[bytes], headed: bool = True) -> None:
        """Open a workbook.

        Args:
            path: For messages.
            file: Its bytes.
            headed: Whether its first row names the columns, or is a record already.

        Raises:
            InputFileError: If it is none, is damaged, too large when unpacked, or empty.
        """
        try:
            from openpyxl import load_workbook
        except ModuleNotFoundError as error:
            raise MissingExtraError("excel", "openpyxl") from error
        try:
            with zipfile.ZipFile(file) as packed:
                size = sum(part.file_size for part in packed.infolist())
            if size > MAX_BYTES:
                raise InputFileError(
                    f"{path} unpacks to {size >> 20:,} MB: save the sheet as CSV and try again",
                    "file.workbook",
                    path=path,
                )
            self._book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except InputFileError:
            raise
        except Exception as error:  # whatever a damaged archive or its XML makes the library stumble over
            raise _damaged(path, error) from error
        self._path = path
        sheet, self._first, values = self._find()
        self.sheet: str = sheet.title
        self._sheet = sheet
        self._headed = headed
        if headed:
            self.header = [cell_text(value) for value in values]
        else:
            self.header = numbered_header(max(len(row) for _, row in islice(self.values(), _SAMPLE_ROWS)))

    def values(self) -> Iterator[tuple[int, list[Any]]]:
        """Give number and typed values of the records, blank rows left out."""
        for number, values in self._rows(self._sheet):
            if values and (number > self._first or not self._headed):
                yield number, values

    def records(self) -> Iterator[Record]:
        """Give the records with their cells as text."""
        width = len(self.header)
        for count, (number, values) in enumerate(self.values(), start=1):
            cells = [cell_text(value) for value in values]
            cells += [""] * (width - len(cells))
            yield Record(count, cells[:width], tuple(cells[width:]), line=number)

    def _find(self) -> tuple[ReadOnlyWorksheet, int, list[Any]]:
        for sheet in self._book.worksheets:
            for number, values in self._rows(sheet):
                if values:
                    return sheet, number, values
        raise InputFileError(f"{self._path} is empty", "file.empty", path=self._path)

    def _rows(self, sheet: Any) -> Iterator[tuple[int, list[Any]]]:
        """Give every row with its number, cut behind its last filled cell."""
        sheet.reset_dimensions()  # some programs state wrong ones
        try:
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                values = list(row)
                while values and (values[-1] is None or values[-1] == ""):
                    values.pop()
                yield number, values
        except Exception as error:
            raise _damaged(self._path, error) from error


def cell_text(value: Any) -> str:
    """Return a typed value as text, as a CSV export would have it: whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def write_workbook(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a workbook of one sheet; texts stay texts, whatever they begin with.

    Raises:
        OutputFileError: If a cell or the rows are more than a workbook can hold.
    """
    from openpyxl import Workbook as Book
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Book(write_only=True)
    sheet = book.create_sheet("tagged")

    def cell(value: Any, row: int) -> Any:
        if not isinstance(value, str):
            return value
        if len(value) > MAX_CELL:
            raise OutputFileError(
                f"row {row}: a cell of {len(value):,} characters does not fit a workbook "
                f"({MAX_CELL:,} at most)"
            )
        made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
        made.data_type = "s"  # else a text that begins with = would become a formula
        return made

    try:
        sheet.append([cell(name, 0) for name in header])
        for number, row in enumerate(rows, start=1):
            if number >= MAX_ROWS:
                raise OutputFileError(f"a workbook holds {MAX_ROWS - 1:,} rows at most")
            sheet.append([cell(value, number) for value in row])
    except BaseException:
        sheet.close()  # or its temporary file stays open
        raise
    book.save(path)


def _damaged(path: Path, error: Exception) -> InputFileError:
    return InputFileError(
        f"{path} cannot be read as an Excel workbook ({error}): save the sheet as CSV and try again",
        "file.workbook",
        path=path,
    )
