"""Files of a department's own layout: whatever can be imported can be read by a mapping."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from credit_cli.actions.chunks import Incoming
from credit_cli.intake.layouts import Layout
from credit_cli.intake.mappings import read_mapping
from credit_cli.intake.tables import TableFile
from credit_cli.store.work import Work


class Read(Protocol):
    """Opens a file of one kind, as one of the kind's own layouts or of those given."""

    def __call__(
        self, work: Work, file: TableFile, source: str, layouts: Sequence[Layout] | None = None
    ) -> Incoming:
        """The drafts of a file that a reporting unit sent."""


def mapped(read: Read, noun: str, mapping: Path | None) -> Read:
    """How `credit NOUN import` reads: as `read` does, or by the mapping's file; MappingInvalid."""
    if mapping is None:
        return read
    sent = read_mapping(mapping, noun)

    def read_mapped(
        work: Work, file: TableFile, source: str, layouts: Sequence[Layout] | None = None
    ) -> Incoming:
        kept = {"name": sent.name, "table": sent.table, "file_sha256": file.sha256}
        file.sha256 = sent.identity(file.sha256)
        return read(work, file, source, layouts or [sent.layout])._replace(mapping=kept)

    return read_mapped
