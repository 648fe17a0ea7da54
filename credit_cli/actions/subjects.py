"""Find the subject somebody means: by internal number or by code."""

from credit_cli.rules.identifiers import parse_identifier
from credit_cli.rules.values import SubjectKind
from credit_cli.store.lookups import add_lookup
from credit_cli.store.subjects import get_subject, get_subject_by_code
from credit_cli.store.work import Work
from credit_cli.tables.subjects import Subject

# Internal numbers are shorter than any code: 15 digits was the shortest resident id.
_LONGEST_NUMBER = 12


def resolve(work: Work, written: str) -> Subject:
    """The subject; MalformedCode or SubjectNotFound, neither with what was written."""
    subject = _find(work, written.strip())
    work.about.append(subject.id)
    return subject


def look_up(work: Work, written: str, purpose: str) -> Subject:
    """As `resolve`, to read what is known of the subject: a person's reading is logged."""
    subject = resolve(work, written)
    if subject.kind is SubjectKind.PERSON:
        add_lookup(work, subject.id, purpose)
    return subject


def is_number(written: str) -> bool:
    """Whether it is an internal number, not a code."""
    plain = written.strip()
    return plain.isascii() and plain.isdecimal() and len(plain) <= _LONGEST_NUMBER


def _find(work: Work, plain: str) -> Subject:
    if is_number(plain):
        return get_subject(work.session, int(plain))
    code = parse_identifier(plain, work.terms.as_of)
    return get_subject_by_code(work.session, code.value)
