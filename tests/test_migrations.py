"""One tree of migrations makes what the models say, on both databases, wholly or not at all."""

import ast
import re
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Enum, MetaData, inspect
from sqlalchemy.exc import DBAPIError

from credit_cli import folders
from credit_cli.errors import SchemaAhead
from credit_cli.store import schema
from credit_cli.store.engine import connect, make_engine
from credit_cli.store.engine import store_url as make_url
from credit_cli.tables import SCHEMA, metadata
from tests.pool import NOW, ask, held
from tests.program import ROOT, Credit, spawn

MIGRATIONS = ROOT / "migrations"
AFTER = f"{int(SCHEMA) + 1:04}"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{after}"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO half VALUES (1)")
    op.execute("INSERT INTO half VALUES ({last})")
"""
Write = Callable[[int], None]


def drift(url: str, models: MetaData) -> list[Any]:
    """What a new migration would have to change; without the plug-in no CHECK is seen."""
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    }
    with connect(make_url(url)) as connection, connection.begin():
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, models))


def tables(url: str) -> set[str]:
    """The tables at a place, a store or not."""
    engine = make_engine(make_url(url))
    with engine.connect() as connection, connection.begin():
        found = set(inspect(connection).get_table_names())
    engine.dispose()
    return found


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Make the program one revision newer; its migration breaks if it writes 1 twice."""

    def write(last: int) -> None:
        package = tmp_path / "package"
        shutil.copytree(MIGRATIONS, package / "_migrations")
        script = package / "_migrations" / "versions" / f"{AFTER}_next.py"
        script.write_text(NEXT.format(last=last, before=SCHEMA, after=AFTER), encoding="utf-8")
        monkeypatch.setattr(folders, "_PACKAGE", package)
        monkeypatch.setattr(schema, "SCHEMA", AFTER)

    return write


def test_migrations_make_what_the_models_say(store_url: str) -> None:
    assert drift(store_url, metadata) == []


def test_a_check_that_no_migration_makes_is_noticed(store_url: str) -> None:
    models = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(models)
    models.tables["review"].append_constraint(CheckConstraint("id > 0", "numbered"))
    (found,) = drift(store_url, models)
    assert (found[0], found[1].name) == ("add_constraint", "ck_review_numbered")


def test_every_word_list_is_checked_by_the_database(store_url: str) -> None:
    with connect(make_url(store_url)) as connection, connection.begin():
        told = inspect(connection)
        kept = {
            (table, check["name"]): set(re.findall("'([^']*)'", check["sqltext"]))
            for table in metadata.tables
            for check in told.get_check_constraints(table)
        }
    for name, table in metadata.tables.items():
        for column in table.columns:
            if isinstance(column.type, Enum):
                assert kept[name, f"ck_{name}_{column.type.name}"] == set(column.type.enums)


def test_the_program_names_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


@pytest.mark.parametrize("path", sorted(MIGRATIONS.rglob("*.py")), ids=lambda path: path.name)
def test_migrations_depend_on_nothing_that_changes_with_the_program(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                imported |= {name.name.partition(".")[0] for name in names}
            case ast.ImportFrom(module=str(module)):
                imported.add(module.partition(".")[0])
    assert imported - sys.stdlib_module_names == {"sqlalchemy", "alembic"}


def test_a_first_migration_that_fails_leaves_nothing(
    empty_store_url: str, next_migration: Write
) -> None:
    next_migration(1)
    with pytest.raises(DBAPIError):
        schema.migrate(make_url(empty_store_url), NOW, sandbox=False)
    assert tables(empty_store_url) == set()


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(
    store_url: str, next_migration: Write
) -> None:
    before = tables(store_url)
    next_migration(1)
    with pytest.raises(DBAPIError):
        schema.migrate(make_url(store_url), NOW, sandbox=False)
    assert tables(store_url) == before
    assert held(store_url, "SELECT version_num FROM alembic_version") == [{"version_num": SCHEMA}]


def test_an_upgrade_keeps_what_the_store_holds(store_url: str, next_migration: Write) -> None:
    mark = held(store_url, "SELECT * FROM store_mark")
    next_migration(2)
    assert schema.migrate(make_url(store_url), NOW, sandbox=False)
    assert not schema.migrate(make_url(store_url), NOW, sandbox=False)
    assert held(store_url, "SELECT version_num FROM alembic_version") == [{"version_num": AFTER}]
    assert held(store_url, "SELECT * FROM store_mark") == mark


def test_an_sqlite_store_is_copied_before_it_is_upgraded(
    sqlite_url: str, next_migration: Write, tmp_path: Path
) -> None:
    next_migration(2)
    schema.migrate(make_url(sqlite_url), NOW, sandbox=False)
    copy = tmp_path / f"credit.db.before-{SCHEMA}"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "half" not in tables(f"sqlite:///{copy}")
    assert held(f"sqlite:///{copy}", "SELECT count(*) AS n FROM policy_version") == [{"n": 1}]


def test_a_store_of_a_newer_program_is_left_alone(
    store_url: str, next_migration: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_migration(2)
    schema.migrate(make_url(store_url), NOW, sandbox=False)
    monkeypatch.undo()
    with pytest.raises(SchemaAhead):
        schema.migrate(make_url(store_url), NOW, sandbox=False)


def test_four_programs_may_make_one_store_at_once(empty_store_url: str) -> None:
    def init(_: int) -> tuple[int, bool]:
        env = {"CREDIT_DB": empty_store_url, "CREDIT_OUTPUT": "json"}
        ran = spawn("-m", "credit_cli", "init", env=env)
        return ran.exit_code, ran.json["changed"]

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(init, range(4)))
    assert [code for code, _ in ended] == [0, 0, 0, 0]
    assert held(empty_store_url, "SELECT count(*) AS n FROM policy_version") == [{"n": 1}]
    assert held(empty_store_url, "SELECT count(*) AS n FROM store_mark") == [{"n": 1}]


def test_the_folder_of_a_new_store_is_made_for_its_owner_alone(
    tmp_path: Path, credit: Credit
) -> None:
    path = tmp_path / "new" / "folder" / "credit.db"
    assert credit("init", db=str(path)).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    with connect(make_url(str(path))) as connection:
        assert ask(connection, "SELECT sandbox FROM store_mark") == [{"sandbox": 0}]


OLD_RECORD = """
INSERT INTO record (subject_id, document_no, version, document_key, content_hash, batch_id, line,
  record_type, state, decided_on, document_number, authority_code, authority, fields)
VALUES (1, {no}, 1, '{key}', '{content}', {batch}, {line}, 'penalty', 'current', '2026-06-01',
  '{no}', '', '', '{{"CF_NR": "x"}}')
"""
OLD_EVALUATION = """
INSERT INTO evaluation (subject_id, scale, source, evaluated_on, version, content_hash, batch_id,
  line, grade) VALUES (1, 'enterprise', 'unit', '2026-06-01', 1, '{content}', 1, 2, 'A')
"""
FIRST, LAST = "0123456789abcdef" + "0" * 16, "f" * 32


def test_records_of_the_first_schema_keep_their_documents(empty_store_url: str) -> None:
    engine = make_engine(make_url(empty_store_url))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        schema.run_migrations(connection, "0001")
        for number, row in enumerate([(FIRST, LAST, 1, 2), ("review-5", "", 2, 0)], 1):
            names = dict(zip(("key", "content", "batch", "line"), row, strict=True))
            connection.exec_driver_sql(OLD_RECORD.format(no=number, **names))
        connection.exec_driver_sql(OLD_EVALUATION.format(content=FIRST))
        schema.run_migrations(connection, "0002")
        rows = connection.exec_driver_sql(
            "SELECT r.document_key, r.content_hash, c.document_number, c.fields FROM record r"
            " JOIN record_content c ON c.batch_id = r.batch_id AND c.line = r.line ORDER BY 3"
        ).all()
        scored = connection.exec_driver_sql("SELECT content_hash FROM evaluation").scalar()
    engine.dispose()
    assert rows[0][:3] == (0x0123456789ABCDEF, -1, "1")
    assert (rows[1][2], len(rows)) == ("2", 2)
    assert "x" in str(rows[0][3])
    assert scored == 0x0123456789ABCDEF


OLD_POLICY = """
INSERT INTO policy_version (id, name, from_on, sha256, content, activated_at, activated_by)
VALUES ({no}, 'hainan', '{starts}', '{sha256}', '{{}}', '2026-06-0{no} 08:00:00', 'wang')
"""


def test_versions_of_an_older_schema_stay_in_force_from_their_own_days(
    empty_store_url: str,
) -> None:
    engine = make_engine(make_url(empty_store_url))
    rows = [("2024-01-01", "a"), ("2026-01-01", "b"), ("2024-01-01", "a")]
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        schema.run_migrations(connection, "0003")
        for no, (starts, sha256) in enumerate(rows, 1):
            connection.exec_driver_sql(OLD_POLICY.format(no=no, starts=starts, sha256=sha256))
        schema.run_migrations(connection, "0004")
        versions = connection.exec_driver_sql(
            "SELECT id, sha256, state, approval, approved_by FROM policy_version ORDER BY id"
        ).all()
        activations = connection.exec_driver_sql(
            "SELECT id, version_id, kind, CAST(from_on AS VARCHAR), activated_by"
            " FROM policy_activation ORDER BY id"
        ).all()
        free = connection.exec_driver_sql(
            "SELECT next_free FROM number_block WHERE name = 'policy_activation'"
        ).scalar()
    engine.dispose()
    # A content that was activated twice is one version, in force twice.
    told = [(1, "a", "approved", "recorded", "wang"), (2, "b", "approved", "recorded", "wang")]
    assert [tuple(one) for one in versions] == told
    assert [one[1] for one in activations] == [1, 2, 1]
    assert {one[2:] for one in activations} == {
        ("activate", "2024-01-01", "wang"),
        ("activate", "2026-01-01", "wang"),
    }
    assert free == 4


OLD_BATCH = """
INSERT INTO batch (id, kind, state, source, layout, edition, headings, columns, file_name, actor,
  started_at, withdrawn_at, done_line, added, changed, same, rejected, unlinked, skipped, issues,
  flawed, filled, read_ms, merge_ms)
VALUES ({no}, 'link', '{state}', 'unit', '', '', '[]', '[]', '', 'wang', '2026-06-01 08:00:00',
  {withdrawn}, 0, 0, 0, 0, 0, 0, 0, '{{}}', '{{}}', '{{}}', 0, 0)
"""
OLD_DECISION = """
INSERT INTO link_decision (source, row_key, batch_id, subject_id) VALUES ('unit', 7, {no}, 1)
"""


def test_decisions_of_an_older_schema_hold_as_their_batches_do(empty_store_url: str) -> None:
    engine = make_engine(make_url(empty_store_url))
    batches = [("withdrawn", "'2026-06-02 08:00:00'"), ("finished", "NULL")]
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        schema.run_migrations(connection, "0004")
        for no, (state, withdrawn) in enumerate(batches, 1):
            statement = OLD_BATCH.format(no=no, state=state, withdrawn=withdrawn)
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql(OLD_DECISION.format(no=no))
        schema.run_migrations(connection, "0005")
        holding = connection.exec_driver_sql(
            "SELECT batch_id FROM link_decision WHERE withdrawn_at IS NULL"
        ).all()
    engine.dispose()
    assert [tuple(one) for one in holding] == [(2,)]
