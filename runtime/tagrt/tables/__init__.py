"""Tables as shops export them: reading with every cell kept as text, writing without loss."""

from tagrt.tables.columns import ColumnNames, Columns, find_columns
from tagrt.tables.reader import Table, open_table
from tagrt.tables.record import Record

__all__ = ["ColumnNames", "Columns", "Record", "Table", "find_columns", "open_table"]
