"""What reporting units send: impossible people and organisations in files of every kind."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from credit_cli.intake.evaluations import read_evaluations
from credit_cli.intake.pages import DraftFile
from credit_cli.intake.records import read_records
from credit_cli.intake.tables import open_table
from credit_cli.rules.drafts import Issue, QuestionedRow
from credit_cli.rules.identifiers import (
    inner_check_character,
    resident_check_character,
    uscc_check_character,
)

TODAY = date(2026, 11, 22)
LATE_BEFORE = date(2026, 11, 11)


def organisation_code(first16: str) -> str:
    first17 = first16 + inner_check_character(first16[8:])
    return first17 + uscc_check_character(first17)


def resident_id(born: str = "19900101", sequence: str = "001") -> str:
    first17 = f"999999{born}{sequence}"
    return first17 + resident_check_character(first17)


FARM = organisation_code("91999999MA000010")
STALL = organisation_code("92999999MA00002L")
BUREAU = organisation_code("11999999MB00003H")
PERSON = resident_id()

PENALTY = {
    "CF_XDR_MC": "虚构农场有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": FARM,
    "CF_XDR_SWDJ": "",
    "CF_FRDB": "甲某",
    "CF_XDR_ZJLX": "",
    "CF_XDR_ZJHM": "",
    "CF_WSH": "虚市监处罚〔2026〕1号",
    "CF_WFXW": "违反食品安全管理规定",
    "CF_SY": "经营超过保质期的食品",
    "CF_YJ": "《中华人民共和国食品安全法》第三十四条",
    "CF_CFLB": "罚款",
    "CF_NR": "罚款2000元",
    "CF_NR_FK": "0.2",
    "CF_NR_WFFF": "",
    "CF_JDRQ": "2026/11/16",
    "CF_YXQ": "",
    "CF_GSJZQ": "2027/11/16",
    "CF_CFJG": "虚构市市场监督管理局",
    "CF_CFJGDM": BUREAU,
    "CF_SJLYDM": BUREAU,
    "BZ": "",
}
PENALTY_NAMES = {
    "CF_XDR_MC": "行政相对人名称",
    "CF_XDR_LB": "行政相对人类别",
    "CF_XDR_SHXYM": "行政相对人代码_1(统一社会信用代码)",
    "CF_XDR_SWDJ": "行政相对人代码_4(税务登记号)",
    "CF_FRDB": "法定代表人",
    "CF_XDR_ZJLX": "自然人证件类型",
    "CF_XDR_ZJHM": "自然人证件号码",
    "CF_WSH": "行政处罚决定书文号",
    "CF_WFXW": "违法行为类型",
    "CF_SY": "违法事实",
    "CF_YJ": "处罚依据",
    "CF_CFLB": "处罚类别",
    "CF_NR": "处罚内容",
    "CF_NR_FK": "罚款金额（万元）",
    "CF_NR_WFFF": "没收违法所得、没收非法财物的金额（万元）",
    "CF_JDRQ": "处罚决定日期",
    "CF_YXQ": "处罚有效期",
    "CF_GSJZQ": "公示截止期",
    "CF_CFJG": "处罚机关",
    "CF_CFJGDM": "处罚机关统一社会信用代码",
    "CF_SJLYDM": "数据来源单位统一社会信用代码",
    "BZ": "备注",
}
LICENCE = {
    "XK_XDR_MC": "虚构药店",
    "XK_XDR_LB": "个体工商户",
    "XK_XDR_SHXYM": STALL,
    "XK_XKWS": "药品经营许可证准予决定书",
    "XK_WSH": "虚许准〔2026〕5号",
    "XK_XKLB": "核准",
    "XK_NR": "药品零售",
    "XK_JDRQ": "2026-11-18",
    "XK_YXQZ": "2026-11-18",
    "XK_YXQZI": "2031-11-17",
    "XK_XKJG": "虚构市市场监督管理局",
    "XK_XKJGDM": BUREAU,
    "XK_ZT": "1",
    "XK_LYDWDM": BUREAU,
}
EVALUATION = {
    "code": FARM,
    "name": "虚构农场有限公司",
    "scale": "enterprise",
    "grade": "A",
    "score": "",
    "evaluated_on": "2026-06-01",
    "valid_until": "",
}
Row = Mapping[str, str]


class Read(NamedTuple):
    """All that a file came to."""

    file: DraftFile[Any]
    drafts: list[Any]
    questioned: list[QuestionedRow]
    noted: list[Issue]
    skipped: int
    issues: Counter[str]

    @property
    def outcomes(self) -> list[str]:
        return [row.outcome for row in self.questioned]


def csv_text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def save(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def save_rows(path: Path, *rows: Row) -> Path:
    """A csv file headed with the rows' field codes."""
    return save(path, csv_text([list(rows[0]), *(list(row.values()) for row in rows)]))


def save_xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    style = day if isinstance(value, date) else None
                    sheet.write(number, place, value, style)
    return path


def classify(facts: Mapping[str, str | int]) -> str | None:
    return "serious" if "食品" in str(facts["violation"]) else None


def read(
    path: Path,
    encoding: str | None = None,
    sheet: str | None = None,
    **known: Any,  # noqa: ANN401
) -> Read:
    """The records of a file."""
    due = dict.fromkeys(("licence", "penalty"), LATE_BEFORE)
    known = {"late_before": due, "classify": classify, **known}
    return _gather(path, (encoding, sheet), lambda table: read_records(table, as_of=TODAY, **known))


def read_scores(path: Path, **known: Any) -> Read:  # noqa: ANN401
    """The evaluations of a file."""
    return _gather(path, (), lambda table: read_evaluations(table, as_of=TODAY, **known))


def _gather(
    path: Path, form: Sequence[str | None], open_drafts: Callable[[Any], DraftFile[Any]]
) -> Read:
    with open_table(path, *form) as table:
        file = open_drafts(table)
        pages = list(file)
    return Read(
        file,
        [draft for page in pages for draft in page.drafts],
        [row for page in pages for row in page.questioned],
        [issue for page in pages for issue in page.noted],
        sum(page.skipped for page in pages),
        sum((page.issues for page in pages), Counter()),
    )
