"""Every text of the interface, in English and Chinese."""

from __future__ import annotations

from tagrt.types import Language

_TEXTS = {
    "app.keys": (
        "F2 type  F3 review  F4 scan  F5 dashboard  ^l 中文  ^p commands  ^q quit",
        "F2 输入  F3 审核  F4 扫码  F5 概览  ^l English  ^p 命令  ^q 退出",
    ),
    "type.prompt": ("type a product name", "输入商品名称"),
    "review.title": ("Review", "审核"),
    "review.waiting": ("{count} waiting", "待审 {count}"),
    "review.nothing": ("Nothing waits for review.", "没有待审商品。"),
    "review.searching": ("Looking for them …", "正在查找……"),
    "review.filtered": ("filter: {what}", "筛选：{what}"),
    "review.no_store": (
        "No store is open. Make one with  tagrt run FILE --store shop.db  "
        "and start with  tagrt tui --store shop.db",
        "没有打开数据库。先运行  tagrt run 文件 --store shop.db  再用  tagrt tui --store shop.db  启动",
    ),
    "review.keys": (
        "1-5 take  ⏎ accept  / search  ⌫ up  s skip  u undo  a all  f t r filter",
        "1-5 选用  ⏎ 接受  / 搜索  ⌫ 上一级  s 跳过  u 撤销  a 同类全收  f t r 筛选",
    ),
    "review.accepts": ("⏎ accepts", "⏎ 将接受"),
    "review.taken": ("{title}: {tag}", "{title}：{tag}"),
    "review.undone": ("taken back: {title}", "已撤销：{title}"),
    "review.no_undo": ("nothing to undo", "没有可撤销的操作"),
    "review.all": (
        "Accept {tag} for {count} products?  y yes  n no",
        "将 {count} 件商品都归为 {tag}？  y 是  n 否",
    ),
    "review.reason.low_confidence": ("not sure", "把握不足"),
    "review.reason.too_broad": ("too broad", "类别太宽"),
    "review.reason.damaged": ("damaged row", "数据受损"),
    "review.reason.changed": ("text changed after a decision", "人工归类后文字有变"),
    "review.reason.policy": ("the shop's policy asks a person", "按店铺规定须人工确认"),
    "review.reason.hidden": ("a word the shop does not show", "含店铺不展示的词"),
    "review.reason.memory": ("like a corrected product", "与已更正的商品相似"),
    "review.reason.rule": ("a rule of the shop", "店铺规则"),
    "review.before": ("decided before", "此前人工归类"),
    "review.reason.unreadable": ("unreadable row", "无法读取"),
    "review.reason.empty_title": ("no title", "没有名称"),
    "filter.prompt": (
        "part of a title, key or barcode; Esc shows all",
        "名称、编号或条码的一部分；Esc 显示全部",
    ),
    "filter.reason": ("Show those that wait because of", "只看待审原因为"),
    "scan.title": ("Scan", "扫码"),
    "scan.count": ("{count:,} scanned", "已扫 {count:,}"),
    "scan.prompt": ("scan, or type a code and press Enter", "扫描条码，或输入后按回车"),
    "scan.name": ("name of the new product", "新商品名称"),
    "scan.nothing": (
        "Scan a product. A scan is heard on every screen.",
        "请扫描商品。在任何界面都可以扫码。",
    ),
    "scan.unknown": (
        "{code}: no product has this code. Type its name; Enter adds it.",
        "{code}：没有这个条码的商品。输入名称，按回车添加。",
    ),
    "scan.wrong": (
        "The check digit is {found}, but {expected} was expected.",
        "校验码是 {found}，应为 {expected}。",
    ),
    "scan.again": (
        "Scan it again, or correct it above and press Enter.",
        "请重新扫描，或在上方改正后按回车。",
    ),
    "scan.case": ("a case of {item}", "{item} 的整箱"),
    "scan.more": ("{count} more with this code", "另有 {count} 件商品用此条码"),
    "scan.no_tag": ("no tag yet", "尚无类别"),
    "scan.no_name": ("type its name first", "请先输入名称"),
    "scan.added": ("added: {title}", "已添加：{title}"),
    "scan.keys.ready": (
        "⏎ look up  F2 type  F3 review  F5 dashboard  ^q quit",
        "⏎ 查找  F2 输入  F3 审核  F5 概览  ^q 退出",
    ),
    "scan.keys.unknown": (
        "⏎ add  Esc type a code  F3 review  ^q quit",
        "⏎ 添加  Esc 输入条码  F3 审核  ^q 退出",
    ),
    "scan.keys.known": (
        "1-5 take  / search  u undo  c type a code  F3 review  F5 dashboard  ^q quit",
        "1-5 选用  / 搜索  u 撤销  c 输入条码  F3 审核  F5 概览  ^q 退出",
    ),
    "decision.auto": ("decided by the model", "模型已定"),
    "decision.review": ("waits for review", "待审核"),
    "decision.human": ("decided by a person", "人工已定"),
    "dashboard.title": ("Dashboard", "概览"),
    "dashboard.counting": ("counting …", "正在统计……"),
    "dashboard.products": ("{count:,} products", "{count:,} 件商品"),
    "dashboard.auto": ("auto", "自动"),
    "dashboard.review": ("review", "待审"),
    "dashboard.human": ("human", "人工"),
    "dashboard.tags": ("Tags", "类别"),
    "dashboard.no_tag": ("no tag yet", "尚无类别"),
    "dashboard.histogram": ("Probability of the best guess", "最佳猜测的概率"),
    "dashboard.runs": ("Rows a second of past runs", "历次运行速度（行/秒）"),
    "dashboard.no_runs": ("no run yet", "尚未运行"),
    "dashboard.keys": (
        "↑↓ choose  ⏎ open  r review this tag  F3 review  F4 scan  ^q quit",
        "↑↓ 选择  ⏎ 展开  r 审核此类  F3 审核  F4 扫码  ^q 退出",
    ),
    "search.prompt": ("tag: English, 中文 or pinyin", "类别：中文、拼音首字母或 English"),
    "search.keys": ("↑↓ choose  ⏎ take  Esc back", "↑↓ 选择  ⏎ 选用  Esc 返回"),
}


def text(name: str, language: Language, **values: object) -> str:
    """Return a text in a language, with values put in.

    Raises:
        KeyError: If there is no such text.
    """
    english, chinese = _TEXTS[name]
    return (chinese if language is Language.ZH else english).format(**values)
