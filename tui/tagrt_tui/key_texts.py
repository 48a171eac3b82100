"""What every key does, by the id of its binding: a word for the key bar and a line for the help."""

from __future__ import annotations

from textual.binding import Binding

from tagrt.types import Language

_GROUPS = {
    "app": ("app", "程序"),
    "work": ("files", "文件"),
    "type": ("type", "输入"),
    "review": ("review", "审核"),
    "scan": ("scan", "扫码"),
    "dashboard": ("dashboard", "概览"),
    "search": ("search", "搜索"),
    "ask": ("answer", "回答"),
    "path": ("path", "路径"),
    "pick": ("choose", "选择"),
    "choose": ("choose", "选择"),
    "help": ("help", "帮助"),
}

_KEYS = {
    "app.help": ("help", "帮助", "Show what the keys do here", "显示此处各键的功能"),
    "app.type": ("type", "输入", "Type a product and watch its tags", "输入商品，即时看类别"),
    "app.review": ("review", "审核", "Review what waits for a person", "审核待定商品"),
    "app.scan": ("scan", "扫码", "Scan barcodes", "扫描条码"),
    "app.dashboard": ("dashboard", "概览", "See all figures", "查看全部数据"),
    "app.work": ("files", "文件", "Open a file and tag it", "打开文件并归类"),
    "app.store": ("store", "数据库", "Open or make a store", "打开或新建数据库"),
    "app.theme": ("theme", "主题", "Choose the colours", "选择配色"),
    "app.language": ("中文", "English", "Switch between English and Chinese", "切换中文与英文"),
    "app.commands": ("commands", "命令", "Find any command by its name", "按名称查找命令"),
    "app.quit": ("quit", "退出", "Leave the app", "退出程序"),
    "type.copy": ("copy", "复制", "Copy the best path", "复制最可能的类别"),
    "review.take1": ("take", "选用", "Take candidate 1", "选用第 1 个"),
    "review.take2": ("take", "选用", "Take candidate 2", "选用第 2 个"),
    "review.take3": ("take", "选用", "Take candidate 3", "选用第 3 个"),
    "review.take4": ("take", "选用", "Take candidate 4", "选用第 4 个"),
    "review.take5": ("take", "选用", "Take candidate 5", "选用第 5 个"),
    "review.accept": ("accept", "接受", "Accept the marked tag", "接受所标类别"),
    "review.up": ("up", "上一级", "Mark the tag one level up", "标到上一级类别"),
    "review.search": ("search", "搜索", "Search all tags", "搜索全部类别"),
    "review.skip": ("skip", "跳过", "Go on without deciding", "不作决定，看下一件"),
    "review.back": ("", "", "Go back to the one skipped", "回到刚跳过的一件"),
    "review.undo": ("undo", "撤销", "Take the last decision back", "撤销上一个决定"),
    "review.all": (
        "all alike",
        "同类全收",
        "Accept all shown with the same guess",
        "接受所显示的同类商品",
    ),
    "review.filter": ("filter", "筛选", "Show those with a text only", "只看含某些文字的"),
    "review.filter_tag": ("", "", "Show those of a tag only", "只看某一类别"),
    "review.filter_reason": ("", "", "Show those of a reason only", "只看某一待审原因"),
    "review.clear": ("", "", "Show all", "显示全部"),
    "review.copy": ("", "", "Copy title and tag", "复制名称与类别"),
    "review.page_up": ("", "", "Product: scroll up", "商品：向上滚动"),
    "review.page_down": ("", "", "Product: scroll down", "商品：向下滚动"),
    "scan.take1": ("take", "选用", "Take candidate 1", "选用第 1 个"),
    "scan.take2": ("take", "选用", "Take candidate 2", "选用第 2 个"),
    "scan.take3": ("take", "选用", "Take candidate 3", "选用第 3 个"),
    "scan.take4": ("take", "选用", "Take candidate 4", "选用第 4 个"),
    "scan.take5": ("take", "选用", "Take candidate 5", "选用第 5 个"),
    "scan.search": ("search", "搜索", "Search all tags", "搜索全部类别"),
    "scan.undo": ("undo", "撤销", "Take the decision on this product back", "撤销对此商品的决定"),
    "scan.code": ("type a code", "输入条码", "Type a code by hand", "手动输入条码"),
    "scan.page_up": ("", "", "Product: scroll up", "商品：向上滚动"),
    "scan.page_down": ("", "", "Product: scroll down", "商品：向下滚动"),
    "dashboard.review": ("review this tag", "审核此类", "Review what waits of this tag", "审核此类待定商品"),
    "search.back": ("back", "返回", "Leave without a tag", "不选类别，返回"),
    "search.down": ("", "", "Next tag", "下一个"),
    "search.up": ("", "", "Tag before", "上一个"),
    "ask.yes": ("yes", "是", "Yes", "是"),
    "ask.no": ("no", "否", "No", "否"),
    "path.up": ("", "", "File before", "上一个"),
    "path.down": ("choose", "选择", "Next file", "下一个"),
    "path.complete": ("complete", "补全", "Complete the path", "补全路径"),
    "path.back": ("back", "返回", "Leave without a file", "不选文件，返回"),
    "choose.back": ("back", "返回", "Leave without choosing", "不作选择，返回"),
    "pick.back": ("back", "返回", "Leave things as they are", "保持不变，返回"),
    "help.back": ("back", "返回", "Close the help", "关闭帮助"),
    "help.up": ("", "", "Scroll up", "向上"),
    "help.down": ("scroll", "滚动", "Scroll down", "向下"),
    "work.open": ("open", "打开", "Open a file", "打开文件"),
    "work.run": ("run", "归类", "Tag the file, or go on with a run", "开始归类，或继续未完的归类"),
    "work.pause": ("pause", "暂停", "Hold the run, or let it go on", "暂停或继续"),
    "work.stop": ("stop", "停止", "Stop the run; it can be gone on with", "停止归类，之后可继续"),
    "work.role": (
        "column",
        "列",
        "Say what the model reads from this column",
        "指定模型从此列读取什么",
    ),
    "work.encoding": ("encoding", "编码", "Correct the encoding", "更正编码"),
    "work.delimiter": ("delimiter", "分隔符", "Correct the delimiter", "更正分隔符"),
    "work.header": (
        "header",
        "表头",
        "First row: names of the columns, or a product already",
        "第一行是列名，或已是商品",
    ),
    "work.language": ("tag names", "类别语言", "Language of the tag names", "类别名称的语言"),
    "work.vocabulary": ("", "", "Use a shop's own tag names, or none", "使用店铺自己的类别名称"),
    "work.copy": ("copy", "复制", "Copy the marked cell", "复制所标单元格"),
    "work.up": ("", "", "Row up", "上一行"),
    "work.down": ("", "", "Row down", "下一行"),
    "work.left": ("", "", "Column to the left", "左一列"),
    "work.right": ("", "", "Column to the right", "右一列"),
    "work.page_up": ("", "", "A screen up", "上一屏"),
    "work.page_down": ("", "", "A screen down", "下一屏"),
    "work.top": ("", "", "First row", "第一行"),
    "work.bottom": ("", "", "Last row", "最后一行"),
}

_NAMES = {
    "enter": "⏎",
    "backspace": "⌫",
    "escape": "Esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "slash": "/",
    "tab": "Tab",
    "space": "Space",
}


def is_known(binding: Binding) -> bool:
    """Whether a binding is the app's own, which are the ones with an id of a known group."""
    return bool(binding.id) and str(binding.id).partition(".")[0] in _GROUPS


def short_text(binding: Binding, language: Language) -> str:
    """Return the word for the key bar; empty if it is not shown there."""
    english, chinese, _, _ = _KEYS.get(binding.id or "", ("", "", "", ""))
    return chinese if language is Language.ZH else english


def long_text(binding: Binding, language: Language) -> str:
    """Return the line for the help; the binding's tooltip where no text is known."""
    tooltip = binding.tooltip or binding.description
    _, _, english, chinese = _KEYS.get(binding.id or "", ("", "", tooltip, tooltip))
    return chinese if language is Language.ZH else english


def rank(binding: Binding) -> tuple[bool, int]:
    """Return a binding's place among others: the screen's own ones first, each in the order of this file."""
    name = binding.id or ""
    return name.startswith("app."), list(_KEYS).index(name) if name in _KEYS else len(_KEYS)


def group_text(binding: Binding, language: Language) -> str:
    """Return the name of the group that a binding belongs to."""
    group = (binding.id or "").partition(".")[0]
    english, chinese = _GROUPS.get(group, (group, group))
    return chinese if language is Language.ZH else english


def key_name(key: str) -> str:
    """Return a key as it is shown: `^l` for `ctrl+l`, `⏎` for `enter`."""
    from textual.keys import format_key

    *modifiers, last = key.split("+")
    shown = _NAMES.get(last) or (last.upper() if len(last) > 1 and last[1:].isdigit() else format_key(last))
    prefix = "".join("^" if modifier == "ctrl" else f"{modifier}+" for modifier in modifiers)
    return f"{prefix}{shown}"
