"""The parties of a block of records, each judged once however often it comes."""

from collections.abc import Iterable
from datetime import date

from credit_cli.intake.pages import Block
from credit_cli.intake.parties import NUMBER, USCC, Claim, Party, Verdict, judge, party_of, search
from credit_cli.rules.identifiers import Scheme, check_uscc

_NOBODY: tuple[Party, tuple[str, ...]] = (Party(), ())
_REMEMBERED = 20_000
_USCC_SCHEME = Scheme.USCC.value


class PartyReader:
    """Reads parties; remembers codes and claims from page to page."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._kinds: dict[str, str] = {}
        self._sound: dict[str, tuple[Party, tuple[str, ...]]] = {}
        self._judged: dict[tuple[str, ...], Verdict] = {}

    def read(self, block: Block) -> list[Party]:
        """Whom every row is about; what is wrong goes to the block's findings."""
        for remembered in (self._sound, self._judged):
            if len(remembered) > _REMEMBERED:
                remembered.clear()
        kinds, codes = block.feeding("kind"), block.feeding("uscc")
        meanings = {word: block.layout.lists["kind"].meaning(word) for word in set(kinds)}
        self._learn(set(codes).difference(self._sound))
        numbers = map(block.feeding, ("certificate", "certificate_number"))
        parties = []
        for row, claim in enumerate(zip(kinds, codes, *numbers, strict=True)):
            party, notes = self._sound.get(claim[1], _NOBODY)
            if party.kind != meanings[claim[0]]:
                verdict = self._judged.get(claim) or self._judge(block, claim)
                party = self._tell(block, row, verdict).party
            else:
                for note in notes:
                    block.findings.note(row, note, block.code_of(USCC), claim[1])
            parties.append(party)
        return parties

    def _learn(self, codes: Iterable[str]) -> None:
        """Whose the sound social credit codes are: the common case, made short."""
        for code in codes:
            # One resident id in 31 passes as a social credit code.
            if len(code) == 18 and not code[:17].isdecimal():  # noqa: PLR2004
                checked = check_uscc(code)
                if checked.fault is None:
                    party = Party(self._kind(checked.value), _USCC_SCHEME, checked.value)
                    self._sound[code] = party, checked.notes

    def _kind(self, code: str) -> str:
        """Who bears the code; its first two characters tell (GB 32100)."""
        kind = self._kinds.get(code[:2])
        if kind is None:
            kind = self._kinds[code[:2]] = party_of(code, Scheme.USCC).kind
        return kind

    def _judge(self, block: Block, claim: tuple[str, ...]) -> Verdict:
        lists = block.layout.lists
        verdict = judge(Claim(*claim), lists["kind"], lists["certificate"], self._as_of)
        self._judged[claim] = verdict
        return verdict

    def _tell(self, block: Block, row: int, verdict: Verdict) -> Verdict:
        """Pass the issues on; a code in another number's column still says whose row it is."""
        findings = block.findings
        if verdict.unlinked:
            if row in findings.rejected:
                return verdict
            verdict = self._elsewhere(block, row, verdict)
        for code, field in verdict.notes:
            findings.note(row, code, block.code_of(field), block.feeding(field)[row])
        if verdict.fault:
            code, field = verdict.fault
            findings.reject(row, code, block.code_of(field), block.feeding(field)[row])
        return verdict

    def _elsewhere(self, block: Block, row: int, verdict: Verdict) -> Verdict:
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
