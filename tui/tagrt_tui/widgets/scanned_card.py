"""The product that was scanned: its code, its tag and who says so."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tagrt.barcodes import Barcode
from tagrt.store.queue import Waiting
from tagrt.types import Decision
from tagrt_tui.session import Session
from tagrt_tui.texts import text

_STYLES = {Decision.AUTO: "$success", Decision.HUMAN: "$success", Decision.REVIEW: "$warning"}


class ScannedCard(Static):
    """What there is to say about one scan."""

    DEFAULT_CSS = "ScannedCard { height: auto; margin-bottom: 1; }"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(markup=False)

    def show_product(self, barcode: Barcode, found: Sequence[Waiting], session: Session) -> None:
        """Show the first of the products that have a code."""
        language, product = session.language, found[0]
        decision = Decision(product.decision)
        code = code_text(barcode)
        lines: list[tuple[str, str]] = [(" ".join(product.title.split()), "bold"), (code, "$text-muted")]
        if barcode.expected:
            lines.append((wrong_text(barcode, session), "$warning"))
        if barcode.item and product.gtin.strip() != barcode.text:
            lines.append((text("scan.case", language, item=barcode.item), "$text-muted"))
        if len(found) > 1:
            lines.append((text("scan.more", language, count=len(found) - 1), "$warning"))
        tag = session.path_text(product.tag) if product.tag else text("scan.no_tag", language)
        lines += [
            (tag, f"bold {_STYLES[decision]}"),
            (text(f"decision.{decision}", language), _STYLES[decision]),
        ]
        self.update(Content("\n").join(Content.styled(*line) for line in lines))

    def show_unknown(self, barcode: Barcode, session: Session) -> None:
        """Say that no product has a code."""
        said = text("scan.unknown", session.language, code=code_text(barcode))
        self.update(Content.styled(said, "$warning"))

    def show_wrong(self, barcode: Barcode, session: Session) -> None:
        """Say which check digit was expected."""
        said = f"{code_text(barcode)}\n{wrong_text(barcode, session)}\n{text('scan.again', session.language)}"
        self.update(Content.styled(said, "bold $error"))

    def show_nothing(self, session: Session) -> None:
        """Say what to do."""
        self.update(text("scan.nothing", session.language))


def code_text(barcode: Barcode) -> str:
    """Return a code behind the name of its kind."""
    return f"{barcode.kind} {barcode.text}".strip()


def wrong_text(barcode: Barcode, session: Session) -> str:
    """Say what is wrong with a code's check digit."""
    return text(
        "scan.wrong", session.language, found=barcode.text[-1], expected=barcode.expected, kind=barcode.kind
    )
