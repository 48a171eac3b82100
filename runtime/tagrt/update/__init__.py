"""Keeping a store's tags right: what changed in a file, in the model, in the policy, is tagged anew."""

from tagrt.update.job import UpdateOptions, update_store
from tagrt.update.report import UpdateReport, render_report
from tagrt.update.stored import write_tagged

__all__ = ["UpdateOptions", "UpdateReport", "render_report", "update_store", "write_tagged"]
