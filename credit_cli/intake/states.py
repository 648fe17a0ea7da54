"""What has become of a document or link, by the word in its row (当前状态)."""

from credit_cli.intake.blocks import Block
from credit_cli.rules.values import RecordState


def states_of(block: Block) -> list[str]:
    """The state of every row; a blank is current, an unknown word is another state."""
    words = block.feeding("state")
    states = {"": RecordState.CURRENT.value}
    for word in set(words).difference(states):
        states[word] = block.layout.lists["state"].meaning(word) or RecordState.OTHER.value
    return [states[word] for word in words]
