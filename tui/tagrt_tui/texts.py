"""Every text of the interface, in English and Chinese."""

from __future__ import annotations

from tagrt.types import Language

_TEXTS = {
    "app.copied": ("copied: {what}", "已复制：{what}"),
    "app.error": ("that did not work: {error}", "操作失败：{error}"),
    "app.run_going": (
        "A run is under way. Leave and stop it? It can be gone on with later.  y yes  n no",
        "归类正在进行。要停止并退出吗？之后可以继续。  y 是  n 否",
    ),
    "app.store_open": ("store {name}: {count:,} products wait", "数据库 {name}：待审 {count:,} 件"),
    "app.store_new": ("new store {name}: a run fills it", "新数据库 {name}：归类后写入"),
    "app.store_busy": ("A run is using the store: stop it first.", "归类正在使用数据库，请先停止。"),
    "app.themes": ("find a theme", "查找主题"),
    "app.quit_hint": ("{key} leaves", "按 {key} 退出"),
    "app.palette": ("find a command", "查找命令"),
    "help.here": ("On this screen", "本屏"),
    "help.everywhere": ("Everywhere", "各处通用"),
    "help.keymap": (
        'Other keys: write lines such as  "review.accept" = "space"  to keymap.toml in the folder\n'
        "that  tagrt tui --help  names. Copies go through the terminal (OSC 52); in tmux: set -g "
        "set-clipboard on.",
        '改键：在 keymap.toml 中写  "review.accept" = "space"  这样的行；文件夹见  tagrt tui --help。\n'
        "复制经由终端（OSC 52）；在 tmux 中请先 set -g set-clipboard on。",
    ),
    "path.file": (
        "path of a CSV, TSV, JSONL, Excel or Parquet file",
        "文件路径（CSV、TSV、JSONL、Excel、Parquet）",
    ),
    "path.store": ("path of a store (.db); a new name makes one", "数据库路径（.db）；新名称将新建"),
    "path.vocabulary": ("path of a vocabulary (.toml)", "类别名称文件的路径（.toml）"),
    "path.none": ("{path}: no such file", "{path}：没有这个文件"),
    "work.title": ("Files", "文件"),
    "work.opening": ("opening {name} …", "正在打开 {name} …"),
    "work.empty": (
        "No file is open.  Press  o  to open one.\n\n"
        "A run tags every row and writes NAME.tagged.csv beside the file. With a store (F8) the products "
        "that need a person can then be reviewed (F3), and what people decide stands in later runs.",
        "尚未打开文件。按  o  打开。\n\n"
        "归类会给每一行加上类别，在同一文件夹写出 NAME.tagged.csv。打开数据库（F8）后，"
        "需要人看的商品可以审核（F3），人工的决定在以后的归类中保持不变。",
    ),
    "work.no_file": ("No file is open: press o.", "尚未打开文件：请按 o。"),
    "work.no_title": (
        "No title column was found: mark it with ← → and press Enter. "
        "If the first row is a product already, press n.",
        "找不到名称列：用 ← → 选中该列，再按回车；如果第一行已是商品，请按 n。",
    ),
    "work.found": ("as found", "自动判断"),
    "work.encoding.ask": ("Encoding of the file", "文件编码"),
    "work.delimiter.ask": ("Delimiter of the file", "分隔符"),
    "work.language.ask": ("Language of the tag names", "类别名称的语言"),
    "work.role.ask": ("What does the model read from '{column}'?", "模型从“{column}”读取什么？"),
    "delimiter.,": ("comma", "逗号"),
    "delimiter.\t": ("tab", "制表符"),
    "delimiter.;": ("semicolon", "分号"),
    "delimiter.|": ("pipe", "竖线"),
    "tags.en": ("English", "英文"),
    "tags.zh": ("Chinese", "中文"),
    "tags.both": ("English and Chinese", "中英双语"),
    "field.title": ("title", "名称"),
    "field.brand": ("brand", "品牌"),
    "field.description": ("description", "描述"),
    "field.category": ("category", "分类"),
    "field.key": ("key", "编号"),
    "field.gtin": ("barcode", "条码"),
    "field.none": ("nothing", "不读取"),
    "facts.delimiter": ("{shown}", "{shown}"),
    "facts.headers": ("{dialect} headers", "{dialect} 表头"),
    "facts.no_header": ("no header", "无表头"),
    "facts.rows": ("{count:,} rows", "{count:,} 行"),
    "facts.rows_so_far": ("{count:,} rows so far", "已读 {count:,} 行"),
    "facts.no_title": ("no title column", "没有名称列"),
    "facts.tags": ("tags in {which}", "类别：{which}"),
    "facts.vocabulary": ("names of {name}", "名称取自 {name}"),
    "facts.store": ("store {name}", "数据库 {name}"),
    "facts.no_store": ("no store (F8)", "无数据库（F8）"),
    "evidence.byte order mark": ("byte order mark", "字节顺序标记"),
    "evidence.zero bytes": ("zero bytes", "零字节"),
    "evidence.plain ASCII": ("plain ASCII", "纯 ASCII"),
    "evidence.UTF-8 sequences": ("UTF-8 sequences", "UTF-8 序列"),
    "evidence.everyday Chinese characters": ("everyday Chinese characters", "常用汉字"),
    "evidence.single accented letters": ("single accented letters", "重音字母"),
    "evidence.statistical guess": ("statistical guess", "统计推测"),
    "evidence.as asked": ("as asked", "按指定"),
    "evidence.fallback": ("fallback", "默认"),
    "evidence.typed columns": ("typed columns", "列带类型"),
    "run.going": ("tagging", "归类中"),
    "run.stopping": ("stopping", "正在停止"),
    "run.waiting": (
        "nothing yet: is the store in use by another program?",
        "还没有进展：数据库是否正被另一个程序使用？",
    ),
    "run.paused": ("paused", "已暂停"),
    "run.stopped": ("stopped", "已停止"),
    "run.failed": ("failed", "失败"),
    "run.done": ("done", "完成"),
    "run.rows": ("{count:,} rows", "{count:,} 行"),
    "run.speed": ("{speed:,.0f} rows/s", "{speed:,.0f} 行/秒"),
    "run.left": ("{left} left", "剩余 {left}"),
    "run.resumed": ("{count:,} from an earlier run", "其中 {count:,} 行来自上次"),
    "run.failed_rows": ("{count:,} unreadable", "{count:,} 行无法读取"),
    "run.auto": ("auto", "自动"),
    "run.review": ("review", "待审"),
    "run.human": ("human", "人工"),
    "run.written": ("{name}", "{name}"),
    "run.written_review": ("{name}  ·  F3 reviews {review:,}", "{name}  ·  按 F3 审核 {review:,} 件"),
    "run.goes_on": ("press r to go on", "按 r 继续"),
    "run.one": ("A run is under way: space holds it, x stops it.", "归类正在进行：空格暂停，x 停止。"),
    "run.unfinished": ("An unfinished run of {name} was found.", "发现 {name} 有未完成的归类。"),
    "run.resume": ("go on with it ({count:,} rows are done)", "继续（已完成 {count:,} 行）"),
    "run.anew": ("start anew", "重新开始"),
    "run.overwrite": ("{name} exists. Write it anew?  y yes  n no", "{name} 已存在。重新写吗？  y 是  n 否"),
    "run.stopped.told": ("stopped: what is done is kept, r goes on", "已停止：已完成的部分保留，按 r 继续"),
    "run.done.told": (
        "{rows:,} rows tagged, {review:,} for review, in {name}",
        "已归类 {rows:,} 行，待审 {review:,} 行：{name}",
    ),
    "type.prompt": ("type a product name", "输入商品名称"),
    "review.title": ("Review", "审核"),
    "review.waiting": ("{count} waiting", "待审 {count}"),
    "review.nothing": ("Nothing waits for review.", "没有待审商品。"),
    "review.nothing_fits": (
        "Nothing fits the filter. Esc shows all.",
        "没有符合筛选的商品。按 Esc 显示全部。",
    ),
    "review.searching": ("Looking for them …", "正在查找……"),
    "review.decided_elsewhere": ("decided by someone else meanwhile", "已由他人处理"),
    "scan.cut": ("The scan was cut short: scan again.", "扫码中断，请重扫。"),
    "review.filtered": ("filter: {what}", "筛选：{what}"),
    "review.no_store": (
        "No store is open: F8 opens or makes one; a run of a file (F6) then fills it.",
        "没有打开数据库：按 F8 打开或新建，再对文件归类（F6）即可审核。",
    ),
    "review.accepts": ("⏎ accepts", "⏎ 将接受"),
    "review.taken": ("{title}: {tag}", "{title}：{tag}"),
    "review.taken_all": ("{count} products: {tag}", "{count} 件商品：{tag}"),
    "review.undone_all": ("taken back: {count} products", "已撤销：{count} 件商品"),
    "review.undone": ("taken back: {title}", "已撤销：{title}"),
    "review.no_undo": ("nothing to undo", "没有可撤销的操作"),
    "review.all": (
        "Accept {tag} for {count} products?  y yes  n no",
        "将 {count} 件商品都归为“{tag}”？  y 是  n 否",
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
    "scan.name": ("name of the new product; Enter adds it", "新商品名称，按回车添加"),
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
    "search.prompt": ("tag: English, 中文 or pinyin", "类别：中文、拼音首字母或 English"),
    "search.none": ("No tag is called so.", "没有匹配的类别。"),
    "search.keys": ("↑↓ choose  ⏎ take  Esc back", "↑↓ 选择  ⏎ 选用  Esc 返回"),
}


def text(name: str, language: Language, /, **values: object) -> str:
    """Return a text in a language, with values put in.

    Raises:
        KeyError: If there is no such text.
    """
    english, chinese = _TEXTS[name]
    return (chinese if language is Language.ZH else english).format(**values)


def text_or(name: str, otherwise: str, language: Language) -> str:
    """Return a text in a language, or something else where there is no such text."""
    return text(name, language) if name in _TEXTS else otherwise
