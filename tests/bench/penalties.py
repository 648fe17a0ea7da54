"""A file of penalties to measure imports with: 14 columns, about three rows a subject.

`python -m tests.bench.penalties FILE [ROWS] [SEED]` writes csv in UTF-8; one row in a hundred
is faulty (check character, date, missing field, unknown list value).
"""

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from credit_cli.rules.identifiers import inner_check_character, uscc_check_character

HEADINGS = (
    "行政相对人名称",
    "行政相对人类别",
    "统一社会信用代码",
    "行政处罚决定文书号",
    "违法行为类型",
    "违法事实",
    "处罚依据",
    "处罚类别",
    "处罚内容",
    "处罚决定日期",
    "公示截止期",
    "处罚机关",
    "处罚机关统一社会信用代码",
    "数据来源单位统一社会信用代码",
)
LETTERS = "BCDEFGHJKLMNPQRTUWXY"  # one for a million subjects
FIRST_DAY, DAYS = date(2023, 11, 1), 1100


@cache
def subject_code(number: int) -> str:
    """The code of an organisation that cannot be: division 999999."""
    first8 = f"M{LETTERS[number // 1_000_000]}{number % 1_000_000:06d}"
    first17 = f"91999999{first8}{inner_check_character(first8)}"
    return first17 + uscc_check_character(first17)


def rows(count: int, seed: int = 1, faults: float = 0.01) -> Iterator[list[str]]:
    """`count` rows about a third as many subjects; the same seed gives the same rows."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    subjects = max(1, count * 3 // 10)
    for number in range(count):
        subject = draw.randrange(subjects)
        row = _row(draw, number + seed * 100_000_000, subject)
        yield _spoilt(draw, row) if draw.random() < faults else row


def _row(draw: random.Random, number: int, subject: int) -> list[str]:
    decided = FIRST_DAY + timedelta(days=draw.randrange(DAYS))
    unit = subject_code(900_000 + draw.randrange(40))
    return [
        f"海南示例{subject}号贸易有限公司",
        "法人及非法人组织",
        subject_code(subject),
        f"琼示罚字〔{decided.year}〕第{number}号",
        draw.choice(("未按规定公示", "超范围经营", "食品标签不符", "占道经营")),
        "当事人于检查中被发现存在违法行为，事实清楚，证据确凿。",
        "《中华人民共和国行政处罚法》第二十八条",
        draw.choice(("警告", "罚款", "警告；罚款")),
        "责令改正，并处罚款。",
        decided.isoformat(),
        (decided + timedelta(days=365)).isoformat(),
        "海南省示例执法局",
        unit,
        unit,
    ]


def _spoilt(draw: random.Random, row: list[str]) -> list[str]:
    match draw.randrange(4):
        case 0:
            row[2] = row[2][:-1] + ("0" if row[2][-1] != "0" else "1")
        case 1:
            row[9] = "2024-02-30"
        case 2:
            row[3] = ""
        case _:
            row[1] = "其他主体"
    return row


def write(path: Path, count: int, seed: int = 1, faults: float = 0.01) -> None:
    """The file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows(count, seed, faults))


if __name__ == "__main__":
    target, *numbers = sys.argv[1:]
    write(Path(target), *(int(number) for number in numbers or ["1000000"]))
