"""Encodings are found from samples that are short, cut, broken, or not Chinese at all."""

import pytest

from tagrt.errors import UsageError
from tagrt.tables.encoding import detect_encoding, is_binary, named_encoding

SIMPLIFIED = "货号,商品名称,价格\n001,华为手机 5G 全网通,4999\n002,纯棉袜子五双装,29\n003,老坛酸菜方便面,13\n"
TRADITIONAL = "貨號,商品名稱,價格\n001,不鏽鋼電熱水壺,399\n002,純棉襪子五雙裝,99\n003,兒童運動鞋,599\n"
FRENCH = "réf,désignation,prix\n1,Crème brûlée à la vanille,4\n2,Thé vert – bio,3\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "gbk", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        ("sku,title\n1,Red apple\n", "utf-16-le", "utf-16-le"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (FRENCH, "utf-8", "utf-8"),
        (FRENCH, "cp1252", "cp1252"),
        ("sku,title\n1,Red apple\n", "ascii", "utf-8"),
    ],
)
def test_encoding_is_found(text: str, written: str, found: str) -> None:
    encoding = detect_encoding(text.encode(written))
    assert encoding.name == found
    assert encoding.evidence
    assert text.encode(written).decode(encoding.name) == text


@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
def test_sample_cut_in_mid_character_changes_nothing(written: str) -> None:
    data = SIMPLIFIED.encode(written)
    whole = detect_encoding(data).name
    assert {detect_encoding(data[:end]).name for end in range(40, len(data))} == {whole}


def test_one_broken_byte_does_not_turn_utf8_into_another_script() -> None:
    data = SIMPLIFIED.encode() + b"004,bad \xff byte,1\n"
    assert detect_encoding(data).name == "utf-8"


def test_stray_zero_bytes_do_not_make_utf16() -> None:
    assert detect_encoding(SIMPLIFIED.encode() + b"004,a\0b,1\n").name == "utf-8"


def test_other_scripts_fall_back_to_the_statistical_guess() -> None:
    text = "артикул,название,цена\n1,Чайник электрический из нержавеющей стали,990\n2,Носки хлопковые,150\n"
    encoding = detect_encoding(text.encode("cp1251"))
    assert encoding.evidence == "statistical guess"
    assert text.encode("cp1251").decode(encoding.name) == text


def test_named_encoding_is_checked_and_keeps_the_mark_out() -> None:
    assert named_encoding("GBK", b"").name == "gbk"
    assert named_encoding("utf8", b"\xef\xbb\xbftitle").name == "utf-8-sig"
    for wrong in ("klingon", "base64"):
        with pytest.raises(UsageError, match="--encoding"):
            named_encoding(wrong, b"")


@pytest.mark.parametrize("written", ["utf-8", "gb18030", "big5", "utf-16-le", "utf-16", "shift_jis"])
def test_no_text_is_taken_for_a_program(written: str) -> None:
    for text in (SIMPLIFIED, TRADITIONAL, FRENCH):
        data = text.encode(written, "ignore")
        assert not is_binary(data, detect_encoding(data))
    padded = b"title,note\n" + b"tea\0\0\0\0\0\0\0\0,\x1a\n" * 50
    assert not is_binary(padded, detect_encoding(padded))
    program = bytes(range(256)) * 40
    assert is_binary(program, detect_encoding(program))
