"""A batch says which edition it was; what the editions share is one pool."""

from tests.intake.senders import PENALTY
from tests.intake.test_editions import OLD_LICENCE, OLD_PENALTY
from tests.pool import Pool


def test_a_batch_says_its_edition(pool: Pool) -> None:
    for row in (OLD_PENALTY, OLD_LICENCE, PENALTY):
        assert pool.records(row).exit_code == 0
    batches = [pool.done("batch", "show", str(n)) for n in (1, 2, 3)]
    assert [one["edition"] for one in batches] == ["2015", "2015", "2018"]
    shown = pool.done("record", "show", "1-2")
    assert (shown["authority_code"], shown["amount_fen"]) == ("", None)
    assert "处罚名称" in [one["label"] for one in shown["fields"]]


def test_the_same_file_row_in_one_edition_is_one_document(sqlite_pool: Pool) -> None:
    sqlite_pool.records(OLD_PENALTY)
    again = sqlite_pool.records(OLD_PENALTY | {"SJC": "2016/1/1"}).json
    assert (again["same"], sqlite_pool.count("record")) == (1, 1)
