"""Every error a user can meet; each message says what happened and what to do about it."""

from __future__ import annotations

from tagrt.types.exit_code import ExitCode


class TagrtError(Exception):
    """Base of all errors that are the user's to mend; `exit_code` is what the CLI returns.

    Attributes:
        code: What went wrong, for a face that has its own words for it; empty where the message is all.
        details: What those words need, such as the path.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, code: str = "", **details: object) -> None:
        """Take the message in English."""
        super().__init__(message)
        self.code = code
        self.details = details


class UsageError(TagrtError):
    """An option or argument does not fit."""


class InputFileError(TagrtError):
    """The input file is missing, empty or cannot be read as a table."""

    exit_code = ExitCode.BAD_INPUT


class ColumnError(InputFileError):
    """A column the caller named, or the title column, is not in the file."""


class OutputFileError(TagrtError):
    """The output cannot be written."""

    exit_code = ExitCode.BAD_INPUT


class VocabularyError(TagrtError):
    """A vocabulary file is malformed or names unknown taxonomy ids."""


class PolicyError(TagrtError):
    """A policy file is malformed or names unknown tags."""


class TaxonomyError(TagrtError):
    """A taxonomy file is malformed: unknown parent, duplicate id, or a cycle."""

    exit_code = ExitCode.BAD_INPUT


class BundleError(TagrtError):
    """A model bundle is missing a file, was changed, or is of a newer schema."""

    exit_code = ExitCode.BAD_BUNDLE


class StoreError(TagrtError):
    """A store is missing, damaged, of a newer schema, or lacks a product."""

    exit_code = ExitCode.BAD_INPUT


class MissingExtraError(TagrtError):
    """A command needs packages that the base install leaves out."""

    def __init__(self, extra: str, module: str) -> None:
        """Name the extra and the module that could not be imported."""
        super().__init__(
            f"this command needs the '{extra}' extra ({module} is not installed): "
            f"run  pip install 'tagrt[{extra}]'",
            "extra",
            extra=extra,
        )
