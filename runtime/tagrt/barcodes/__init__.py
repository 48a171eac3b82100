"""What a barcode scanner sends, and the item it means; no pictures are read here."""

from tagrt.barcodes.barcode import Barcode, Kind, read_barcode
from tagrt.barcodes.gtin import check_digit

__all__ = ["Barcode", "Kind", "check_digit", "read_barcode"]
