"""What every row of a block is: by its layout, or by a column of the layout."""

from credit_cli.intake.blocks import Block

# Where a block keeps the types of its records, beside the columns of its layout.
TYPE = "record.type"


def give_types(block: Block) -> None:
    """Say of what type every row is; a word that is on no list rejects its row."""
    if "record_type" not in block.layout.feeding:
        block.values[TYPE] = [block.layout.record_type] * len(block.lines)
        return
    words, code = block.feeding("record_type"), block.code_of("record_type")
    known = block.layout.lists["record_type"]
    meanings = {word: known.meaning(word) or "" for word in set(words)}
    for row, word in enumerate(words):
        if word and not meanings[word]:
            block.findings.reject(row, "unknown_record_type", code, word)
    block.values[TYPE] = [meanings[word] for word in words]
