"""Errors in the words of the interface: its two languages, and keys in the place of options."""

from __future__ import annotations

import errno
from pathlib import Path

from tagrt.errors import TagrtError
from tagrt.types import Language

_ERRORS = {
    "file.missing": ("{full} does not exist: check the path.", "{full} 不存在，请检查路径。"),
    "file.directory": ("{full} is a folder: choose a file in it.", "{full} 是文件夹，请选择其中的文件。"),
    "file.device": ("{path} is no regular file.", "{path} 不是普通文件。"),
    "file.empty": ("{path} is empty.", "{path} 是空文件。"),
    "file.closed": ("{path} cannot be opened: {why}.", "{path} 打不开：{why}。"),
    "file.foreign": (
        "{path} is {kind}, not a table: save the sheet as CSV and open that.",
        "{path} 不是表格文件（{kind}）。请把表格另存为 CSV 再打开。",
    ),
    "file.binary": (
        "{path} is no text: save the sheet as CSV and open that.",
        "{path} 不是文本文件，请把表格另存为 CSV 再打开。",
    ),
    "file.broken": (
        "{path} cannot be read to its end ({detail}): is the file complete?",
        "{path} 无法读到结尾（{detail}），文件是否完整？",
    ),
    "file.encoding": (
        "{path} is not {encoding}: press e and choose another encoding.",
        "{path} 不是 {encoding} 编码，请按 e 另选编码。",
    ),
    "file.json_array": (
        "{path} is one JSON array: write one object a line (JSONL).",
        "{path} 是一个 JSON 数组，请改为每行一个对象（JSONL）。",
    ),
    "file.workbook": (
        "{path} cannot be read as an Excel workbook: save the sheet as CSV and open that.",
        "{path} 无法作为 Excel 工作簿读取，请把表格另存为 CSV 再打开。",
    ),
    "column.title": (
        "No title column was found: mark it with ← → and press Enter.",
        "找不到名称列：用 ← → 选中该列，再按回车。",
    ),
    "column.missing": ("There is no column '{name}'.", "没有“{name}”这一列。"),
    "output.irregular": (
        "{path} is a folder or a device: rename or move it, then run again.",
        "{path} 是文件夹或设备，请改名或移走后再归类。",
    ),
    "output.same": (
        "{path} would be written over what is read: rename the file first.",
        "写出会覆盖正在读取的 {path}，请先改名。",
    ),
    "output.busy": (
        "{path} is being written by another run: wait for it.",
        "另一个归类正在写 {path}，请等它结束。",
    ),
    "output.other_run": (
        "{path}: the unfinished run was of another file or model: start anew.",
        "{path}：未完成的归类用的是另一个文件或模型，请重新开始。",
    ),
    "output.full": (
        "{path} cannot be written: {why}. What is done is kept: free some space, then r goes on.",
        "{path} 无法写入：{why}。已完成的部分保留，清理空间后按 r 继续。",
    ),
    "output.unwritable": (
        "{path} cannot be written: {why}. Copy the file to another folder and open it there.",
        "{path} 无法写入：{why}。请把文件复制到其他文件夹再打开。",
    ),
    "store.newer": (
        "{path} was written by a newer tagrt: upgrade this one.",
        "{path} 由更新版本的 tagrt 写成，请先升级。",
    ),
    "store.folder": ("{full}: there is no such folder.", "{full}：没有这个文件夹。"),
    "store.foreign": ("{path} is no store, or a damaged one.", "{path} 不是数据库文件，或已损坏。"),
    "store.unmade": (
        "{full} cannot be made: may you write in that folder?",
        "无法新建 {full}：该文件夹是否可写？",
    ),
    "store.unreadable": (
        "{path} cannot be read: check it with  tagrt db check.",
        "{path} 无法读取，请用  tagrt db check  检查。",
    ),
    "store.unwritable": ("{path} cannot be written.", "{path} 无法写入。"),
    "store.busy": (
        "{path} is in use by another program: nothing was changed, try again in a moment.",
        "{path} 正被另一个程序使用：没有任何改动，请稍后再试。",
    ),
    "store.full": (
        "{path} cannot be written, the disk is full: free some space.",
        "磁盘已满，{path} 无法写入，请清理空间。",
    ),
    "extra": (
        "Files of this kind need  pip install 'tagrt[{extra}]'",
        "读取此类文件需要  pip install 'tagrt[{extra}]'",
    ),
}
_REASONS = {
    errno.ENOSPC: ("the disk is full", "磁盘已满"),
    errno.EDQUOT: ("the disk quota is used up", "磁盘配额已用完"),
    errno.ENOENT: ("its folder does not exist", "文件夹不存在"),
    errno.EACCES: ("not permitted", "没有权限"),
    errno.EPERM: ("not permitted", "没有权限"),
    errno.EROFS: ("the disk is read-only", "磁盘只读"),
}


def error_text(error: BaseException, language: Language) -> str:
    """Return what to tell a person; the error's own English where the interface has no words for it.

    Files are named without their folder, for a line has little room.
    """
    chinese = language is Language.ZH
    if isinstance(error, TagrtError) and error.code in _ERRORS:
        number = error.details.get("errno")
        reason = _REASONS.get(number) if isinstance(number, int) else None
        why = reason[chinese] if reason else f"errno {number}"
        path = str(error.details.get("path", ""))
        named = {**error.details, "path": Path(path).name, "full": path, "why": why}
        return _ERRORS[error.code][chinese].format(**named)
    return str(error) if isinstance(error, (TagrtError, OSError)) else f"{type(error).__name__}: {error}"
