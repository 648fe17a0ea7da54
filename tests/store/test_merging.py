"""The merge in SQL does what a clerk would do document by document."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from credit_cli.errors import SubjectNotFound
from credit_cli.rules.drafts import EvaluationDraft, RecordDraft
from credit_cli.rules.values import BatchState
from credit_cli.store import merging, staging
from credit_cli.store.batches import add_batch, finish_batch, lock_batch
from credit_cli.store.numbers import lock_pool
from credit_cli.store.records import list_evaluation_facts, list_records
from credit_cli.store.staging import EVALUATIONS, RECORDS, Stage
from credit_cli.store.subjects import get_subject, get_subject_by_code
from credit_cli.store.work import Desk
from credit_cli.tables.batches import BatchKind
from tests.pool import NOW, ask, contents, desk

_files = count(1)
Line = tuple[str, str, str]  # code of the party, document, content


def record(line: int, code: str, document: str, content: str, name: str = "虚构") -> RecordDraft:
    return RecordDraft(
        line=line,
        kind="organisation",
        scheme="uscc",
        code=code,
        name=name,
        record_type="penalty",
        severity="ordinary",
        state="current",
        document_key=ord(document),
        document_number=document,
        authority_code="",
        authority="",
        decided_on="2026-06-01",
        valid_from=None,
        valid_until=None,
        amount_fen=200_000,
        content_hash=ord(content),
        fields="{}",
    )


def evaluation(line: int, code: str, day: str, grade: str) -> EvaluationDraft:
    return EvaluationDraft(
        line=line,
        kind="organisation",
        scheme="uscc",
        code=code,
        name="虚构",
        scale="enterprise",
        grade=grade,
        score=None,
        evaluated_on=day,
        valid_until=None,
        content_hash=ord(grade),
    )


class Importer(NamedTuple):
    """Imports drafts chunk by chunk, as the action does."""

    desk: Desk
    stage: Stage = RECORDS
    source: str = "unit"

    def open(self) -> int:
        kind = BatchKind.RECORDS if self.stage is RECORDS else BatchKind.EVALUATIONS
        file = str(next(_files))
        with self.desk.open(writing=True) as work:
            return add_batch(
                work.session,
                kind=kind,
                source=self.source,
                file_sha256=file,
                actor="tester",
                started_at=NOW,
            ).id

    def bring(self, batch: int, drafts: Sequence[Any]) -> Counter[str]:
        staging.fill_stage(self.desk.connection, self.stage, paged(drafts))
        with self.desk.open(writing=True) as work:
            lock_pool(work.session)
            counts = merging.merge(work, self.stage, batch, self.source)
        staging.clear_stage(self.desk.connection)
        return counts

    def foresee(self, batch: int, drafts: Sequence[Any]) -> Counter[str]:
        """What a dry run says of the drafts."""
        staging.fill_stage(self.desk.connection, self.stage, paged(drafts))
        with self.desk.open(writing=False) as work:
            counts = merging.compare(work, self.stage, batch, self.source)
        staging.clear_stage(self.desk.connection)
        return counts

    def end(self, batch: int, state: BatchState) -> None:
        with self.desk.open(writing=True) as work:
            found = lock_batch(work.session, batch)
            finish_batch(found, NOW)
            found.state = state

    def file(self, *lines: Line) -> Counter[str]:
        """A whole file in one chunk, finished."""
        batch = self.open()
        counts = self.bring(batch, numbered(lines))
        self.end(batch, BatchState.FINISHED)
        return counts

    def seen(self, code: str) -> dict[str, str]:
        """The content of each document of a party that anybody can see."""
        with self.desk.open(writing=False) as work:
            found = list_records(work.session, get_subject_by_code(work.session, code).id)
        held = {chr(one.document_key): chr(one.content_hash) for one in found}
        assert len(held) == len(found), "one document, one version"
        return held


def numbered(lines: Sequence[Line], first: int = 2) -> list[RecordDraft]:
    return [record(n, *line) for n, line in enumerate(lines, first)]


def paged(drafts: Sequence[Any]) -> list[staging.Columns]:
    """The drafts as one page, by column."""
    return [list(zip(*drafts, strict=True))] if drafts else []


@contextmanager
def importing(url: str, stage: Stage = RECORDS) -> Iterator[Importer]:
    with desk(url) as at:
        staging.create_stage(at.connection, stage, in_memory=True)
        yield Importer(at, stage)


@pytest.fixture
def importer(store_url: str) -> Iterator[Importer]:
    with importing(store_url) as one:
        yield one


def test_each_row_is_added_changed_or_the_same(importer: Importer) -> None:
    assert importer.file(("P", "a", "1"), ("P", "b", "1")) == {"added": 2}
    again = importer.file(("P", "a", "1"), ("P", "b", "2"), ("P", "c", "1"))
    assert again == {"same": 1, "changed": 1, "added": 1}
    assert importer.seen("P") == {"a": "1", "b": "2", "c": "1"}


def test_a_duplicate_inside_a_file_is_the_same(importer: Importer) -> None:
    assert importer.file(("P", "a", "1"), ("P", "a", "1"), ("P", "a", "1")) == {
        "added": 1,
        "same": 2,
    }


def test_the_last_line_of_a_document_holds(importer: Importer) -> None:
    counts = importer.file(("P", "a", "A"), ("P", "a", "B"), ("P", "a", "A"))
    assert counts == {"added": 1, "changed": 2}
    assert importer.seen("P") == {"a": "A"}
    versions = "SELECT version, content_hash FROM record ORDER BY version"
    assert [tuple(row.values()) for row in ask(importer.desk.connection, versions)] == [
        (1, ord("A")),
        (2, ord("B")),
        (3, ord("A")),
    ]


def test_parties_of_one_document_have_a_record_each(importer: Importer) -> None:
    assert importer.file(("P", "a", "1"), ("Q", "a", "1")) == {"added": 2}
    assert importer.file(("P", "a", "2"), ("Q", "a", "1")) == {"changed": 1, "same": 1}
    assert (importer.seen("P"), importer.seen("Q")) == ({"a": "2"}, {"a": "1"})


def test_a_changed_document_ends_its_older_version(importer: Importer) -> None:
    importer.file(("P", "a", "1"))
    importer.file(("P", "a", "2"))
    kept = ask(
        importer.desk.connection,
        "SELECT version, batch_id, ended_batch_id FROM record ORDER BY version",
    )
    first, second = (row["batch_id"] for row in kept)
    assert [tuple(row.values()) for row in kept] == [(1, first, second), (2, second, None)]


def test_new_subjects_are_numbered_in_the_order_of_their_lines(importer: Importer) -> None:
    importer.file(("Q", "a", "1"), ("P", "a", "1"), ("Q", "b", "1"))
    importer.file(("P", "b", "1"), ("A", "a", "1"))
    subjects = ask(importer.desk.connection, "SELECT id, code, kind FROM subject ORDER BY id")
    assert [tuple(row.values()) for row in subjects] == [
        (1, "Q", "organisation"),
        (2, "P", "organisation"),
        (3, "A", "organisation"),
    ]


def test_nothing_is_seen_before_the_batch_is_finished(importer: Importer) -> None:
    importer.file(("P", "a", "1"))
    batch = importer.open()
    importer.bring(batch, numbered([("P", "a", "2"), ("P", "b", "1"), ("Q", "a", "1")]))
    assert importer.seen("P") == {"a": "1"}
    with pytest.raises(SubjectNotFound):
        importer.seen("Q")
    importer.end(batch, BatchState.FINISHED)
    assert (importer.seen("P"), importer.seen("Q")) == ({"a": "2", "b": "1"}, {"a": "1"})


def test_a_withdrawn_batch_was_never_there(importer: Importer) -> None:
    importer.file(("P", "a", "1"))
    batch = importer.open()
    importer.bring(batch, numbered([("P", "a", "2"), ("P", "b", "1"), ("Q", "a", "1")]))
    importer.end(batch, BatchState.WITHDRAWN)
    assert importer.seen("P") == {"a": "1"}
    with pytest.raises(SubjectNotFound):
        importer.seen("Q")
    counts = importer.file(("P", "a", "1"), ("P", "b", "1"), ("Q", "a", "1"))
    assert counts == {"same": 1, "added": 2}
    assert (importer.seen("P"), importer.seen("Q")) == ({"a": "1", "b": "1"}, {"a": "1"})


@pytest.mark.parametrize("late", BatchState)
def test_what_comes_later_stands_whatever_becomes_of_a_batch_that_never_ended(
    importer: Importer, late: BatchState
) -> None:
    importer.file(("P", "a", "1"))
    killed = importer.open()
    importer.bring(killed, numbered([("P", "a", "2")]))
    assert importer.file(("P", "a", "3")) == {"changed": 1}
    assert importer.seen("P") == {"a": "3"}
    importer.end(killed, late)
    assert importer.seen("P") == {"a": "3"}


def test_undoing_a_later_file_brings_back_what_stood_before(importer: Importer) -> None:
    importer.file(("P", "a", "1"))
    slow, quick = importer.open(), importer.open()
    importer.bring(slow, numbered([("P", "a", "2")]))
    importer.bring(quick, numbered([("P", "a", "3")]))
    importer.end(quick, BatchState.FINISHED)
    importer.end(slow, BatchState.FINISHED)
    assert importer.seen("P") == {"a": "3"}
    importer.end(quick, BatchState.WITHDRAWN)
    assert importer.seen("P") == {"a": "2"}
    importer.end(slow, BatchState.WITHDRAWN)
    assert importer.seen("P") == {"a": "1"}


def test_only_what_can_be_seen_is_the_same(importer: Importer) -> None:
    killed = importer.open()
    importer.bring(killed, numbered([("P", "a", "1")]))
    assert importer.bring(killed, numbered([("P", "a", "1")], first=3)) == {"same": 1}
    importer.file(("P", "a", "1"))
    assert importer.seen("P") == {"a": "1"}


def test_another_name_is_counted_by_the_pool_or_by_the_first_line(importer: Importer) -> None:
    def other_names(*drafts: RecordDraft) -> int:
        staging.fill_stage(importer.desk.connection, RECORDS, paged(drafts))
        with importer.desk.open(writing=False) as work:
            merging.compare(work, RECORDS, 0, "unit")
            found = merging.count_other_names(work)
        staging.clear_stage(importer.desk.connection)
        return found

    new = [record(2, "P", "a", "1", "甲"), record(3, "P", "b", "1", "乙")]
    assert other_names(*new) == 1
    importer.file(("P", "a", "1"))
    assert other_names(*new) == 2
    assert other_names(record(2, "P", "a", "1"), record(3, "Q", "b", "1")) == 0


def test_comparing_writes_nothing(importer: Importer, store_url: str) -> None:
    importer.file(("P", "a", "1"))
    before = contents(store_url)
    drafts = numbered([("P", "a", "2"), ("Q", "a", "1")])
    staging.fill_stage(importer.desk.connection, RECORDS, paged(drafts))
    with importer.desk.open(writing=False) as work:
        counts = merging.compare(work, RECORDS, 0, "unit")
    assert counts == {"changed": 1, "added": 1}
    assert contents(store_url) == before


def test_staging_waits_for_nobody(importer: Importer, store_url: str) -> None:
    importer.file(("P", "a", "1"))
    with desk(store_url) as other, other.open(writing=True):
        staging.fill_stage(importer.desk.connection, RECORDS, paged(numbered([("P", "b", "1")])))
        staging.clear_stage(importer.desk.connection)


def test_evaluations_are_told_apart_by_source_scale_and_day(store_url: str) -> None:
    with importing(store_url, EVALUATIONS) as mine:
        other = mine._replace(source="another")
        batch = mine.open()
        first = [evaluation(2, "P", "2026-06-01", "A"), evaluation(3, "P", "2026-07-01", "A")]
        assert mine.bring(batch, first) == {"added": 2}
        mine.end(batch, BatchState.FINISHED)
        batch = other.open()
        assert other.bring(batch, [evaluation(2, "P", "2026-06-01", "C")]) == {"added": 1}
        other.end(batch, BatchState.FINISHED)
        batch = mine.open()
        second = [evaluation(2, "P", "2026-06-01", "B"), evaluation(3, "P", "2026-07-01", "A")]
        assert mine.bring(batch, second) == {"changed": 1, "same": 1}
        mine.end(batch, BatchState.FINISHED)
        with mine.desk.open(writing=False) as work:
            found = list_evaluation_facts(work.session, get_subject(work.session, 1).id)
    assert [(one.evaluated_on.month, one.grade) for one in found] == [(6, "C"), (6, "B"), (7, "A")]


# A file is lines in chunks; how it ends; and whether another goes on before it ends.
LINES = st.tuples(st.sampled_from("PQ"), st.sampled_from("abc"), st.sampled_from("123"))
CHUNKS = st.lists(st.lists(LINES, max_size=5), min_size=1, max_size=2)
FILES = st.lists(st.tuples(CHUNKS, st.sampled_from(BatchState), st.booleans()), max_size=5)


class Clerk:
    """The merge row by row: the versions of each document with the batch that brought them."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self.state: dict[int, BatchState] = {}

    def bring(self, batch: int, lines: Sequence[Line]) -> Counter[str]:
        return Counter(self._row(batch, *line) for line in lines)

    def _row(self, batch: int, code: str, document: str, content: str) -> str:
        versions = self.versions.setdefault((code, document), [])
        standing = [one for one in versions if self.state[one[0]] is not BatchState.WITHDRAWN]
        if standing:
            by, held = standing[-1]
            if held == content and (by == batch or self.state[by] is BatchState.FINISHED):
                return "same"
        versions.append((batch, content))
        return "changed" if standing else "added"

    def seen(self, code: str) -> dict[str, str]:
        found = {
            document: [content for by, content in versions if self._finished(by)]
            for (party, document), versions in self.versions.items()
            if party == code
        }
        return {document: contents[-1] for document, contents in found.items() if contents}

    def _finished(self, batch: int) -> bool:
        return self.state[batch] is BatchState.FINISHED


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=FILES)
def test_the_merge_does_what_a_clerk_does(importer: Importer, files: Any) -> None:  # noqa: ANN401
    clerk = Clerk()
    example = next(_files)  # parties of this example alone, so that the store need not be emptied
    late: list[tuple[int, BatchState]] = []
    for chunks, end, at_once in files:
        batch = importer.open()
        clerk.state[batch] = BatchState.RUNNING
        first = 2
        for chunk in chunks:
            lines = [(f"{code}{example}", document, content) for code, document, content in chunk]
            drafts, expected = numbered(lines, first), clerk.bring(batch, lines)
            assert importer.foresee(batch, drafts) == expected
            assert importer.bring(batch, drafts) == expected
            first += len(lines)
        late.append((batch, end))
        for ended, state in late if at_once else []:
            importer.end(ended, state)
            clerk.state[ended] = state
        late = [] if at_once else late
        for code in (f"P{example}", f"Q{example}"):
            assert seen_or_nothing(importer, code) == clerk.seen(code)


def seen_or_nothing(importer: Importer, code: str) -> dict[str, str]:
    try:
        return importer.seen(code)
    except SubjectNotFound:
        return {}


def test_what_the_driver_itself_refuses_is_told_like_any_fault(importer: Importer) -> None:
    with pytest.raises(DBAPIError):
        staging.fill_stage(importer.desk.connection, RECORDS, [[["one column"]]])
