"""Arithmetic of GTINs (GS1 General Specifications, 7.9): check digits, cases and their items, UPC-E."""

from __future__ import annotations

LENGTHS = (8, 12, 13, 14)
"""Digits of EAN-8, UPC-A, EAN-13 and GTIN-14."""


def check_digit(digits: str) -> str:
    """Return the digit that belongs behind these: weights 3 and 1 from the right, to the next ten."""
    weighted = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def is_valid(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others."""
    return check_digit(digits[:-1]) == digits[-1]


def base_item(digits: str) -> str:
    """Return the EAN-13 of the item in a case, given the case's GTIN-14; nothing if there is no telling.

    Indicators 1 to 8 are levels of packing of one item; 9 is an item of variable measure of its own, and 0
    no indicator at all.
    """
    if len(digits) != 14 or digits[0] not in "12345678":
        return ""
    return digits[1:13] + check_digit(digits[1:13])


def expand_upce(digits: str) -> str:
    """Return the UPC-A of a UPC-E of 8 digits; nothing if it cannot be one."""
    if len(digits) != 8 or digits[0] not in "01":
        return ""
    system, body, last, check = digits[0], digits[1:6], digits[6], digits[7]
    if last in "012":
        item = f"{body[:2]}{last}0000{body[2:]}"
    elif last == "3":
        item = f"{body[:3]}00000{body[3:]}"
    elif last == "4":
        item = f"{body[:4]}00000{body[4:]}"
    else:
        item = f"{body}0000{last}"
    return f"{system}{item}{check}"
