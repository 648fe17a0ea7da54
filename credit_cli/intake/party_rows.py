"""The parties of a block of rows: codes that are right as they stand are proved together."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import reduce
from itertools import compress
from operator import ne, or_

from credit_cli.intake.blocks import Block
from credit_cli.intake.parties import NUMBER, USCC, Claim, Party, Verdict, judge, judge_code, search
from credit_cli.rules.code_lanes import (
    BUSINESS,
    DECIMAL,
    INNER_CHECK,
    UNKNOWN_DIVISION,
    WRONG,
    prove_resident_ids,
    prove_usccs,
)
from credit_cli.rules.identifiers import Identifier, Scheme, kind_of
from credit_cli.rules.values import SubjectKind

# Where a block keeps its parties, beside the columns of its layout.
PARTY = ("party.kind", "party.scheme", "party.code")
_PERSON = SubjectKind.PERSON.value
_SCHEMES = {kind.value: Scheme.USCC.value for kind in SubjectKind}
_SCHEMES |= {_PERSON: Scheme.RESIDENT_ID.value, "": ""}
# Who bears a social credit code by what is proved of it; "" where its row must be judged, as
# that of a number of digits, because one resident id in 31 passes as a social credit code.
_BEARERS = [
    ""
    if proof & (WRONG | DECIMAL)
    else (SubjectKind.INDIVIDUAL_BUSINESS if proof & BUSINESS else SubjectKind.ORGANISATION).value
    for proof in range(2 * DECIMAL)
]
_NOTES = {INNER_CHECK: "inner_check", UNKNOWN_DIVISION: "unknown_division"}
_REMEMBERED = 20_000
_UNKNOWN = "?"  # a kind that no code has


class RecordParties:
    """Gives blocks of records their parties; remembers claims from page to page."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._judged: dict[tuple[str, ...], Verdict] = {}

    def give(self, block: Block) -> None:
        """Say whom every row is about; what is wrong goes to the block's findings."""
        if len(self._judged) > _REMEMBERED:
            self._judged.clear()
        words = block.feeding("kind")
        meanings = {word: block.layout.lists["kind"].meaning(word) for word in set(words)}
        wanted = [meanings[word] or _UNKNOWN for word in words]
        codes = block.feeding("uscc")
        if not any(words):
            wanted = [*map(_likely_kind, codes, block.feeding(NUMBER))]
        if _PERSON in wanted:
            numbers = _resident_ids(block)
            rows = zip(wanted, numbers, codes, strict=True)
            codes = [number if kind == _PERSON else code for kind, number, code in rows]
        _give(block, codes, wanted, self._as_of, lambda row: self._judge(block, row))

    def _judge(self, block: Block, row: int) -> Party:
        """Whose a row is by all it says; codes in other numbers' columns count too."""
        fields = ("kind", "uscc", "certificate", NUMBER)
        claim = Claim._make(block.feeding(field)[row] for field in fields)
        verdict = self._judged.get(claim)
        if verdict is None:
            lists = block.layout.lists
            verdict = judge(claim, lists["kind"], lists["certificate"], self._as_of)
            self._judged[claim] = verdict
        if verdict.unlinked:
            if row in block.findings.rejected:
                return verdict.party
            verdict = _elsewhere(block, row, verdict)
        _tell(block, row, verdict)
        return verdict.party


def _likely_kind(code: str, number: str) -> str:
    """Who bears what stands in the columns of a file that names no kinds, if all is right."""
    if number and not code:
        return _PERSON
    return kind_of(Identifier(code, Scheme.USCC)).value


def give_evaluated(block: Block, as_of: date) -> None:
    """Say whom every evaluation is about: one column holds codes of both schemes."""
    codes, words = block.feeding("uscc"), block.feeding("kind")
    meanings = {word: block.layout.lists["kind"].meaning(word) or "" for word in set(words)}
    wanted = [meanings[word] for word in words]

    def party(row: int) -> Party:
        if not codes[row]:
            return Party()
        verdict = judge_code(codes[row], wanted[row], as_of)
        _tell(block, row, verdict)
        return verdict.party

    _give(block, codes, wanted, as_of, party)


def _resident_ids(block: Block) -> list[str]:
    """The numbers that their rows call resident ids, or call nothing; "" for others."""
    certificates = block.feeding("certificate")
    known = block.layout.lists["certificate"]
    ids = {word for word in set(certificates) if known.meaning(word) == Scheme.RESIDENT_ID}
    pairs = zip(certificates, block.feeding(NUMBER), strict=True)
    return [number if not word or word in ids else "" for word, number in pairs]


def _give(
    block: Block,
    codes: Sequence[str],
    wanted: Sequence[str],
    as_of: date,
    judge_row: Callable[[int], Party],
) -> None:
    """Put the parties into the block; `judge_row` is asked where code and kind do not agree.

    `wanted` are the kinds that the rows claim, "" if any will do.
    """
    kinds, proofs = _prove(codes, as_of)
    claimed = [want or kind or _UNKNOWN for want, kind in zip(wanted, kinds, strict=True)]
    doubtful = list(compress(range(len(kinds)), map(ne, kinds, claimed)))
    given = list(codes)
    for row in doubtful:
        kinds[row], _, given[row] = judge_row(row)
    _note(block, kinds, proofs, doubtful)
    schemes = [_SCHEMES[kind] for kind in kinds]
    block.values.update(zip(PARTY, (kinds, schemes, given), strict=True))


def _prove(codes: Sequence[str], as_of: date) -> tuple[list[str], list[int]]:
    """Who bears each code that is right as it stands ("" for another), and what is proved of it."""
    proofs = list(prove_usccs(codes))
    kinds = [_BEARERS[proof] for proof in proofs]
    left = [row for row, kind in enumerate(kinds) if not kind]
    of_persons = prove_resident_ids([codes[row] for row in left], as_of)
    for row, proof in zip(left, of_persons, strict=True):
        kinds[row] = "" if proof & WRONG else _PERSON
        proofs[row] = proof
    return kinds, proofs


def _note(
    block: Block, kinds: Sequence[str], proofs: Sequence[int], judged: Collection[int]
) -> None:
    """Warn of inner checks and divisions; rows that were judged have told their own."""
    number = NUMBER if NUMBER in block.layout.feeding else USCC
    present = reduce(or_, set(proofs))
    for flag, code in _NOTES.items():
        if not present & flag:
            continue
        rows = {row for row, proof in enumerate(proofs) if proof & flag}.difference(judged)
        persons = {row for row in rows if kinds[row] == _PERSON} if _PERSON in kinds else set()
        block.note_rows(rows - persons, code, USCC)
        block.note_rows(persons, code, number)


def _tell(block: Block, row: int, verdict: Verdict) -> None:
    """Pass the issues of one row on."""
    findings = block.findings
    for code, field in verdict.notes:
        findings.note(row, code, block.code_of(field), block.feeding(field)[row])
    if verdict.fault:
        code, field = verdict.fault
        findings.reject(row, code, block.code_of(field), block.feeding(field)[row])


def _elsewhere(block: Block, row: int, verdict: Verdict) -> Verdict:
    """Whose a row without a code is, if it bears one among other numbers."""
    if verdict.notes[0] != ("no_code", USCC):
        return verdict
    columns = [c.code for c in block.layout.columns if c.feeds in {"other_code", NUMBER}]
    columns = [code for code in columns if code in block.values]
    found = search(block.values[code][row] for code in columns)
    if found is None:
        return verdict
    place, party = found
    block.findings.note(row, "wrong_column", columns[place], party.code, party.code)
    return Verdict(party)
