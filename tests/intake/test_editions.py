"""双公示 of 2015 and of 2018: told by their headings, read each by its own lists."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit_cli.errors import HeadingUnknown
from credit_cli.intake.headings import find_heading
from credit_cli.intake.layouts import Layout, load_layouts
from tests.intake.senders import (
    FARM,
    LICENCE,
    PENALTY,
    PERSON,
    STALL,
    Read,
    csv_text,
    read,
    save,
    save_rows,
    save_xlsx,
)

LAYOUTS = {each.code: each for each in load_layouts() if each.record_type}
OLD_LICENCE = {
    "XK_WSH": "虚许准〔2015〕5号",
    "XK_XMMC": "药品经营许可",
    "XK_SPLB": "核准",
    "XK_NR": "药品零售",
    "XK_XDR": "虚构药店",
    "XK_XDR_SHXYM": STALL,
    "XK_XDR_ZDM": "",
    "XK_XDR_GSDJ": "",
    "XK_XDR_SWDJ": "",
    "XK_XDR_SFZ": "",
    "XK_FR": "甲某",
    "XK_JDRQ": "2015/11/18",
    "XK_JZQ": "2020/11/17",
    "XK_XZJG": "虚构市食品药品监督管理局",
    "XK_ZT": "0",
    "DFBM": "999999",
    "SJC": "2015/11/20 10:00:00",
    "BZ": "",
}
OLD_PENALTY = {
    "CF_WSH": "虚食药监罚〔2015〕1号",
    "CF_CFMC": "经营超过保质期的食品案",
    "CF_CFLB1": "罚款",
    "CF_CFLB2": "警告",
    "CF_SY": "经营超过保质期的食品",
    "CF_YJ": "《中华人民共和国食品安全法》第三十四条",
    "CF_XDR_MC": "虚构农场有限公司",
    "CF_XDR_SHXYM": FARM,
    "CF_XDR_ZDM": "",
    "CF_XDR_GSDJ": "",
    "CF_XDR_SWDJ": "",
    "CF_XDR_SFZ": "",
    "CF_FR": "甲某",
    "CF_JG": "罚款2000元",
    "CF_JDRQ": "2015/11/16",
    "CF_XZJG": "虚构市食品药品监督管理局",
    "CF_ZT": "0",
    "DFBM": "999999",
    "SJC": "2015/11/20 10:00:00",
    "BZ": "",
}
ROWS = {
    "licence_2015": OLD_LICENCE,
    "penalty_2015": OLD_PENALTY,
    "licence_2018": LICENCE,
    "penalty_2018": PENALTY,
}


def penalty(folder: Path, **changes: str) -> Read:
    return read(save_rows(folder / "a.csv", OLD_PENALTY | changes))


def names(layout: Layout, row: dict[str, str]) -> list[str]:
    known = {column.code: column.name for column in layout.columns}
    return [known[code] for code in row]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("heads", ["codes", "names", "both"])
@pytest.mark.parametrize("code", ROWS)
def test_each_edition_is_told_by_its_heading(
    tmp_path: Path, code: str, heads: str, suffix: str
) -> None:
    layout, row = LAYOUTS[code], ROWS[code]
    above = {"codes": [list(row)], "names": [names(layout, row)]}
    rows = [*above.get(heads, [names(layout, row), list(row)]), list(row.values())]
    path = tmp_path / f"a.{suffix}"
    saved = save(path, csv_text(rows)) if suffix == "csv" else save_xlsx(path, {"表": rows})
    result = read(saved)
    assert (result.file.layout, result.file.edition) == (code, layout.edition)
    number = row.get("CF_WSH") or row["XK_WSH"]
    assert [draft.document_number for draft in result.drafts] == [number]


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_no_choice_of_columns_makes_one_edition_pass_for_another(data: Any) -> None:  # noqa: ANN401
    layout = data.draw(st.sampled_from(list(LAYOUTS.values())))
    columns = [c for c in layout.columns if c.required or data.draw(st.booleans())]
    cells = [data.draw(st.sampled_from((c.code, c.name))) for c in columns]
    cells = data.draw(st.permutations(cells))
    heading = find_heading([(1, cells)], list(LAYOUTS.values()), Path("a.csv"))
    assert heading.layout is layout
    assert None not in heading.columns


def test_a_heading_of_both_editions_stops_the_file(tmp_path: Path) -> None:
    with pytest.raises(HeadingUnknown) as refused:
        read(save_rows(tmp_path / "a.csv", PENALTY | {"CF_CFMC": "某案", "CF_ZT": "0"}))
    assert refused.value.params["layout"] == "penalty_2018"
    with pytest.raises(HeadingUnknown) as refused:
        penalty(tmp_path, CF_CFJGDM="x")
    assert refused.value.params["layout"] == "penalty_2015"


def test_an_old_penalty_becomes_a_draft(tmp_path: Path) -> None:
    draft = penalty(tmp_path).drafts[0]
    assert (draft.kind, draft.scheme, draft.code) == ("organisation", "uscc", FARM)
    assert (draft.authority_code, draft.authority) == ("", OLD_PENALTY["CF_XZJG"])
    assert (draft.decided_on, draft.valid_until, draft.amount_fen) == ("2015-11-16", None, None)
    assert (draft.severity, draft.state) == ("serious", "current")
    assert '"CF_CFLB2":"警告"' in draft.fields
    assert "SJC" not in draft.fields


@pytest.mark.parametrize(
    ("columns", "kind", "issue"),
    [
        ({"CF_XDR_SHXYM": FARM}, "organisation", None),
        ({"CF_XDR_SHXYM": STALL}, "individual_business", None),
        ({"CF_XDR_SHXYM": "", "CF_XDR_SFZ": PERSON}, "person", None),
        ({"CF_XDR_SHXYM": PERSON}, "person", "wrong_column"),
        ({"CF_XDR_SHXYM": "", "CF_XDR_ZDM": FARM}, "organisation", "wrong_column"),
        ({"CF_XDR_SHXYM": FARM, "CF_XDR_SFZ": PERSON}, "organisation", None),
    ],
)
def test_the_code_says_what_kind_of_subject_it_is(
    tmp_path: Path, columns: dict[str, str], kind: str, issue: str | None
) -> None:
    result = penalty(tmp_path, **columns)
    assert [draft.kind for draft in result.drafts] == [kind]
    assert set(result.issues) - {"unknown_division", "reported_late"} == {issue} - {None}
    assert PERSON not in result.drafts[0].fields


def test_a_row_without_any_code_waits(tmp_path: Path) -> None:
    assert penalty(tmp_path, CF_XDR_SHXYM="").outcomes == ["unlinked"]


@pytest.mark.parametrize(
    ("word", "old", "new"),
    [
        ("0", "current", "current"),
        ("1", "revoked", "current"),
        ("2", "disputed", "revoked"),
        ("3", "other", "other"),
        ("", "current", None),
        ("异议", "disputed", "disputed"),
    ],
)
def test_each_edition_reads_states_by_its_own_list(
    tmp_path: Path, word: str, old: str, new: str | None
) -> None:
    before = read(save_rows(tmp_path / "a.csv", OLD_LICENCE | {"XK_ZT": word}))
    after = read(save_rows(tmp_path / "b.csv", LICENCE | {"XK_ZT": word}))
    assert [draft.state for draft in before.drafts] == [old]
    assert [draft.state for draft in after.drafts] == [new] * (new is not None)


def test_documents_of_two_authorities_stay_apart_without_codes(tmp_path: Path) -> None:
    one, other = OLD_PENALTY, OLD_PENALTY | {"CF_XZJG": "虚构县食品药品监督管理局"}
    rows = [one, other, one | {"CF_XZJG": " 虚构市 食品药品监督管理局"}]
    first, second, third = read(save_rows(tmp_path / "a.csv", *rows)).drafts
    assert first.document_key == third.document_key != second.document_key


def test_when_the_row_was_touched_changes_no_content(tmp_path: Path) -> None:
    rows = [OLD_PENALTY, OLD_PENALTY | {"SJC": "2016-01-01"}, OLD_PENALTY | {"BZ": "更正"}]
    first, second, third = read(save_rows(tmp_path / "a.csv", *rows)).drafts
    assert first.content_hash == second.content_hash != third.content_hash


def test_the_columns_of_2015_are_complete() -> None:
    columns = {code: [c.code for c in layout.columns] for code, layout in LAYOUTS.items()}
    assert columns["licence_2015"] == list(OLD_LICENCE)
    assert columns["penalty_2015"] == list(OLD_PENALTY)
