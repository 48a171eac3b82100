"""The review queue: one product after the other, least certain first, decided by single keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from tagrt.inference.explain import Influence, influences
from tagrt.store.queue import Filter, Hits, Place, ReviewQueue, Waiting, place_of
from tagrt.types import Product, Reason, Tag
from tagrt_tui.notices import told
from tagrt_tui.review_state import Decision
from tagrt_tui.screens.ask import AskScreen
from tagrt_tui.screens.pick import PickScreen
from tagrt_tui.screens.search import SearchScreen
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.at_hand import SHORT, scroll_pages
from tagrt_tui.widgets.guess_row import GuessRow
from tagrt_tui.widgets.key_bar import KeyBar
from tagrt_tui.widgets.product_card import TITLE_LINES, ProductCard
from tagrt_tui.widgets.waiting_list import WaitingList

CANDIDATES = 5
FACTS = 6
OTHER_LINES = 8
"""Bar and keys, title, reason, what Enter accepts, a blank line."""

REASONS = (
    Reason.LOW_CONFIDENCE,
    Reason.TOO_BROAD,
    Reason.CHANGED,
    Reason.DAMAGED,
    Reason.POLICY,
    Reason.HIDDEN,
)
"""Why products of a store may wait."""


class ReviewScreen(Screen[None]):
    """Left the products that wait, right the one at hand with its candidates.

    A decision is on disk before the next key is read.
    """

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ReviewScreen #bar { height: 1; background: $panel; padding: 0 1; }
    ReviewScreen #filter { display: none; height: 3; }
    ReviewScreen #filter.open { display: block; }
    ReviewScreen WaitingList { width: 2fr; max-width: 60; border-right: solid $panel; }
    ReviewScreen #at-hand { width: 3fr; padding: 0 1; }
    ReviewScreen #at-hand > Vertical { height: auto; }
    ReviewScreen GuessRow { height: 2; padding: 0; }
    ReviewScreen.-short GuessRow { height: 1; }
    ReviewScreen #rest { color: $text-muted; margin-top: 1; }
    """
    VERTICAL_BREAKPOINTS = SHORT
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(n), f"take({n - 1})", show=False, id=f"review.take{n}", tooltip=f"Take candidate {n}")
            for n in range(1, CANDIDATES + 1)
        ),
        Binding("enter", "accept", show=False, id="review.accept", tooltip="Accept the marked tag"),
        Binding("backspace", "level_up", show=False, id="review.up", tooltip="Mark the tag one level up"),
        Binding("slash", "search", show=False, id="review.search", tooltip="Search all tags"),
        Binding("s,down", "skip", show=False, id="review.skip", tooltip="Go on without deciding"),
        Binding("p,up", "back", show=False, id="review.back", tooltip="Go back to the one skipped"),
        Binding("u", "undo", show=False, id="review.undo", tooltip="Take the last decision back"),
        Binding("a", "all", show=False, id="review.all", tooltip="Accept all shown with the same guess"),
        Binding("f", "filter", show=False, id="review.filter", tooltip="Show those with a text only"),
        Binding("t", "filter_tag", show=False, id="review.filter_tag", tooltip="Show those of a tag only"),
        Binding(
            "r", "filter_reason", show=False, id="review.filter_reason", tooltip="Show those of a reason"
        ),
        Binding("escape", "clear", show=False, id="review.clear", tooltip="Show all"),
        Binding("y", "copy", show=False, id="review.copy", tooltip="Copy title and tag"),
        Binding("pageup", "scroll(-1)", show=False, id="review.page_up", tooltip="Product: scroll up"),
        Binding("pagedown", "scroll(1)", show=False, id="review.page_down", tooltip="Product: scroll down"),
    ]

    def __init__(self, session: Session) -> None:
        """Take the session, whose store must be open."""
        super().__init__()
        self._session = session
        assert session.store and session.queue
        self._store, self._queue = session.store, session.queue
        self._state = session.review
        self._count = 0
        self._searching = False
        self._decided: tuple[str, str] | None = None
        self._shown: list[Waiting] = []
        self._candidates: Sequence[tuple[Tag, ...]] = ()
        self._path: tuple[Tag, ...] = ()
        self._said = ""

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Static(id="bar", markup=False)
        yield Input(id="filter", placeholder=text("filter.prompt", self._session.language))
        with Horizontal():
            yield WaitingList()
            with VerticalScroll(id="at-hand", can_focus=False), Vertical():
                yield ProductCard()
                for _ in range(CANDIDATES):
                    yield GuessRow()
                yield Static(id="rest", markup=False)
        yield KeyBar(self._session)

    def on_screen_resume(self) -> None:
        """Show where the queue stands, at first and after another screen."""
        if not self._state.filtered:
            self._recount()
        self.refresh_queue()

    def show_held(self, characters: str) -> None:
        """Mark the candidate whose key has arrived."""
        for number, row in enumerate(self.query(GuessRow), start=1):
            row.press(characters == str(number))

    def refresh_texts(self) -> None:
        """Show everything in the session's language."""
        self.query_one("#filter", Input).placeholder = text("filter.prompt", self._session.language)
        self._said = ""
        self.refresh_queue()

    def refresh_queue(self) -> None:
        """Read the queue from its place, and show it."""
        state, rows = self._state, max(8, self.size.height)
        page = state.page(self._queue, rows)
        if page == [] and state.place is not None:
            state.place = None  # behind the last: from the head again
            page = state.page(self._queue, rows)
        if page is None:
            self._find(state.chosen, state.place)
        shown_before = self._shown[0] if self._shown else None
        self._shown, self._searching = page or [], page is None
        waiting = self._shown[0] if self._shown else None
        product = self._queue.product(waiting.id) if waiting else None
        self._decided = self._queue.decided_on(waiting.id) if waiting else None
        first = self._decided[1] if self._decided else waiting.best if waiting else None
        self._candidates = self._session.candidates(product, CANDIDATES, first) if product else ()
        self._path = self._candidates[0] if self._candidates else ()
        if not shown_before or not waiting or shown_before.id != waiting.id:
            self.query_one("#at-hand").scroll_home(animate=False)
        self._show()
        if waiting and product and self._candidates:
            self._explain(waiting, product, self._candidates[0][-1].id)

    @work(thread=True, exclusive=True, group="find")
    def _find(self, chosen: Filter, place: Place | None) -> None:
        """Look for what passes a filter; in a long queue a rare text takes a moment."""
        worker = get_current_worker()
        with told(self.app, self._session.language), self._session.store_for_thread() as store:
            hits = ReviewQueue(store).find(chosen, place)
            if not worker.is_cancelled:
                self.app.call_from_thread(self._found, chosen, place, hits)

    def _found(self, chosen: Filter, place: Place | None, hits: Hits) -> None:
        if chosen == self._state.chosen:
            self._state.found(place, hits)
            self._count = len(hits.places)
            self.refresh_queue()

    @work(thread=True, exclusive=True, group="count")
    def _recount(self) -> None:
        """Count all that wait, others' work included."""
        worker = get_current_worker()
        with told(self.app, self._session.language), self._session.store_for_thread() as store:
            count = ReviewQueue(store).count()
            if not worker.is_cancelled:
                self.app.call_from_thread(self._counted, count)

    def _counted(self, count: int) -> None:
        if not self._state.filtered:
            self._count = count
            self.query_one("#bar", Static).update(self._bar_text())

    def _show(self) -> None:
        language = self._session.language
        self.query_one("#bar", Static).update(self._bar_text())
        self.query_one(WaitingList).show(self._shown)
        card = self.query_one(ProductCard)
        rest = self.query_one("#rest", Static)
        if self._shown:
            facts, width, lines = self._facts(self._shown[0]), self._width, self._fact_lines
            card.show(self._shown[0], facts[:lines], self._path, self._session, width)
            title = [self._shown[0].title] if cell_len(self._shown[0].title) > TITLE_LINES * width else []
            cut = [fact for fact in facts[:lines] if cell_len(fact) > width]
            rest.update("\n".join([*title, *cut, *facts[lines:]]))
        else:
            nothing = "review.nothing_fits" if self._state.filtered else "review.nothing"
            card.show_nothing(text("review.searching" if self._searching else nothing, language))
            rest.update("")
        padded = [*self._candidates, *[()] * CANDIDATES]
        for number, (row, guess) in enumerate(zip(self.query(GuessRow), padded, strict=False), start=1):
            row.show(guess, language, number)

    @property
    def _width(self) -> int:
        """Cells of a line of the product at hand; before the first layout, about as many."""
        return self.query_one(ProductCard).size.width or max(20, self.size.width * 3 // 5 - 4)

    @property
    def _fact_lines(self) -> int:
        """Columns that are shown above the candidates, so that these are on the screen too."""
        candidates = CANDIDATES * (1 if self.has_class("-short") else 2)
        return min(FACTS, max(0, self.size.height - candidates - OTHER_LINES))

    def on_resize(self) -> None:
        """Cut to the new width what is shown."""
        self.call_after_refresh(self._show)

    def _facts(self, product: Waiting) -> list[str]:
        """Return a product's columns, below what a person had decided on before its text changed."""
        cells = self._queue.cells(product.id)
        if self._decided:
            title, tag = self._decided
            before = text("review.before", self._session.language)
            cells = {before: f"{title} → {self._session.path_text(tag)}", **cells}
        return [f"{name}: {' '.join(cell.split())}" for name, cell in cells.items() if cell != product.title]

    def _bar_text(self) -> str:
        language = self._session.language
        more = "+" if self._state.hits and not self._state.hits.complete else ""
        count = f"{self._count:,}{more}"
        parts = [text("review.title", language), text("review.waiting", language, count=count)]
        words, tag, reason = self._state.chosen
        shown = (words, self._session.path_text(tag) if tag else "", self._reason_text(reason))
        what = ", ".join(part for part in shown if part)
        filtered = text("review.filtered", language, what=what) if what else ""
        said = f"· {self._said}" if self._said else ""
        return "  ".join(part for part in (*parts, filtered, said) if part)

    def _reason_text(self, reason: str) -> str:
        return text(f"review.reason.{reason}", self._session.language) if reason else ""

    @work(thread=True, exclusive=True, group="explain")
    def _explain(self, waiting: Waiting, product: Product, tag: str) -> None:
        found = influences(self._session.tagger, product, tag)
        self.app.call_from_thread(self._show_influences, waiting, found)

    def _show_influences(self, product: Waiting, found: list[Influence]) -> None:
        if self._shown and self._shown[0].id == product.id:
            self.query_one(ProductCard).show_influences(found)

    def action_take(self, number: int) -> None:
        """Take one of the candidates."""
        if number < len(self._candidates):
            self._decide(self._candidates[number][-1].id)

    def action_accept(self) -> None:
        """Take the marked path."""
        if self._path:
            self._decide(self._path[-1].id)

    def action_level_up(self) -> None:
        """Mark the tag above the marked one."""
        if len(self._path) > 1:
            self._path = self._path[:-1]
            self._show()

    def action_skip(self) -> None:
        """Go on to the next product."""
        self._said = ""
        if self._shown:
            self._state.skipped.append(self._state.place)
            self._state.place = place_of(self._shown[0])
            self.refresh_queue()

    def action_back(self) -> None:
        """Go back to the product that was skipped last."""
        if self._state.skipped:
            self._state.place = self._state.skipped.pop()
            self.refresh_queue()

    def action_undo(self) -> None:
        """Take the last decision back, as often as there are any."""
        if not self._state.decisions:
            self._say("review.no_undo")
            return
        last = self._state.decisions[-1]
        with self._store.transaction():
            undone = sum(self._store.undo(key) for key in last.keys)
        self._state.decisions.pop()
        self._count += undone if last.chosen == self._state.chosen else 0
        self._state.choose(last.chosen, last.place)
        several = "_all" if undone > 1 else ""
        self._say(f"review.undone{several}" if undone else "review.no_undo", title=last.title, count=undone)
        self.refresh_queue()

    def action_search(self) -> None:
        """Let the person find a tag in the whole tree."""
        if self._shown:
            self.app.push_screen(SearchScreen(self._session), self._searched)

    def _searched(self, tag: str | None) -> None:
        if tag:
            self._decide(tag)

    def action_all(self) -> None:
        """Ask whether all products shown with the same guess are to get it."""
        if not self._path:
            return
        alike = [product for product in self._shown if product.best == self._shown[0].best]
        tag = self._path[-1].name(self._session.language)
        question = text("review.all", self._session.language, tag=tag, count=len(alike))
        self.app.push_screen(AskScreen(question), lambda yes: self._decide_all(alike) if yes else None)

    def action_filter(self) -> None:
        """Open the filter."""
        asked = self.query_one("#filter", Input)
        asked.add_class("open")
        asked.focus()

    def action_filter_tag(self) -> None:
        """Let the person find the tag whose products are shown."""
        self.app.push_screen(SearchScreen(self._session), self._filter_tag)

    def _filter_tag(self, tag: str | None) -> None:
        if tag:
            self._choose(self._state.chosen._replace(tag=tag))

    def action_filter_reason(self) -> None:
        """Let the person choose the reason whose products are shown."""
        self.app.push_screen(PickScreen(self._reasons, self._state.chosen.reason), self._filter_reason)

    def _reasons(self) -> tuple[str, list[tuple[str, str]]]:
        choices = [(reason.value, self._reason_text(reason)) for reason in REASONS]
        return text("filter.reason", self._session.language), choices

    def _filter_reason(self, reason: str | None) -> None:
        if reason:
            self._choose(self._state.chosen._replace(reason=reason))

    def action_clear(self) -> None:
        """Close the filter and show all products."""
        self._close_filter()
        self._choose(Filter())

    def action_copy(self) -> None:
        """Copy the title of the product at hand and the path that Enter accepts, through the terminal."""
        if self._shown:
            path = " > ".join(tag.name(self._session.language) for tag in self._path)
            self.app.copy_to_clipboard(f"{self._shown[0].title}\t{path}")
            self._say("app.copied", what=self._shown[0].title)

    def action_scroll(self, pages: int) -> None:
        """Show more of the product at hand."""
        scroll_pages(self.query_one("#at-hand"), pages)

    @on(Input.Submitted, "#filter")
    def _filtered(self, event: Input.Submitted) -> None:
        self._close_filter()
        self._choose(self._state.chosen._replace(text=event.value.strip()))

    def _close_filter(self) -> None:
        self.query_one("#filter", Input).remove_class("open")
        self.set_focus(None)

    def _choose(self, chosen: Filter) -> None:
        self.query_one("#filter", Input).value = chosen.text
        if chosen != self._state.chosen:
            self._state.choose(chosen)
            if not self._state.filtered:
                self._recount()
        self.refresh_queue()

    def _decide(self, tag: str) -> None:
        self._keep((self._shown[0],), tag)

    def _decide_all(self, alike: Sequence[Waiting]) -> None:
        self._keep(alike, self._path[-1].id)

    def _keep(self, products: Sequence[Waiting], tag: str) -> None:
        with told(self.app, self._session.language):
            self._keep_or_fail(products, tag)

    def _keep_or_fail(self, products: Sequence[Waiting], tag: str) -> None:
        with self._store.transaction():  # another person may have decided since they were shown
            products = [product for product in products if self._queue.by_id(product.id) == product]
            for product in products:
                self._store.correct(product.key, tag, self._session.who)
        if not products:
            self._say("review.decided_elsewhere")
            self._recount()
            self.refresh_queue()
            return
        title, state = " ".join(products[0].title.split()), self._state
        state.decisions.append(Decision(tuple(p.key for p in products), title, state.place, state.chosen))
        self._count -= len(products)
        several, count = "_all" if len(products) > 1 else "", len(products)
        self._say(f"review.taken{several}", title=title, count=count, tag=self._session.path_text(tag))
        self.refresh_queue()

    def _say(self, name: str, **values: object) -> None:
        """Say what was done, in the bar: a notice would hide candidates."""
        self._said = text(name, self._session.language, **values)
        self.query_one("#bar", Static).update(self._bar_text())
