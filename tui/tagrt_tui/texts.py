"""Every text of the interface, in English and Chinese."""

from __future__ import annotations

from tagrt.types import Language

_TEXTS = {
    "app.keys": (
        "F2 type  F3 review  ^l 中文  ^p commands  ^q quit",
        "F2 输入  F3 审核  ^l English  ^p 命令  ^q 退出",
    ),
    "type.prompt": ("type a product name", "输入商品名称"),
    "review.title": ("Review", "审核"),
    "review.waiting": ("{count:,} waiting", "待审 {count:,}"),
    "review.nothing": ("Nothing waits for review.", "没有待审商品。"),
    "review.filtered": ("filter: {what}", "筛选：{what}"),
    "review.no_store": (
        "No store is open. Make one with  tagrt run FILE --store shop.db  "
        "and start with  tagrt tui --store shop.db",
        "没有打开数据库。先运行  tagrt run 文件 --store shop.db  再用  tagrt tui --store shop.db  启动",
    ),
    "review.keys": (
        "1-5 take  ⏎ accept  / search  ⌫ up  s skip  u undo  a all alike  f filter",
        "1-5 选用  ⏎ 接受  / 搜索  ⌫ 上一级  s 跳过  u 撤销  a 同类全收  f 筛选",
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
