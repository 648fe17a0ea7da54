"""Scores and grades from outside (外部评价) as drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from credit_cli.intake.checks import question_orders
from credit_cli.intake.days import NO_END
from credit_cli.intake.hashes import hashes, texts
from credit_cli.intake.layouts import Layout, load_layouts
from credit_cli.intake.pages import Block, DraftFile, open_drafts
from credit_cli.intake.parties import Party, judge_code
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import EvaluationDraft
from credit_cli.rules.packs import Scale


def read_evaluations(
    table: TableFile,
    *,
    as_of: date,
    scales: Mapping[str, Scale] | None = None,
    layouts: Sequence[Layout] | None = None,
) -> DraftFile[EvaluationDraft]:
    """The evaluations of an open file, page by page.

    `scales` are the policy's, by code; files may use their codes or titles.
    Without it scales and grades stay as written. Raises one of the Unreadable
    errors.
    """
    known = [each for each in layouts or load_layouts() if not each.record_type]
    words = None if scales is None else _words(scales)
    return open_drafts(table, known, as_of, _Reader(as_of, words).drafts)


class _Words(NamedTuple):
    """A scale's code, and its grades' codes by code and title."""

    code: str
    grades: Mapping[str, str]


def _words(scales: Mapping[str, Scale]) -> dict[str, _Words]:
    words: dict[str, _Words] = {}
    for code, scale in scales.items():
        titles = {title: grade for grade, title in scale.titles.items()}
        known = _Words(code, titles | {grade: grade for grade in scale.grades})
        words |= {scale.title: known, code: known}
    return words


@dataclass(frozen=True, slots=True)
class _Reader:
    as_of: date
    scales: Mapping[str, _Words] | None

    def drafts(self, block: Block) -> list[EvaluationDraft]:
        """One draft of every row, of a faulty one too."""
        question_orders(block)
        _require_result(block)
        parties = [self._party(block, row) for row in range(len(block.lines))]
        kinds, schemes, codes = (list(column) for column in zip(*parties, strict=True))
        scales, grades = self._in_known_words(block)
        scores = [None if score == "" else score for score in block.feeding("score")]
        ends = [None if day == NO_END else day or None for day in block.feeding("valid_until")]
        party = (kinds, schemes, codes, block.feeding("name"))
        result = (scales, grades, scores, block.feeding("decided_on"), ends)
        contents = hashes(*party, *(texts(column) for column in result))
        columns = (block.lines, *party, *result, contents)
        return list(map(EvaluationDraft._make, zip(*columns, strict=True)))

    def _party(self, block: Block, row: int) -> Party:
        text, word = block.feeding("uscc")[row], block.feeding("kind")[row]
        if not text:
            return Party()
        kind = block.layout.lists["kind"].meaning(word) or ""
        verdict = judge_code(text, kind, self.as_of)
        for code, field in verdict.notes:
            block.findings.note(row, code, block.code_of(field), block.feeding(field)[row])
        if verdict.fault:
            block.findings.reject(row, verdict.fault[0], block.code_of("uscc"), text)
        return verdict.party

    def _in_known_words(self, block: Block) -> tuple[list[str], list[str | None]]:
        """Scales and grades by their codes; what is not known rejects its row."""
        scales, grades = block.feeding("scale"), block.feeding("grade")
        if self.scales is None:
            return scales, [grade or None for grade in grades]
        pairs = [
            self._known(block, row, scale, grade)
            for row, (scale, grade) in enumerate(zip(scales, grades, strict=True))
        ]
        return [scale for scale, _ in pairs], [grade or None for _, grade in pairs]

    def _known(self, block: Block, row: int, scale: str, grade: str) -> tuple[str, str]:
        words = (self.scales or {}).get(scale)
        if words is None:
            if scale:
                block.findings.reject(row, "unknown_scale", block.code_of("scale"), scale)
            return scale, grade
        if grade and grade not in words.grades:
            block.findings.reject(row, "unknown_grade", block.code_of("grade"), grade)
        return words.code, words.grades.get(grade, grade)


def _require_result(block: Block) -> None:
    """A score or a grade there must be."""
    pairs = zip(block.feeding("score"), block.feeding("grade"), strict=True)
    for row, (score, grade) in enumerate(pairs):
        if score in {None, ""} and not grade and row not in block.findings.rejected:
            block.findings.reject(row, "no_grade_or_score", block.code_of("score"))
