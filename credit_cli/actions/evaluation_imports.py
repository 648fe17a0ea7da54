"""Read a file of scores and grades from outside."""

from credit_cli.actions.imports import EVALUATIONS, Incoming, source_policy
from credit_cli.intake.evaluations import ScaleWords, read_evaluations
from credit_cli.intake.tables import TableFile
from credit_cli.rules.packs import Pack
from credit_cli.store.work import Work


def read(work: Work, file: TableFile, source: str) -> Incoming:
    """The drafts of a file; a scale or grade that the policy does not know rejects its row."""
    pack = source_policy(work, source).pack
    drafts = read_evaluations(file, as_of=work.terms.as_of, scales=_scale_words(pack))
    return Incoming(EVALUATIONS, source, file, drafts)


def _scale_words(pack: Pack) -> dict[str, ScaleWords]:
    """Scales by code and by title; so their grades."""
    words = {}
    for scale in pack.scales.values():
        titles = {title: grade for grade, title in scale.titles.items()}
        known = ScaleWords(scale.code, titles | {grade: grade for grade in scale.grades})
        words |= {scale.code: known, scale.title: known}
    return words
