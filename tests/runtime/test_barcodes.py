"""What scanners send is understood, whichever form it comes in; python-stdnum says the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import ean, gs1_128

from tagrt.barcodes import Kind, check_digit, read_barcode
from tagrt.barcodes.barcode import code_key
from tagrt.barcodes.gtin import expand_upce

GS = "\x1d"
FEW = settings(max_examples=40, deadline=None)


@FEW
@given(st.sampled_from((7, 11, 12, 13)).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_check_digits_are_those_of_stdnum(payload: str) -> None:
    assert ean.is_valid(payload + check_digit(payload))


@FEW
@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(payload: str, at: int, by: int) -> None:
    sound = payload + check_digit(payload)
    wrong = f"{sound[:at]}{(int(sound[at]) + by) % 10}{sound[at + 1 :]}"
    read = read_barcode(wrong)
    assert read.expected
    assert ean.is_valid(wrong[:-1] + read.expected)


@pytest.mark.parametrize(
    ("sent", "kind", "text"),
    [
        ("96385074", Kind.EAN8, "96385074"),
        ("036000291452", Kind.UPCA, "036000291452"),
        ("6901234567892", Kind.EAN13, "6901234567892"),
        ("978-7-111-64124-7", Kind.EAN13, "9787111641247"),
        ("16901234567899", Kind.GTIN14, "16901234567899"),
        ("04252614", Kind.UPCE, "04252614"),
        ("]E06901234567892", Kind.EAN13, "6901234567892"),
        ("SKU-1042", Kind.OWN, "SKU-1042"),
        ("1042", Kind.OWN, "1042"),
    ],
)
def test_kinds_are_told_apart(sent: str, kind: Kind, text: str) -> None:
    read = read_barcode(sent)
    assert (read.kind, read.text, read.expected) == (kind, text, "")


@pytest.mark.parametrize(
    "sent",
    [
        "036000291452",
        "0036000291452",
        "00036000291452",
        "(01)00036000291452",
        "(10)LOT7(01)00036000291452",
        "(01)00036000291452(17)271231(10)A7",
        "]C10100036000291452",
        "]C11727123110LOT7" + GS + "0100036000291452",
        "]d20100036000291452172712311012A" + GS + "21998",
        GS + "0100036000291452" + "3103001250",
        "]d2" + "91X9" + GS + "0200036000291452" + "3712",
        "0100036000291452" + "17271231",
        "https://id.gs1.org/01/00036000291452/10/ABC?17=271231",
    ],
)
def test_one_item_is_looked_up_by_one_form(sent: str) -> None:
    assert read_barcode(sent).keys[0] == "36000291452"
    assert not read_barcode(sent).expected


def test_what_catalogues_write_has_the_form_that_is_looked_up() -> None:
    written = ("036000291452", "0036000291452", "36000291452", " 0 36000 29145 2 ", "0-36000-29145-2")
    assert {code_key(code) for code in written} == {"36000291452"}


@FEW
@given(
    st.text("0123456789", min_size=13, max_size=13),
    st.text("ABCXYZ0123456789", min_size=1, max_size=12),
    st.booleans(),
)
def test_element_strings_of_stdnum_are_read(payload: str, lot: str, bracketed: bool) -> None:
    gtin = payload + check_digit(payload)
    encoded = gs1_128.encode({"10": lot, "01": gtin, "17": "271231"}, separator=GS, parentheses=bracketed)
    sent = encoded if bracketed else f"]C1{encoded}"
    assert read_barcode(sent).keys[0] == code_key(gtin)


def test_a_case_is_also_looked_up_as_its_item() -> None:
    read = read_barcode("16901234567899")
    assert read.item == "6901234567892"
    assert read.keys == ("16901234567899", "6901234567892")
    weighed = "9690123456789"
    assert read_barcode(weighed + check_digit(weighed)).item == ""  # of variable measure: no telling


def test_a_upce_is_looked_up_as_its_upca() -> None:
    assert read_barcode("04252614").keys[0] == "42100005264"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("01234505", "012000003455"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234558", "012345000058"),
        ("96385074", ""),
    ],
)
def test_a_upce_is_spelt_out_by_its_last_digit(short: str, long: str) -> None:
    assert expand_upce(short) == long


def test_a_shipping_label_names_no_item() -> None:
    assert read_barcode("(00)106141412345678908").kind is Kind.OWN
    assert read_barcode("]C100106141412345678908").kind is Kind.OWN


@FEW
@given(st.text(max_size=60))
def test_anything_may_be_sent(sent: str) -> None:
    assert read_barcode(sent).keys
