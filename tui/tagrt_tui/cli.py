"""`tagrt tui`: loads the model and starts the app; Textual is imported only when it is called."""

from __future__ import annotations

import locale
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from tagrt.cli import options
from tagrt.errors import InputFileError, UsageError
from tagrt.types import Language

EPILOG = """\b
Examples:
  tagrt tui --demo                      a first look, with sample products
  tagrt tui stock.csv --store shop.db   open a file, tag it, review what is left
  tagrt tui --store shop.db             review what waits
  tagrt tui --lang zh                   type a name, watch its tags

\b
F1 shows the keys of each screen. Other keys can be given in keymap.toml in the
configuration folder of tagrt (Linux: ~/.config/tagrt), by lines such as
  "review.accept" = "space"
NO_COLOR is honoured; themes: F9.
"""


@click.command("tui", short_help="Tag files, type products, review what waits.", epilog=EPILOG)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Keep products and what people decide in this file, made if there is none; review what waits there.",
)
@click.option(
    "--lang",
    type=click.Choice([Language.EN.value, Language.ZH.value]),
    help="Language of the interface and of tag names; Ctrl+L switches it.  [default: as the last time]",
)
@click.option(
    "--scan-gap",
    type=click.IntRange(0, 1000),
    default=100,
    show_default=True,
    help="Milliseconds between keys below which a barcode scanner may be typing; 0 if there is none.",
)
@click.option("--theme", metavar="NAME", help="Colours, such as contrast, mono or textual-light.")
@click.option(
    "--keymap", type=click.Path(path_type=Path), help="Your own keys.  [default: keymap.toml, see below]"
)
@click.option("--demo", is_flag=True, help="Open sample products, in a folder that is gone at the end.")
@options.vocabulary
@options.model
def command(
    file: Path | None,
    store: Path | None,
    lang: str | None,
    theme: str | None,
    keymap: Path | None,
    demo: bool,
    scan_gap: int,
    vocabulary: Path | None,
    model: Path | None,
) -> None:
    """Open FILE, see how it is read and tag it; type a product and watch its tags; scan; review what is left.

    With --store what a run leaves for a person can be reviewed at once, and what people decide stands in
    later runs.
    """
    from tagrt import Tagger
    from tagrt.vocabulary import Vocabulary
    from tagrt_tui.app import TagrtApp
    from tagrt_tui.demo import demo_folder
    from tagrt_tui.keymap import keymap_file, load_keymap
    from tagrt_tui.session import Session, open_store
    from tagrt_tui.state import UserState, state_file

    if demo and (file or store):
        raise UsageError("--demo brings its own file and store: leave FILE and --store out")
    if file and not file.exists():
        raise InputFileError(f"{file} does not exist: check the path")
    own = keymap or keymap_file()
    keys = load_keymap(own) if keymap or own.exists() else {}
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the terminal app needs a terminal: use  tagrt tag  or  tagrt run  in scripts")
    state = UserState.load(state_file())
    language = Language(lang or state.language or _locale_language())
    tagger = Tagger.load(model)
    if vocabulary:
        Vocabulary.load(vocabulary, tagger.taxonomy)
    with ExitStack() as stack:
        if demo:
            file, store = stack.enter_context(demo_folder())
            state.path = None
        opened = open_store(store) if store else None
        session = Session(tagger, language, opened, state=state, tag_language=language, vocabulary=vocabulary)
        stack.callback(lambda: session.store.close() if session.store else None)
        app = TagrtApp(session, file, keys, run=demo)
        app.scan_gap = scan_gap / 1000
        if lang:
            state.language = language.value
            state.save()
        if theme:
            if theme not in app.available_themes:
                raise UsageError(f"no theme '{theme}': there are {', '.join(sorted(app.available_themes))}")
            state.theme = theme
        app.run()
        if app.return_code:
            raise SystemExit(app.return_code)


def _locale_language() -> str:
    """Return Chinese where the system speaks it, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return Language.ZH.value if spoken.lower().startswith("zh") else Language.EN.value
