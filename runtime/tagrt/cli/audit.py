"""`tagrt audit`: who or what set each tag, and why."""

from __future__ import annotations

from pathlib import Path

import click

from tagrt.cli import options

KINDS = ("person", "model", "memory", "rule", "policy")
EPILOG = """\b
Examples:
  tagrt audit --store shop.db
  tagrt audit --store shop.db --by rule
  tagrt audit --store shop.db --log --since 2026-11-01 > november.tsv
"""


@click.command("audit", short_help="List who or what set each tag, and why.", epilog=EPILOG)
@options.store
@click.option("--by", "kind", type=click.Choice(KINDS), help="Only tags set by this.")
@click.option("--log", "whole", is_flag=True, help="All that was ever decided, oldest first.")
@click.option("--since", default="", metavar="DATE", help="With --log: from this UTC day on, YYYY-MM-DD.")
def command(store: Path, kind: str | None, whole: bool, since: str) -> None:
    """List who or what set the tag of every product: a person, the model, its memory, a rule or the policy.

    Lines of time, kind, person or model, key, tag, decision, why and title, with tabs between.
    """
    from tagrt.errors import UsageError
    from tagrt.store import Store
    from tagrt.store.audit import Account, accounts, log

    if since and not whole:
        raise UsageError("--since needs --log")
    with Store(store) as opened:
        found = log(opened, since) if whole else accounts(opened, kind or "")
        click.echo("\t".join(Account._fields))
        for account in found:
            if not kind or account.kind == kind:
                click.echo("\t".join(" ".join(cell.split()) for cell in account))
