"""What is a scan and what is typing."""

import pytest

from tagrt_tui.scanner.burst import Burst, is_scan


@pytest.mark.parametrize(
    "code",
    [
        "96385074",
        "036000291452",
        "6901234567892",
        "6901234567893",  # a wrong check digit is a scan too: the person is to be told
        "16901234567899",
        "]E06901234567892",
        "(01)06901234567892(17)271231",
        "]C10106901234567892",
        "\x1d0106901234567892",
        "https://id.gs1.org/01/06901234567892",
    ],
)
def test_barcodes_are_scans_everywhere(code: str) -> None:
    assert is_scan(code, in_field=True)
    assert is_scan(code, in_field=False)


@pytest.mark.parametrize("label", ["SKU-1042", "1000234", "A1B2C3D4"])
def test_labels_of_the_shops_own_are_scans_outside_of_fields(label: str) -> None:
    assert is_scan(label, in_field=False)
    assert not is_scan(label, in_field=True)


@pytest.mark.parametrize(
    "typed", ["", "1", "12", "tea", "coffee", "iphone15", "13800138000", "啤酒", "usb c 65w"]
)
def test_what_people_type_into_fields_is_no_scan(typed: str) -> None:
    assert not is_scan(typed, in_field=True)


@pytest.mark.parametrize("keys", ["1", "12345", "ssssssss", "11111111111", "coffee", "绿茶123456"])
def test_keys_in_fast_succession_are_no_scan(keys: str) -> None:
    assert not is_scan(keys, in_field=False)


def test_a_pause_ends_a_burst() -> None:
    burst = Burst(gap=0.1)
    assert not burst.goes_on(0.0)
    burst.add("1", 0.0)
    assert burst.goes_on(0.099)
    assert not burst.goes_on(0.1)
    burst.add("2", 0.09)
    assert burst.goes_on(0.18)
    burst.clear()
    assert not burst.goes_on(0.09)
