"""Whose record a row is: kind, scheme and code of the party (行政相对人).

Only a code that passes its check links a row; a name alone never does.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from credit_cli.intake.findings import UNLINKED
from credit_cli.intake.layouts import CodeList
from credit_cli.rules.identifiers import (
    Checked,
    Identifier,
    Scheme,
    check_resident_id,
    check_uscc,
    kind_of,
)
from credit_cli.rules.values import SubjectKind

# The fields of the layout that an issue may point to.
KIND, USCC, CERTIFICATE, NUMBER = "kind", "uscc", "certificate", "certificate_number"


class Claim(NamedTuple):
    """What a row says of its party, as read; "" where it says nothing."""

    kind: str
    uscc: str
    certificate: str
    number: str


class Party(NamedTuple):
    """Whom a row is about; all "" if nothing says so."""

    kind: str = ""
    scheme: str = ""
    code: str = ""


class Verdict(NamedTuple):
    """The party, and the issues with the field they point to; `fault` rejects the row."""

    party: Party
    notes: tuple[tuple[str, str], ...] = ()
    fault: tuple[str, str] | None = None

    @property
    def unlinked(self) -> bool:
        """Whether nothing says whose the row is."""
        return any(code in UNLINKED for code, _ in self.notes)


def judge(claim: Claim, kinds: CodeList, certificates: CodeList, as_of: date) -> Verdict:
    """Whose row it is by its own columns."""
    meaning = kinds.meaning(claim.kind) or ""
    lone_number = not meaning and claim.number and not claim.uscc
    if meaning == SubjectKind.PERSON or lone_number:
        return _person(claim, certificates, as_of)
    return _organisation(claim, meaning, as_of)


def judge_code(text: str, kind: str, as_of: date) -> Verdict:
    """Whose code it is where one column holds codes of both schemes; `kind` may be ""."""
    person, organisation = check_resident_id(text, as_of), check_uscc(text)
    born_later = person.fault == "future_birth"
    hardly_organisation = organisation.fault is not None and person.fault != "bad_shape"
    if person.fault is None or born_later or hardly_organisation:
        return _of_code(person, Scheme.RESIDENT_ID, USCC, kind)
    return _of_code(organisation, Scheme.USCC, USCC, kind)


def search(texts: Iterable[str]) -> tuple[int, Party] | None:
    """The place of the first text that is a social credit code, and whose it is.

    Found in a column of another number, so it may not be mended.
    """
    for place, text in enumerate(texts):
        checked = check_uscc(text) if len(text) == 18 else None  # noqa: PLR2004
        if checked is not None and checked.fault is None:
            return place, party_of(checked.value, Scheme.USCC)
    return None


def _person(claim: Claim, certificates: CodeList, as_of: date) -> Verdict:
    if not claim.number:
        return _person_elsewhere(claim.uscc, as_of) if claim.uscc else _nobody("no_code", NUMBER)
    if claim.certificate and certificates.meaning(claim.certificate) != Scheme.RESIDENT_ID:
        return _nobody("unknown_certificate", CERTIFICATE)
    person = check_resident_id(claim.number, as_of)
    if person.fault is None:
        return _of_code(person, Scheme.RESIDENT_ID, NUMBER, SubjectKind.PERSON)
    organisation = check_uscc(claim.number)
    if organisation.fault is None and person.fault == "bad_shape":
        return _of_code(organisation, Scheme.USCC, NUMBER, SubjectKind.PERSON)
    return _faulty(person, NUMBER)


def _person_elsewhere(text: str, as_of: date) -> Verdict:
    """A person's row with a code only where organisations have theirs."""
    verdict = judge_code(text, SubjectKind.PERSON, as_of)
    if verdict.party.scheme != Scheme.RESIDENT_ID:
        return verdict
    return verdict._replace(notes=(*verdict.notes, ("wrong_column", USCC)))


def _organisation(claim: Claim, kind: str, as_of: date) -> Verdict:
    if not claim.uscc:
        return _nobody("no_code", USCC)
    # One resident id in 31 passes as a social credit code.
    if claim.uscc[:17].isdecimal() and check_resident_id(claim.uscc, as_of).fault is None:
        if not claim.kind:
            return _person_elsewhere(claim.uscc, as_of)
        return Verdict(Party(), fault=("resident_id_for_organisation", USCC))
    return _of_code(check_uscc(claim.uscc), Scheme.USCC, USCC, kind)


def _of_code(checked: Checked, scheme: Scheme, field: str, kind: str) -> Verdict:
    if checked.fault is not None:
        return _faulty(checked, field)
    party = party_of(checked.value, scheme)
    notes = tuple((note, field) for note in checked.notes)
    if kind and kind != party.kind:
        notes += (("kind_differs", KIND),)
    return Verdict(party, notes)


def party_of(code: str, scheme: Scheme) -> Party:
    """Who bears a proved code."""
    return Party(kind_of(Identifier(code, scheme)).value, scheme.value, code)


def _faulty(checked: Checked, field: str) -> Verdict:
    notes = tuple((note, field) for note in checked.notes)
    return Verdict(Party(), notes, (checked.fault or "bad_shape", field))


def _nobody(code: str, field: str) -> Verdict:
    return Verdict(Party(), ((code, field),))
