"""GS1 element strings: the GTIN among application identifiers, in whichever form a scanner sends them."""

from __future__ import annotations

import re

from tagrt.barcodes.gtin import is_valid

SEPARATOR = "\x1d"
"""FNC1 as scanners send it (GS); it ends a field of variable length."""

_LENGTHS = {
    **dict.fromkeys(("01", "02", "03"), 16),
    **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10),
    "00": 20,
    "04": 18,
    "20": 4,
    "41": 16,
}
"""First two digits of identifiers -> characters of identifier and value, where no separator need follow
(GS1 General Specifications, figure 7.8.5-2)."""

_GTIN = ("01", "02")  # the item itself, else the items contained
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
_DIGITAL_LINK = re.compile(r"https?://\S*?/01/([0-9]{8,14})(?=[/?#]|$)", re.IGNORECASE)
_SYMBOLOGY = re.compile(r"\](C1|e0|d2|Q3|J1)")
_BARE = re.compile(r"01([0-9]{14})(?:[0-9].*)?")
_ANY_SYMBOLOGY = re.compile(r"\][A-Za-z]\d")


def gtin_of(sent: str) -> str | None:
    """Return the GTIN that an element string or a GS1 Digital Link names.

    Args:
        sent: What the scanner sent, symbology identifier (``]C1``) and separators included.

    Returns:
        Its digits, not checked; empty if it names none; None if it is no element string.
    """
    if link := _DIGITAL_LINK.match(sent):
        return link[1]
    prefixed = _SYMBOLOGY.match(sent)
    text = sent[prefixed.end() :] if prefixed else sent
    if text.startswith("("):
        found = dict(_BRACKETED.findall(text))
        return next((found[ai].strip(SEPARATOR) for ai in _GTIN if ai in found), "") if found else None
    if prefixed or SEPARATOR in text:
        return _unbracketed(text)
    # Some scanners send neither; a GTIN in front is told from other codes by its length and check digit.
    bare = _BARE.fullmatch(text)
    return bare[1] if bare and is_valid(bare[1]) else None


def without_symbology(sent: str) -> str:
    """Return what was sent without the symbology identifier before it, if there is one."""
    return _ANY_SYMBOLOGY.sub("", sent, count=1) if sent.startswith("]") else sent


def _unbracketed(text: str) -> str:
    found: dict[str, str] = {}
    rest = text.lstrip(SEPARATOR)
    while rest:
        length = _LENGTHS.get(rest[:2])
        if length is None:
            rest = rest.partition(SEPARATOR)[2]
            continue
        found.setdefault(rest[:2], rest[2:length])
        rest = rest[length:].lstrip(SEPARATOR)
    return next((found[ai] for ai in _GTIN if ai in found), "")
