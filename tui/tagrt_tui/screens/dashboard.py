"""The dashboard: what is decided by whom, under which tags, how surely, and how fast the runs were."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static, Tree
from textual.widgets.tree import TreeNode
from textual.worker import get_current_worker

from tagrt.store.overview import Overview, Split, overview, with_those_below
from tagrt_tui.notices import told
from tagrt_tui.session import Session
from tagrt_tui.texts import text
from tagrt_tui.widgets.bars import FILLS, STYLES, Histogram, RunChart, split_bar
from tagrt_tui.widgets.key_bar import KeyBar

REFRESH_SECONDS = 30.0
"""Between two counts, for what other processes do."""

BAR_WIDTH = 10


class DashboardScreen(Screen[None]):
    """Above the totals, left the tree of tags, right the charts. Counted in a thread."""

    class ReviewTag(Message):
        """Asks to review what waits below a tag."""

        def __init__(self, tag: str) -> None:
            """Take the tag's id."""
            super().__init__()
            self.tag = tag

    AUTO_FOCUS = "Tree"
    DEFAULT_CSS = """
    DashboardScreen #bar { height: 1; background: $panel; padding: 0 1; }
    DashboardScreen #split { height: 1; padding: 0 1; margin-bottom: 1; }
    DashboardScreen Tree { width: 1fr; background: $background; padding: 0 0 0 1; }
    DashboardScreen #charts { width: 1fr; max-width: 60; border-left: solid $panel; padding: 0 1; }
    DashboardScreen Histogram { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "r", "review_tag", show=False, id="dashboard.review", tooltip="Review what waits of this tag"
        ),
    ]

    def __init__(self, session: Session) -> None:
        """Take the session, whose store must be open."""
        super().__init__()
        assert session.store
        self._session = session
        self._figures: Overview | None = None

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Static(id="bar", markup=False)
        yield Static(id="split", markup=False)
        with Horizontal():
            tree: Tree[str] = Tree("", data="")
            tree.show_root = False
            tree.guide_depth = 2
            yield tree
            with Vertical(id="charts"):
                yield Histogram()
                yield RunChart()
        yield KeyBar(self._session)

    def on_mount(self) -> None:
        """Count now and from time to time."""
        self.refresh_texts()
        self.set_interval(REFRESH_SECONDS, self._count)

    def on_screen_resume(self) -> None:
        """Count again after another screen."""
        self._count()

    @work(thread=True, exclusive=True)
    def _count(self) -> None:
        worker = get_current_worker()
        with told(self.app, self._session.language), self._session.store_for_thread() as store:
            figures = overview(store)
            if not worker.is_cancelled:
                self.app.call_from_thread(self._counted, figures)

    def _counted(self, figures: Overview) -> None:
        if figures != self._figures:
            self._figures = figures
            self.refresh_texts()

    def refresh_texts(self) -> None:
        """Show everything in the session's language."""
        language, figures = self._session.language, self._figures
        title = text("dashboard.title", language)
        what = (
            text("dashboard.products", language, count=figures.split.total)
            if figures
            else text("dashboard.counting", language)
        )
        self.query_one("#bar", Static).update(f"{title}  {what}")
        if figures:
            self.query_one("#split", Static).update(self._split_text(figures.split))
            self._show_tree(figures)
            self.query_one(Histogram).show(text("dashboard.histogram", language), figures.histogram)
            nothing = text("dashboard.no_runs", language)
            self.query_one(RunChart).show(text("dashboard.runs", language), nothing, figures.runs)

    def _split_text(self, split: Split) -> Content:
        parts: list[str | tuple[str, str]] = []
        for name, count, fill, style in zip(Split._fields, split, FILLS, STYLES, strict=True):
            said = text(f"dashboard.{name}", self._session.language)
            parts += [(f"{fill * 2} ", style), f"{said} {count:,} ({count / max(1, split.total):.0%})  "]
        return Content.assemble(*parts)

    def _show_tree(self, figures: Overview) -> None:
        """Build the tree anew; what was open and marked stays so."""
        tree: Tree[str] = self.query_one(Tree)
        opened = {node.data for node in _nodes(tree.root) if node.is_expanded}
        marked = tree.cursor_node.data if tree.cursor_node else None
        tree.clear()
        totals = with_those_below(figures.tags)
        self._add_below(tree.root, "", totals, opened)
        shown = _nodes(tree.root)[1:]
        again = next((node for node in shown if node.data == marked), shown[0] if shown else None)
        self.call_after_refresh(tree.move_cursor, again)  # lines are numbered as they are drawn

    def _add_below(
        self, parent: TreeNode[str], above: str, totals: dict[str, Split], opened: set[str | None]
    ) -> None:
        prefix = f"{above}/" if above else ""
        children = [tag for tag in totals if tag and tag.startswith(prefix) and "/" not in tag[len(prefix) :]]
        largest = max((totals[tag].total for tag in children), default=0)
        for tag in sorted(children, key=lambda tag: (-totals[tag].total, tag)):
            label = self._label(self._session.tag_name(tag), totals[tag], largest)
            deeper = any(other.startswith(f"{tag}/") for other in totals)
            node = parent.add(label, data=tag, expand=tag in opened, allow_expand=deeper)
            self._add_below(node, tag, totals, opened)
        if not above and "" in totals:
            name = text("dashboard.no_tag", self._session.language)
            parent.add_leaf(self._label(name, totals[""], largest), data="")

    def _label(self, name: str, split: Split, largest: int) -> Text:
        """Return a line of the tree, which takes Rich's texts, that know no colours of a theme."""
        colours = self.app.theme_variables
        bar = split_bar(split, largest, BAR_WIDTH)
        styled = [(part, colours[style.removeprefix("$")]) for part, style in bar]
        return Text.assemble(f"{name} ", (f"{split.total:,} ", "dim"), *styled)

    def action_review_tag(self) -> None:
        """Ask for the review of what waits below the marked tag."""
        node = self.query_one(Tree).cursor_node
        if node is not None and node.data:
            self.post_message(self.ReviewTag(node.data))


def _nodes(node: TreeNode[str]) -> list[TreeNode[str]]:
    return [node, *(below for child in node.children for below in _nodes(child))]
