"""Which character encoding a file is in, judged from a sample of its bytes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from tagrt.errors import UsageError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON_HANZI = {
    "gb18030": ((0xB0, 0xD7), frozenset(range(0xA1, 0xFF))),
    "big5hkscs": ((0xA4, 0xC6), frozenset([*range(0x40, 0x7F), *range(0xA1, 0xFF)])),
}
"""Lead and trail bytes of the everyday characters (GB 2312 level 1, Big5 level 1)."""

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.02
_MIN_NUL_SHARE = 0.05
_MIN_PARITY_SHARE = 0.9
_MIN_COMMON_SHARE = 0.7
_MAX_BAD_SHARE = 0.1
_MAX_BAD_UTF8 = 0.5
_MIN_ISOLATED_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and what spoke for it.

    Attributes:
        name: Python codec name.
        evidence: Why this one, for the report.
    """

    name: str
    evidence: str

    @property
    def is_utf8(self) -> bool:
        """Whether the file is UTF-8, with or without a byte order mark."""
        return self.name in ("utf-8", "utf-8-sig")


def named_encoding(name: str, sample: bytes) -> Encoding:
    """Check an encoding that the caller chose.

    Args:
        name: Any name Python knows, such as ``gbk``.
        sample: The first bytes of the file; a UTF-8 byte order mark is honoured.

    Returns:
        The encoding under its canonical name.

    Raises:
        UsageError: If there is no such text encoding.
    """
    try:
        canonical = codecs.lookup(name).name
        b"a".decode(canonical, "ignore")
    except (LookupError, UnicodeError) as error:
        raise UsageError(
            f"unknown encoding '{name}': try --encoding utf-8, gb18030, big5, utf-16 or cp1252"
        ) from error
    if canonical == "utf-8" and sample.startswith(codecs.BOM_UTF8):
        canonical = "utf-8-sig"
    return Encoding(canonical, "as asked")


def detect_encoding(sample: bytes) -> Encoding:
    """Judge the encoding from a sample that may end in the middle of a character.

    Byte order mark, UTF-16 by its zero bytes, UTF-8, Chinese encodings by their share of everyday
    characters, Western European, and only then a statistical guess.

    Args:
        sample: Bytes from the start of the file; should reach beyond its first non-ASCII byte.

    Returns:
        The encoding; it decodes the sample at least with replacements.
    """
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return Encoding(name, "byte order mark")
    if utf16 := _utf16_without_bom(sample):
        return Encoding(utf16, "zero bytes")
    if sample.isascii():
        return Encoding("utf-8", "plain ASCII")
    if _looks_utf8(sample):
        return Encoding("utf-8", "UTF-8 sequences")
    shares = {name: _common_share(sample, name) for name in _COMMON_HANZI}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= _MIN_COMMON_SHARE:
        return Encoding(best, "everyday Chinese characters")
    if _looks_western(sample):
        return Encoding("cp1252", "single accented letters")
    return _guess(sample)


def is_binary(sample: bytes, encoding: Encoding) -> bool:
    """Whether a sample holds what no text in that encoding does: a good many control characters.

    NUL bytes do not count: some programs fill their cells with them.
    """
    if encoding.name.startswith(("utf-16", "utf-32")):
        return False
    return len(_CONTROL.findall(sample)) > _MAX_CONTROL_SHARE * len(sample)


def _utf16_without_bom(sample: bytes) -> str | None:
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    zeros = even + odd
    if not zeros or zeros < _MIN_NUL_SHARE * len(sample):
        return None
    if odd >= _MIN_PARITY_SHARE * zeros:
        return "utf-16-le"
    return "utf-16-be" if even >= _MIN_PARITY_SHARE * zeros else None


def _looks_utf8(sample: bytes) -> bool:
    """Allow broken bytes: one bad cell must not turn a whole file into another script.

    Text of other encodings hardly ever holds valid sequences: GBK one for some ten broken ones.
    """
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    bad = text.count("\ufffd")
    good = sum(not character.isascii() for character in text) - bad
    return bad <= _MAX_BAD_UTF8 * good


def _common_share(sample: bytes, name: str) -> float:
    """Share of two-byte characters that are everyday ones; 0 if the sample breaks the encoding."""
    (first, last), trails = _COMMON_HANZI[name]
    decoder = codecs.getincrementaldecoder(name)("replace")
    text = decoder.decode(sample)
    wide = [character for character in text if character >= "\u3400"]
    if not wide or text.count("\ufffd") > _MAX_BAD_SHARE * len(wide):
        return 0.0
    hanzi = [character.encode(name, "replace") for character in wide if character < "\uf900"]
    common = sum(len(code) == 2 and first <= code[0] <= last and code[1] in trails for code in hanzi)
    return common / len(hanzi) if hanzi else 0.0


def _looks_western(sample: bytes) -> bool:
    runs = _HIGH_RUN.findall(sample)
    isolated = sum(len(run) == 1 for run in runs)
    return isolated >= _MIN_ISOLATED_SHARE * len(runs)


def _guess(sample: bytes) -> Encoding:
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:65536]).best()
    return Encoding(best.encoding, "statistical guess") if best else Encoding("cp1252", "fallback")
