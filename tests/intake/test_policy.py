"""Policy packs in: every fault is told with its file, its key path and the nearest name."""

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit_cli import text
from credit_cli.errors import PolicyInvalid
from credit_cli.intake.policy import pack_from, read_pack
from credit_cli.intake.policy_toml import digest
from credit_cli.rules.durations import parse_duration
from credit_cli.rules.packs import Basis, Cut, ModeTerms
from tests.situations import SHIPPED, portrait_of, shipped_pack, situations
from tests.swapped import FILES, swapped_tables, write

NO_SUCH_KEY = "no such key here; nearest:"
ODD_LETTERS = "az09_%.<>=[](),-:食 \n"
WORDS = text.area_words("policy", "en")


class Slip(NamedTuple):
    """One slip in the shipped pack: what provokes which fault, and every line that is told."""

    code: str
    file: str
    old: str
    new: str
    lines: list[str]


SLIPS = [
    Slip(code, file, old, new, lines)
    for code, file, old, new, *lines in tomllib.loads(
        (Path(__file__).parent / "wrong_packs.toml").read_text(encoding="utf-8")
    )["wrong"]
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped pack that a test may spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "pack"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first place in a file where `old` stands."""
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def told(folder: Path) -> list[str]:
    """The faults of the pack, as a person reads them; without lines, which move with the pack."""
    with pytest.raises(PolicyInvalid) as invalid:
        read_pack(folder)
    params = invalid.value.params
    lines: list[str] = params["faults"]
    assert (params["path"], params["count"]) == (str(folder), len(lines))
    lines = [re.sub("^([^ :]+):[0-9]+ ", r"\1: ", line) for line in lines]
    return [re.sub("^([^ ：]+) 第 [0-9]+ 行 ", r"\1：", line) for line in lines]


def template(code: str) -> re.Pattern[str]:
    """What a line with the words of `code` looks like."""
    words = re.sub(r"\\{\w+\\}", ".*", re.escape(WORDS[code].format_map(Gaps())))
    return re.compile(f"[^:]+: [^:]+: {words}")


class Gaps(dict[str, str]):
    """Leaves every gap as it stands."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


@pytest.mark.parametrize("slip", SLIPS, ids=[f"{slip.code}_{n}" for n, slip in enumerate(SLIPS)])
def test_slip_is_told_with_its_file_and_key(folder: Path, slip: Slip) -> None:
    edit(folder, slip.file, slip.old, slip.new)
    assert told(folder) == slip.lines
    assert any(template(slip.code).fullmatch(line) for line in slip.lines)


def test_all_faults_of_a_step_are_told_at_once(folder: Path) -> None:
    edit(folder, "items.toml", 'class = "main"', 'class = "mian"')
    edit(folder, "benefits.toml", "per_subject = 1", "per_subjects = 1")
    edit(folder, "tiers.toml", 'id = "serious_record"', "id = 1")
    edit(folder, "tiers.toml", '"score.jinye" = ">= 1020"', '"score.jinye" = ">= 1,020"')
    assert told(folder) == [
        "benefits.toml: programme.jinye_shopping.per_subject: this key is required.",
        f"benefits.toml: programme.jinye_shopping.per_subjects: {NO_SUCH_KEY} per_subject.",
        'items.toml: item.foreign_performance.material.0.class: there is no "mian"; nearest: main.',
        'tiers.toml: tier.row.0.id: "1" does not fit; needed: text in quotes.',
        'tiers.toml: tier.row.6.when.score.jinye: "1,020" does not fit; needed: a whole number.',
    ]


def test_unreadable_files_are_all_told_before_anything_else(folder: Path) -> None:
    edit(folder, "items.toml", "promised", "promissed")
    edit(folder, "tiers.toml", 'hit = "first"', "hit first")
    edit(folder, "routes.toml", "[route]", "[route")
    assert [line.partition(": not readable")[0] for line in told(folder)] == [
        "routes.toml: line 5",
        "tiers.toml: line 6",
    ]


def test_file_that_is_not_utf8_is_told_with_the_line(folder: Path) -> None:
    content = (folder / "tiers.toml").read_text(encoding="utf-8")
    (folder / "tiers.toml").write_bytes(("name = 1\n" + content).encode("gb18030"))
    assert told(folder) == ["tiers.toml: line 2: not UTF-8; save the file as UTF-8."]


def test_byte_order_mark_is_no_fault(folder: Path) -> None:
    path = folder / "tiers.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_pack(folder).sha256 == read_pack(SHIPPED).sha256


def test_file_that_cannot_be_opened_is_told(folder: Path) -> None:
    (folder / "more.toml").mkdir()
    assert told(folder) == ["more.toml: -: the file cannot be read (Is a directory)."]


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_folder_without_files_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    assert told(tmp_path / name) == [f"{name}: -: the folder holds no .toml file."]


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_what_overwhelms_the_reader_is_a_fault_of_the_file(folder: Path, value: str) -> None:
    edit(folder, "tiers.toml", 'basis = "feature"', f"basis = {value}")
    (line,) = told(folder)
    assert line.startswith("tiers.toml: -: not readable as TOML (")


def test_faults_are_told_in_chinese(folder: Path) -> None:
    text.use("zh_CN")
    edit(folder, "items.toml", 'promised = "5wd"', 'promissed = "5wd"')
    edit(folder, "items.toml", 'class = "main"', 'class = "mian"')
    assert told(folder) == [
        "items.toml：item.foreign_performance.promised：缺少此项。",
        "items.toml：item.foreign_performance.promissed：此处没有这一项，相近的有：promised。",
        "items.toml：item.foreign_performance.material.0.class：没有“mian”，相近的有：main。",
    ]


def test_chinese_words_are_punctuated_in_chinese() -> None:
    for words in text.area_words("policy", "zh_CN").values():
        said = re.sub(r'"[^"]*"|\{\{.*\}\}|\[[^\])]*[\])]', "", words)  # as written in TOML
        assert not re.search(r"[,:;()?!]", said), words


def test_shipped_pack_reads_without_a_fault_and_every_value_has_a_ground() -> None:
    pack = shipped_pack()
    assert pack.name == "hainan"
    assert pack.starts == date(2024, 1, 1)
    assert pack.bases["feature"] == Basis(
        title="海南深入推进以信用为基础的政务服务改革工作（省级媒体专题报道）",
        title_en="Hainan's credit-based government service (newspaper feature)",
        mark="S",
    )
    assert {basis.mark for basis in pack.bases.values()} == {"S", "K", "I"}


def test_pack_from_the_store_is_the_pack_from_its_files(tmp_path: Path) -> None:
    for files in (SHIPPED, write(tmp_path / "swapped", swapped_tables())):
        read = read_pack(files)
        assert pack_from(read.content) == read.pack
        assert digest(json.loads(read.content)) == read.sha256


def test_canonical_form_does_not_depend_on_files_comments_or_order(folder: Path) -> None:
    edit(folder, "benefits.toml", "# ", "# 另：")
    (folder / "benefits.toml").rename(folder / "zz.toml")
    turned = {key: FILES["items"][key] for key in reversed(FILES["items"])}
    write(folder, {"items": turned})
    assert read_pack(folder).sha256 == read_pack(SHIPPED).sha256


def test_one_number_changed_is_another_pack(folder: Path) -> None:
    edit(folder, "benefits.toml", "value_fen = 388800", "value_fen = 388801")
    assert read_pack(folder).sha256 != read_pack(SHIPPED).sha256


def test_basis_of_a_file_is_the_ground_of_what_names_none() -> None:
    pack = shipped_pack()
    assert pack.items["foreign_performance"].basis == "training"
    assert pack.items["foreign_performance"].modes["accelerated"].basis == "feature"
    assert pack.items["foreign_performance"].modes["deferred_materials"].basis == "training"
    grounds = {row.id: row.basis for row in pack.tier.rows}
    assert (grounds["serious_record"], grounds["good_score"]) == ("feature", "training")
    assert pack.tier.otherwise.basis == "feature"


def test_items_terms_stand_over_the_general_ones() -> None:
    items = shipped_pack().items
    assert items["foreign_performance"].modes["accelerated"] == ModeTerms(
        limit=parse_duration("2wd"), basis="feature"
    )
    assert items["beach_service_filing"].modes["accelerated"] == ModeTerms(
        cut=Cut(40, "floor", 1), basis="training"
    )
    assert items["tea_business_filing"].modes["commitment"] == ModeTerms(
        limit=parse_duration("1wd"), review=parse_duration("30wd"), basis="training"
    )


def test_a_fact_counts_one_value_or_several_or_all(folder: Path) -> None:
    edit(folder, "records.toml", '{ severity = "minor" }', '{ severity = ["minor", "serious"] }')
    edit(folder, "records.toml", 'where = { type = "commitment_breach" }\n', "")
    types = read_pack(folder).pack.types
    lapses = tuple({"type": "penalty", "severity": one} for one in ("minor", "serious", "ordinary"))
    counts = {name: types[name].derived for name in ("records.minor", "records.breach")}
    assert {name: one and one.value({"records": lapses}) for name, one in counts.items()} == {
        "records.minor": 2,
        "records.breach": 3,
    }


def places(value: Any) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - a TOML value
    """The path to everything that stands in a table."""
    held = dict(enumerate(value)) if isinstance(value, list) else value
    for key, part in held.items() if isinstance(held, dict) else ():
        yield (key,)
        yield from ((key, *rest) for rest in places(part))


PLACES = [(stem, *path) for stem, raw in FILES.items() for path in places(raw)]
ODD = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.dates() | st.text(ODD_LETTERS, max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(ODD_LETTERS), inner),
    max_leaves=4,
)


@settings(deadline=None, max_examples=50)  # it writes files
@given(st.sampled_from(PLACES), st.none() | ODD)
def test_pack_with_anything_odd_in_it_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory,
    place: tuple[str | int, ...],
    odd: Any,  # noqa: ANN401
) -> None:
    files = deepcopy(FILES)
    held: Any = files
    *way, last = place
    for key in way:
        held = held[key]
    if odd is None:
        del held[last]
    else:
        held[last] = odd
    folder = write(tmp_path_factory.getbasetemp() / "odd", files)
    try:
        pack = read_pack(folder).pack
    except PolicyInvalid as invalid:
        assert invalid.params["faults"]  # noqa: PT017 - either is right
    else:
        assert {portrait_of(one, pack).tier for one in situations()} <= {*pack.tiers}
