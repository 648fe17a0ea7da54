"""Scores and grades from outside (外部评价) as drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from credit_cli.intake.blocks import Block
from credit_cli.intake.checks import question_orders
from credit_cli.intake.days import NO_END
from credit_cli.intake.hashes import digests, keys, texts
from credit_cli.intake.layouts import Layout, layouts_of
from credit_cli.intake.pages import Columns, DraftFile, Drafting, open_drafts
from credit_cli.intake.party_rows import PARTY, give_evaluated
from credit_cli.intake.tables import TableFile
from credit_cli.rules.drafts import EvaluationDraft
from credit_cli.rules.packs import Scale

# Where a block keeps its results in the policy's words, beside the columns of its layout.
_RESULT = ("result.scale", "result.grade")


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
    known = layouts or layouts_of("evaluation")
    reader = _Reader(as_of, None if scales is None else _words(scales))
    return open_drafts(table, known, as_of, Drafting(reader.columns, EvaluationDraft._make))


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

    def columns(self, block: Block) -> Columns:
        """The drafts of the sound rows, by column; what is wrong goes to the findings."""
        give_evaluated(block, self.as_of)
        question_orders(block)
        _require_result(block)
        block.values.update(zip(_RESULT, self._in_known_words(block), strict=True))
        return _columns(block.sound())

    def _in_known_words(self, block: Block) -> tuple[list[str], list[str | None]]:
        """Scales and grades by their codes; what is not known rejects its row."""
        pairs = list(zip(block.feeding("scale"), block.feeding("grade"), strict=True))
        known = {pair: self._known(*pair) for pair in set(pairs)}
        faulty = {pair for pair, (_, _, field) in known.items() if field}
        for row in [row for row, pair in enumerate(pairs) if pair in faulty]:
            field = known[pairs[row]][2]
            seen = block.feeding(field)[row]
            block.findings.reject(row, f"unknown_{field}", block.code_of(field), seen)
        return [known[pair][0] for pair in pairs], [known[pair][1] or None for pair in pairs]

    def _known(self, scale: str, grade: str) -> tuple[str, str, str]:
        """Scale and grade by their codes, and which of the two the policy does not know."""
        if self.scales is None:
            return scale, grade, ""
        words = self.scales.get(scale)
        if words is None:
            return scale, grade, "scale" if scale else ""
        if grade and grade not in words.grades:
            return words.code, grade, "grade"
        return words.code, words.grades.get(grade, ""), ""


def _columns(block: Block) -> Columns:
    party = (*(block.values[name] for name in PARTY), block.feeding("name"))
    scales, grades = (block.values[name] for name in _RESULT)
    scores = [None if score == "" else score for score in block.feeding("score")]
    ends = [None if day == NO_END else day or None for day in block.feeding("valid_until")]
    result = (scales, grades, scores, block.feeding("decided_on"), ends)
    contents = keys(digests(*party, *map(texts, result)))
    return (block.lines, *party, *result, contents)


def _require_result(block: Block) -> None:
    """A score or a grade there must be."""
    pairs = zip(block.feeding("score"), block.feeding("grade"), strict=True)
    for row, (score, grade) in enumerate(pairs):
        if score in {None, ""} and not grade and row not in block.findings.rejected:
            block.findings.reject(row, "no_grade_or_score", block.code_of("score"))
