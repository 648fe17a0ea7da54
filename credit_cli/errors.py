"""Every expected error: its code, exit code and parameters; no words.

The words stand in the locale under `error.<code>` (message) and
`error.<code>.hint` (what to do next). Parameters never hold an identifier or
a name of a person.
"""

from enum import IntEnum
from typing import Any, ClassVar


class Exit(IntEnum):
    """The exit codes that scripts rely on."""

    DONE = 0
    BUG = 1
    USAGE = 2
    PARTLY = 3
    FINDINGS = 4
    NOT_FOUND = 5
    REFUSED = 6
    CONFLICT = 7
    UNREADABLE = 8
    STORE = 10
    BUSY = 11
    UNREACHABLE = 12
    CONFIGURATION = 13
    DISK = 74
    INTERRUPTED = 130
    TERMINATED = 143


class CreditError(Exception):
    """A request that cannot be carried out; `params` fill its words."""

    code: ClassVar[str]
    exit_code: ClassVar[Exit]

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - words take any value
        super().__init__(self.code)
        self.params = params


class Usage(CreditError):
    """What was typed cannot be understood."""

    exit_code = Exit.USAGE


class NotFound(CreditError):
    """The thing named does not exist."""

    exit_code = Exit.NOT_FOUND


class Refused(CreditError):
    """A rule says no; the attempt itself is recorded."""

    exit_code = Exit.REFUSED


class Conflict(CreditError):
    """Done already, or changed meanwhile; the attempt itself is recorded."""

    exit_code = Exit.CONFLICT


class Unreadable(CreditError):
    """An input file that cannot be read as a whole."""

    exit_code = Exit.UNREADABLE


class StoreUnfit(CreditError):
    """The store is missing, or its schema is behind or ahead of the program."""

    exit_code = Exit.STORE


class Configuration(CreditError):
    """A setting or a policy pack is invalid."""

    exit_code = Exit.CONFIGURATION


class MalformedCode(Usage):
    """An identifier of no known shape, or with a wrong check character: `fault`."""

    code = "malformed_code"


class MalformedValue(Usage):
    """An option's value that is not of its kind: `option`, `expected`."""

    code = "malformed_value"


class UnknownCommand(Usage):
    """No such command: `command`, `known`."""

    code = "unknown_command"


class MissingParameter(Usage):
    """An argument or option that the command needs: `parameter`."""

    code = "missing_parameter"


class UnknownOption(Usage):
    """No such option: `option`, `known`."""

    code = "unknown_option"


class BadUsage(Usage):
    """The command line does not fit the command: `command`."""

    code = "bad_usage"


class SubjectNotFound(NotFound):
    """No subject bears this code or number."""

    code = "subject_not_found"


class ItemNotFound(NotFound):
    """No such service item in the policy in force: `item`, `nearest`."""

    code = "item_not_found"


class MaterialNotFound(NotFound):
    """The item asks for no such material: `item`, `material`, `known`."""

    code = "material_not_found"


class SourceNotFound(NotFound):
    """No such reporting unit in the policy in force: `source`, `known`."""

    code = "source_not_found"


class ProgrammeNotFound(NotFound):
    """No such programme in the policy in force: `programme`, `known`."""

    code = "programme_not_found"


class ReviewNotFound(NotFound):
    """No post-approval review bears this number: `review`."""

    code = "review_not_found"


class BatchNotFound(NotFound):
    """No batch bears this number: `batch`."""

    code = "batch_not_found"


class RowNotQuestioned(NotFound):
    """The batch has no questioned row of this line: `batch`, `line`."""

    code = "row_not_questioned"


class RecordNotFound(NotFound):
    """Nobody can see a record of this id: `record`."""

    code = "record_not_found"


class LayoutNotFound(NotFound):
    """No layout of this name, nor of this record type and edition: `known`."""

    code = "layout_not_found"


class PolicyPartNotFound(NotFound):
    """Nothing in the policy is called `part`; `known` are the nearest names."""

    code = "policy_part_not_found"


class HelpTopicNotFound(NotFound):
    """There is no help on `topic`; `known` are those there are."""

    code = "help_topic_not_found"


class PolicyVersionNotFound(NotFound):
    """No version, or more than one, goes by this name: `version`, `known`."""

    code = "policy_version_not_found"


class StoryNotFound(NotFound):
    """No such demo story: `story`, `known`."""

    code = "story_not_found"


class NotEligible(Refused):
    """The subject does not meet the programme's condition: `programme`, `needed`."""

    code = "not_eligible"


class BudgetSpent(Refused):
    """The programme's budget is exhausted: `programme`."""

    code = "budget_spent"


class ProgrammeClosed(Refused):
    """The programme does not run on this day: `programme`."""

    code = "programme_closed"


class RouteNotGranted(Refused):
    """The route asked for is not granted: `route`, `granted`."""

    code = "route_not_granted"


class NotAcceptable(Refused):
    """Materials are missing that may not follow later: `item`, `materials`."""

    code = "not_acceptable"


class RowNotUnlinked(Refused):
    """The questioned row lacks no subject, but has faults: `batch`, `line`."""

    code = "row_not_unlinked"


class RowStillFaulty(Refused):
    """Even with its subject the row cannot be taken in: `batch`, `line`, `faults`, `said`."""

    code = "row_still_faulty"


class PersonNeedsCode(Refused):
    """A row is linked to a person by the person's own code only: `batch`, `line`."""

    code = "person_needs_code"


class TooManyRejects(Refused):
    """More rows were rejected than allowed: `rejected`, `read`, `most`."""

    code = "too_many_rejects"


class DeliveryShrank(Refused):
    """A file lacks too many of the rows of the one before: `source`, `rows`, `of`, `most`."""

    code = "delivery_shrank"


class DeliverySevere(Refused):
    """Too many rows are new serious entries: `source`, `rows`, `of`, `most`."""

    code = "delivery_severe"


class DeliveryChanged(Refused):
    """Too many rows change what is held: `source`, `rows`, `of`, `most`."""

    code = "delivery_changed"


class DeliverySmall(Refused):
    """A file has fewer rows than its source sends at the least: `source`, `rows`, `least`."""

    code = "delivery_small"


class DeliveryLarge(Refused):
    """A file has more rows than its source sends at the most: `source`, `rows`, `most`."""

    code = "delivery_large"


class DeliverySparse(Refused):
    """Too few rows say something in a column: `source`, `column`, `rows`, `of`, `least`."""

    code = "delivery_sparse"


class PoolNotEmpty(Refused):
    """A first load goes into an empty pool only."""

    code = "pool_not_empty"


class StoreForbidden(Refused):
    """The database does not let its user do this: `store`."""

    code = "store_forbidden"


class BatchIsWriteBack(Refused):
    """What a completed review wrote cannot be withdrawn like a file: `batch`."""

    code = "batch_is_write_back"


class WorkbookFull(Refused):
    """More rows than a sheet of a workbook holds: `most`."""

    code = "workbook_full"


class DmnUnsayable(Refused):
    """A scenario says what DMN tables cannot: `scenario`, `count`, `faults`, `places`."""

    code = "dmn_unsayable"


class SecondPersonNeeded(Refused):
    """Nobody approves their own proposal: `policy_version`."""

    code = "second_person_needed"


class PolicyNotApproved(Refused):
    """Only an approved version can be put in force: `policy_version`."""

    code = "policy_not_approved"


class PolicyNeedsProposal(Refused):
    """Files are not put in force without a second person: `path`."""

    code = "policy_needs_proposal"


class PolicyChangesThePast(Refused):
    """A version may not begin before today: `wanted`, `earliest`."""

    code = "policy_changes_the_past"


class PolicyBeginsLater(Refused):
    """The pack itself begins after the day asked for: `wanted`, `earliest`."""

    code = "policy_begins_later"


class PolicyHasBegun(Refused):
    """What is or was in force cannot be withdrawn: `policy_version`."""

    code = "policy_has_begun"


class PolicyNeverActive(Refused):
    """Only what was in force once can be put back: `policy_version`."""

    code = "policy_never_active"


class PolicyNothingBefore(Refused):
    """No other version was in force before this one: `policy_version`."""

    code = "policy_nothing_before"


class RollbackUnclear(Refused):
    """What is in force was itself put back, so one must be named: `policy_version`."""

    code = "rollback_unclear"


class AlreadyClaimed(Conflict):
    """The subject has had its share of the programme: `programme`."""

    code = "already_claimed"


class ReviewClosed(Conflict):
    """The review was completed before: `review`, `outcome`."""

    code = "review_closed"


class BatchWithdrawn(Conflict):
    """The batch has been withdrawn: `batch`."""

    code = "batch_withdrawn"


class BatchUnfinished(Conflict):
    """The batch is still being imported, or was left unfinished: `batch`."""

    code = "batch_unfinished"


class RowSettled(Conflict):
    """The questioned row is not open any more: `batch`, `line`, `state`."""

    code = "row_settled"


class PolicyApproved(Conflict):
    """The version has been approved: `policy_version`."""

    code = "policy_approved"


class PolicyWithdrawn(Conflict):
    """The proposal has been withdrawn: `policy_version`."""

    code = "policy_withdrawn"


class FileTaken(Conflict):
    """There is a file of this name, and somebody may have filled it in: `path`."""

    code = "file_taken"


class FileMissing(Unreadable):
    """There is no such file, or it may not be read: `path`."""

    code = "file_missing"


class EncodingUnknown(Unreadable):
    """Neither UTF-8 nor GB18030, or not what `--encoding` says: `path`, `guess`, `line`."""

    code = "encoding_unknown"


class FormatUnknown(Unreadable):
    """Not a file of a kind we read: `path`, `known`."""

    code = "format_unknown"


class HeadingUnknown(Unreadable):
    """A heading row we do not know: `path`, `layout`, `headings`, `nearest`."""

    code = "heading_unknown"


class HeadingDoubled(Unreadable):
    """One field stands in two columns: `path`, `headings`."""

    code = "heading_doubled"


class HeadingMissing(Unreadable):
    """Columns that the layout requires are absent: `path`, `layout`, `headings`."""

    code = "heading_missing"


class FileBroken(Unreadable):
    """The file's structure is damaged: `path`, `line`, `fault`."""

    code = "file_broken"


class SheetUnknown(Unreadable):
    """A sheet that the file does not have: `path`, `known`, names and none of a text file."""

    code = "sheet_unknown"


class WorkbookBroken(Unreadable):
    """A workbook that cannot be opened: `path`."""

    code = "workbook_broken"


class WorkbookUnsafe(Unreadable):
    """A workbook larger or more compressed than any honest one: `path`, `fault`."""

    code = "workbook_unsafe"


class DmnBroken(Unreadable):
    """Not a DMN file, or one that no honest modeller writes: `path`, `line`, `fault`."""

    code = "dmn_broken"


class DmnUnsupported(Unreadable):
    """A DMN file says what rules here cannot: `path`, `count`, `faults`, `places`."""

    code = "dmn_unsupported"


class RuleTableInvalid(Unreadable):
    """A sheet of rules has faults: `path`, `count`, `faults` (texts), `places` (line, column)."""

    code = "rule_table_invalid"


class FileEmpty(Unreadable):
    """The file holds no heading row: `path`."""

    code = "file_empty"


class StoreMissing(StoreUnfit):
    """There is no store at this place: `store`."""

    code = "store_missing"


class StoreBroken(StoreUnfit):
    """The file is no store, or is damaged: `store`."""

    code = "store_broken"


class SchemaBehind(StoreUnfit):
    """The store's schema is older than the program: `found`, `needed`."""

    code = "schema_behind"


class SchemaAhead(StoreUnfit):
    """The store's schema is newer than the program: `found`, `needed`."""

    code = "schema_ahead"


class Busy(CreditError):
    """Another program holds the store."""

    code = "busy"
    exit_code = Exit.BUSY


class Unreachable(CreditError):
    """The database server does not answer: `store`."""

    code = "unreachable"
    exit_code = Exit.UNREACHABLE


class ClockRefused(Configuration):
    """CREDIT_NOW is no point in time."""

    code = "clock_refused"


class SettingInvalid(Configuration):
    """A setting's value is not of its kind: `setting`, `origin`, `expected`."""

    code = "setting_invalid"


class DriverMissing(Configuration):
    """The database driver for this URL is not installed: `extra`."""

    code = "driver_missing"


class PolicyInvalid(Configuration):
    """The pack has faults: `path`, `count`, `faults` (texts), `places` (file, line, key, code)."""

    code = "policy_invalid"


class PolicyFailsSituations(Configuration):
    """Situations beside the pack do not come out as they say: `path`, `failed`, `passed`."""

    code = "policy_fails_situations"


class PolicyIncomplete(Configuration):
    """A rule on its own cannot be in force: it lacks tiers and routes: `path`."""

    code = "policy_incomplete"


class PolicyOutdated(Configuration):
    """This program cannot read the content that the store holds: `policy_version`."""

    code = "policy_outdated"


class PolicyAltered(Configuration):
    """The content in the store is not the one of its SHA-256: `policy_version`."""

    code = "policy_altered"


class MappingInvalid(Configuration):
    """The mapping file has faults: `path`, `count`, `faults` (texts with file and key path)."""

    code = "mapping_invalid"


class PolicyMissing(Configuration):
    """No activated policy is in force on this day: `as_of`."""

    code = "policy_missing"


class ReadingEnded(CreditError):
    """The process that read a large file was ended from outside: `path`."""

    code = "reading_ended"
    exit_code = Exit.TERMINATED


class DiskFault(CreditError):
    """The disk is full or a file cannot be written: `path`."""

    code = "disk_fault"
    exit_code = Exit.DISK
