"""The user's own keys: a TOML file of binding ids and keys, checked before the app starts.

Its lines are such as `"review.accept" = "enter,space"`.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key

from tagrt.errors import InputFileError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})


class KeymapError(InputFileError):
    """A keymap file is malformed, or names what there is not."""


def keymap_file() -> Path:
    """Return where the keymap of this user is."""
    from platformdirs import user_config_path

    return user_config_path("tagrt", appauthor=False) / "keymap.toml"


def load_keymap(path: Path) -> dict[str, str]:
    """Read a keymap.

    Args:
        path: A TOML file.

    Returns:
        Keys, parted by commas, by the id of their binding.

    Raises:
        KeymapError: If it is malformed, names an unknown id or key, or binds a key twice; with the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = dict(_flat(tomllib.loads(text)))
    except OSError as error:
        raise KeymapError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise KeymapError(f"{path} is not UTF-8: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise KeymapError(f'{path}: {error}: write lines such as  "review.accept" = "space"') from error
    scopes = binding_scopes()
    keymap = {}
    for name, keys in found.items():
        problem = _problem(name, keys, scopes)
        if problem:
            raise KeymapError(f"{path}, line {_line_of(text, name)}: {problem}")
        keymap[name] = ",".join(_normal(key) for key in str(keys).split(","))
    for name, other, key in _clashes(keymap, scopes):
        raise KeymapError(
            f"{path}, line {_line_of(text, name)}: '{key}' is also the key of {other}: "
            "choose another key for one of the two"
        )
    return keymap


def binding_scopes() -> list[dict[str, tuple[str, ...]]]:
    """Return keys by binding id, one mapping for each screen; the first is the app's own."""
    from tagrt_tui import screens
    from tagrt_tui.app import TagrtApp

    scopes = [_keys_of(TagrtApp)]
    for module in iter_modules(screens.__path__, f"{screens.__name__}."):
        for made in vars(import_module(module.name)).values():
            if isinstance(made, type) and issubclass(made, DOMNode) and made.__module__ == module.name:
                scopes.append(_keys_of(made))
    return [scope for scope in scopes if scope]


def _keys_of(owner: type[DOMNode]) -> dict[str, tuple[str, ...]]:
    keys: dict[str, tuple[str, ...]] = {}
    for binding in Binding.make_bindings(vars(owner).get("BINDINGS", ())):
        if binding.id:
            keys[binding.id] = (*keys.get(binding.id, ()), binding.key)
    return keys


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Give dotted names for nested tables, for TOML takes an unquoted `review.accept` as such."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _problem(name: str, keys: object, scopes: list[dict[str, tuple[str, ...]]]) -> str:
    known = [known for scope in scopes for known in scope]
    if name not in known:
        close = get_close_matches(name, known, n=1)
        return f"nothing is called '{name}'" + (f": did you mean '{close[0]}'?" if close else ": see F1")
    if not isinstance(keys, str) or not keys.strip():
        return f'the keys of {name} must be a text such as "ctrl+s" or "s,down"'
    wrong = next((key.strip() for key in keys.split(",") if not _is_key(key.strip())), None)
    return "" if wrong is None else f"'{wrong}' is no key: use names such as a, ctrl+s, f5, enter, slash"


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    if not last or not _MODIFIERS.issuperset(modifiers):
        return False
    if len(last) == 1 or last in {known.value for known in Keys} or last in KEY_NAME_REPLACEMENTS.values():
        return True
    try:
        unicodedata.lookup(last.replace("_", " "))
    except KeyError:
        return last == "space"
    return True


def _normal(key: str) -> str:
    key = key.strip()
    return _character_to_key(key) if len(key) == 1 else key


def _clashes(
    keymap: Mapping[str, str], scopes: list[dict[str, tuple[str, ...]]]
) -> Iterator[tuple[str, str, str]]:
    """Give changed ids whose key another one has on the same screen; the app's keys hold on all screens."""
    for scope in scopes:
        taken: dict[str, str] = {}
        for name, keys in {**scopes[0], **scope}.items():
            for key in keymap[name].split(",") if name in keymap else keys:
                other = taken.setdefault(key, name)
                if other != name and (name in keymap or other in keymap):
                    changed, standing = (name, other) if name in keymap else (other, name)
                    yield changed, standing, key


def _line_of(text: str, name: str) -> int:
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        start = line.split("#")[0].strip()
        if start.startswith("["):
            table = f"{start.strip('[] ')}."
        key = start.partition("=")[0].replace('"', "").replace("'", "").replace(" ", "")
        if key and f"{table}{key}" == name:
            return number
    return 1
