"""Scanning: the product with a code and its tags; a code that no product has gets one by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from tagrt.barcodes import Barcode, read_barcode
from tagrt.store.codes import find_by_code
from tagrt.store.queue import Waiting
from tagrt.types import Product, Tag
from tagrt_tui.notices import told
from tagrt_tui.screens.search import SearchScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.at_hand import SHORT, scroll_pages
from tagrt_tui.widgets.guess_row import GuessRow
from tagrt_tui.widgets.key_bar import KeyBar
from tagrt_tui.widgets.scan_list import ScanList
from tagrt_tui.widgets.scanned_card import ScannedCard

CANDIDATES = 5


class ScanScreen(Screen[None]):
    """A field for codes typed by hand, the product under it, the last scans at its side."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ScanScreen #bar { height: 1; background: $panel; padding: 0 1; }
    ScanScreen #name { display: none; }
    ScanScreen.unknown #name { display: block; }
    ScanScreen #at-hand { width: 2fr; padding: 0 1; }
    ScanScreen ScanList { width: 1fr; max-width: 50; border-left: solid $panel; padding: 0 0 0 1; }
    ScanScreen #facts { color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; margin-top: 1; }
    ScanScreen GuessRow { height: 2; padding: 0; }
    ScanScreen.-short GuessRow { height: 1; }
    """
    VERTICAL_BREAKPOINTS = SHORT
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(n), f"take({n - 1})", show=False, id=f"scan.take{n}", tooltip=f"Take candidate {n}")
            for n in range(1, CANDIDATES + 1)
        ),
        Binding("slash", "search", show=False, id="scan.search", tooltip="Search all tags"),
        Binding("u", "undo", show=False, id="scan.undo", tooltip="Take the decision on this product back"),
        Binding("c,escape", "type_code", show=False, id="scan.code", tooltip="Type a code by hand"),
        Binding("pageup", "scroll(-1)", show=False, id="scan.page_up", tooltip="Product: scroll up"),
        Binding("pagedown", "scroll(1)", show=False, id="scan.page_down", tooltip="Product: scroll down"),
    ]

    def __init__(self, session: Session, code: str = "") -> None:
        """Take the session, whose store must be open, and a code to begin with."""
        super().__init__()
        assert session.store and session.queue
        self._session, self._store, self._queue = session, session.store, session.queue
        self._sent = code
        self._barcode: Barcode | None = None
        self._found: list[Waiting] = []
        self._candidates: Sequence[tuple[Tag, ...]] = ()

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        language = self._session.language
        yield Static(id="bar", markup=False)
        yield Input(id="code", placeholder=text("scan.prompt", language), select_on_focus=False)
        with Horizontal():
            with VerticalScroll(id="at-hand", can_focus=False):
                yield ScannedCard()
                yield Input(id="name", placeholder=text("scan.name", language), select_on_focus=False)
                for _ in range(CANDIDATES):
                    yield GuessRow()
                yield Static(id="facts", markup=False)
            yield ScanList()
        yield KeyBar(self._session)

    def on_mount(self) -> None:
        """Begin with the code that brought the person here, if one did."""
        self._warm()
        if self._sent:
            self.look_up(self._sent)
        else:
            self.set_focus(self.query_one("#code"))
            self.refresh_texts()

    def look_up(self, sent: str) -> None:
        """Show the product with a code, or ask for its name."""
        self._keep_name()
        barcode = read_barcode(sent)
        found = find_by_code(self._store, barcode)
        title = found[0].title if found else ""
        self._session.scans.add(barcode.text, title, wrong=bool(barcode.expected) and not found)
        self._put(barcode, found)

    def _put(self, barcode: Barcode, found: list[Waiting]) -> None:
        self._barcode, self._found = barcode, found
        unknown = not found and not barcode.expected
        self.set_class(unknown, "unknown")
        product = self._queue.product(found[0].id) if found else None
        self._candidates = self._session.candidates(product, CANDIDATES) if product else ()
        name = self.query_one("#name", Input)
        _fill(self.query_one("#code", Input), "" if found else barcode.text)
        _fill(name, self._session.scans.names.get(barcode.text, "") if unknown else "")
        self.set_focus(name if unknown else None if found else self.query_one("#code"))
        self.refresh_texts()

    def _keep_name(self) -> None:
        """Let a half-typed name wait until its code is scanned again."""
        if self.has_class("unknown") and self._barcode:
            self._session.scans.names[self._barcode.text] = self.query_one("#name", Input).value

    def refresh_texts(self) -> None:
        """Show everything in the session's language."""
        language, scans = self._session.language, self._session.scans
        title = text("scan.title", language)
        self.query_one("#bar", Static).update(f"{title}  {text('scan.count', language, count=scans.count)}")
        self.query_one("#code", Input).placeholder = text("scan.prompt", language)
        self.query_one("#name", Input).placeholder = text("scan.name", language)
        self.query_one(ScanList).show(list(scans.done))
        self._show_card()
        self._show_guesses()

    def _show_card(self) -> None:
        card = self.query_one(ScannedCard)
        self.query_one("#facts", Static).update(self._facts())
        if self._barcode is None:
            card.show_nothing(self._session)
        elif self._found:
            card.show_product(self._barcode, self._found, self._session)
        elif self._barcode.expected:
            card.show_wrong(self._barcode, self._session)
        else:
            card.show_unknown(self._barcode, self._session)

    def _facts(self) -> str:
        """Return the product's columns, one a line, without what is shown already."""
        if not self._found:
            return ""
        product = self._found[0]
        cells = self._queue.cells(product.id).items()
        shown = (product.title, product.gtin)
        return "\n".join(f"{name}: {' '.join(cell.split())}" for name, cell in cells if cell not in shown)

    def _show_guesses(self) -> None:
        padded = [*self._candidates, *[()] * CANDIDATES]
        for number, (row, guess) in enumerate(zip(self.query(GuessRow), padded, strict=False), start=1):
            row.show(guess, self._session.language, number if self._found else None)

    def show_held(self, characters: str) -> None:
        """Mark the candidate whose key has arrived."""
        for number, row in enumerate(self.query(GuessRow), start=1):
            row.press(bool(self._found) and characters == str(number))

    @on(Input.Submitted, "#code")
    def _code_typed(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.look_up(event.value)

    @on(Input.Changed, "#name")
    def _name_typed(self, event: Input.Changed) -> None:
        if self.has_class("unknown"):
            self._guess(event.value)

    @work(thread=True, exclusive=True, group="guess")
    def _guess(self, typed: str) -> None:
        """Ask the tagger in a thread; a newer text cancels this worker and its answer is dropped."""
        worker = get_current_worker()
        guesses = self._session.candidates(typed, CANDIDATES) if typed.strip() else ()
        if not worker.is_cancelled:
            self.app.call_from_thread(self._guessed, typed, guesses)

    def _guessed(self, typed: str, guesses: Sequence[tuple[Tag, ...]]) -> None:
        if self.has_class("unknown") and typed == self.query_one("#name", Input).value:
            self._candidates = guesses
            self._show_guesses()

    @work(thread=True, group="warm")
    def _warm(self) -> None:
        """Make the model ready before the first key needs it."""
        self._session.tagger.candidates("x", 1)

    @on(Input.Submitted, "#name")
    def _named(self, event: Input.Submitted) -> None:
        name = event.value.strip()
        if not name or self._barcode is None:
            self._say("scan.no_name")
            return
        with told(self.app, self._session.language):
            self._add(name, self._barcode)

    def _add(self, name: str, barcode: Barcode) -> None:
        product = Product(name, gtin=barcode.text)
        tagging = self._session.hidden.judge(self._session.tagger.tag(product))
        self._session.additions.add(product, tagging)
        self._session.scans.named(barcode.text, name)
        self._session.scans.names.pop(barcode.text, None)
        self._say("scan.added", title=name)
        self._put(barcode, find_by_code(self._store, barcode))

    def action_take(self, number: int) -> None:
        """Take one of the candidates for the product shown."""
        if self._found and number < len(self._candidates):
            self._decide(self._candidates[number][-1].id)

    def action_search(self) -> None:
        """Let the person find a tag in the whole tree."""
        if self._found:
            self.app.push_screen(SearchScreen(self._session), self._searched)

    def _searched(self, tag: str | None) -> None:
        if tag and self._found:
            self._decide(tag)

    def action_scroll(self, pages: int) -> None:
        """Show more of the product at hand."""
        scroll_pages(self.query_one("#at-hand"), pages)

    def action_undo(self) -> None:
        """Take the decision on the product shown back."""
        if not self._found:
            return
        undone = self._store.undo(self._found[0].key)
        self._say("review.undone" if undone else "review.no_undo", title=self._found[0].title)
        self._refresh_product()

    def action_type_code(self) -> None:
        """Go to the field for codes; from there, back to the product."""
        self._keep_name()
        code = self.query_one("#code", Input)
        if self._found and self.focused is code:
            code.value = ""
            self.set_focus(None)
            return
        self.set_focus(self.query_one("#code"))

    def _decide(self, tag: str) -> None:
        product = self._found[0]
        with told(self.app, self._session.language):
            self._store.correct(product.key, tag, self._session.who)
            self._say("review.taken", title=" ".join(product.title.split()), tag=self._session.path_text(tag))
            self._refresh_product()

    def _refresh_product(self) -> None:
        self._found[0] = self._queue.by_id(self._found[0].id) or self._found[0]
        self.refresh_texts()

    def _say(self, name: str, **values: object) -> None:
        self.notify(text(name, self._session.language, **values), timeout=2, markup=False)


def _fill(field: Input, value: str) -> None:
    """Put a text into a field, to be typed on at its end."""
    field.value = value
    field.cursor_position = len(value)
