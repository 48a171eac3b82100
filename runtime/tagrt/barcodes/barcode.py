"""One reading of a scanner, understood: its kind, whether it is sound, by what to look it up."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from tagrt.barcodes.element_string import gtin_of, without_symbology
from tagrt.barcodes.gtin import LENGTHS, base_item, check_digit, expand_upce, is_valid

_SEPARATORS = re.compile(r"[\s-]+")
_DIGITS = re.compile(r"[0-9]+")


class Kind(str, Enum):
    """What a code is; the value is its usual name."""

    EAN8 = "EAN-8"
    UPCE = "UPC-E"
    UPCA = "UPC-A"
    EAN13 = "EAN-13"
    GTIN14 = "GTIN-14"
    OWN = ""
    """None of GS1's: a shop's own label."""

    def __str__(self) -> str:
        """Return its usual name."""
        return self.value


_KINDS = dict(zip(LENGTHS, (Kind.EAN8, Kind.UPCA, Kind.EAN13, Kind.GTIN14), strict=True))


class Barcode(NamedTuple):
    """A code as scanned.

    Attributes:
        text: The code: a GTIN's digits, or a shop's own label as it is.
        kind: What it is.
        keys: By what a product with it is found, best first; each as `code_key` gives it.
        expected: The check digit that would be right; empty if it is right or there is none.
        item: EAN-13 of the item, if the code is that of a case of it.
    """

    text: str
    kind: Kind
    keys: tuple[str, ...]
    expected: str = ""
    item: str = ""


def code_key(code: str) -> str:
    """Return the one form of a code by which it is looked up.

    Spaces and hyphens go, and leading zeros: UPC-A, EAN-13 and GTIN-14 write the same item with one, none
    or two of them in front, and spreadsheets drop them.
    """
    return _SEPARATORS.sub("", code).lstrip("0")


def read_barcode(sent: str) -> Barcode:
    """Understand what a scanner sent, or a person typed.

    Args:
        sent: A code: EAN-8, UPC-E, UPC-A, EAN-13, GTIN-14, a GS1 element string with or without brackets,
            a GS1 Digital Link, or a label of the shop's own; a symbology identifier may stand before it.
    """
    sent = sent.strip(" \t\r\n")
    gtin = gtin_of(sent)
    label = without_symbology(sent)
    digits = _SEPARATORS.sub("", gtin or label)
    if not (_DIGITS.fullmatch(digits) and len(digits) in LENGTHS):
        return Barcode(label, Kind.OWN, (code_key(label),))
    return _read_gtin(_unpadded(digits) if gtin else digits)


def _read_gtin(digits: str) -> Barcode:
    key = code_key(digits)
    upca = expand_upce(digits)
    sound_upce = bool(upca) and is_valid(upca)
    if is_valid(digits):
        item = base_item(digits)
        keys = (key, code_key(item)) if item else (key, code_key(upca)) if sound_upce else (key,)
        return Barcode(digits, _KINDS[len(digits)], keys, item=item)
    if sound_upce:
        return Barcode(digits, Kind.UPCE, (code_key(upca), key))
    return Barcode(digits, _KINDS[len(digits)], (key,), expected=check_digit(digits[:-1]))


def _unpadded(digits: str) -> str:
    """Return a GTIN without the zeros that fill it up to the 14 digits of an element string."""
    if len(digits) != 14 or digits[0] != "0":
        return digits
    return digits[6:] if digits.startswith("000000") else digits[1:]
