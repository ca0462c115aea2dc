"""The rules on CloudTrail's records of calls by others, and the function that judges them.

CloudTrail sends its records to the default bus of the account and Region, where a trail logs them
(AWS: EventBridge user guide, "AWS service events delivered via AWS CloudTrail"). Rules on changes
need no state of their own; only read-only calls would need
ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.environment import environment
from infra.functions.handler import HandlerFunction, HandlerFunctions
from infra.messaging.notifications import Notifications
from infra.permissions import allow_on_executions
from vifshift.domain.object_keys import MIGRATIONS
from vifshift.domain.open_executions import OPEN_INDEX
from vifshift.domain.trail import DELETES, NETWORK_CALLS, TASK_CALLS

DETAIL_TYPE: Final = "AWS API Call via CloudTrail"
LASTS: Final = Duration.hours(24)
"""How long EventBridge tries to deliver a record: a change outside is news for a day."""
PRODUCT_SOURCES: Final = tuple(
    f"aws.{name}"
    for name in (
        "cloudtrail",
        "dynamodb",
        "events",
        "kms",
        "lambda",
        "monitoring",
        "s3",
        "scheduler",
        "sns",
        "sqs",
        "states",
    )
)
PRODUCT_CALLS: Final = (
    *("DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"),
    *("DeleteTable", "UpdateTable"),
    *("DeleteEventBus", "DeleteRule", "DisableRule", "PutPermission", "PutRule", "PutTargets"),
    *("RemovePermission", "RemoveTargets"),
    *("DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"),
    *("DeleteAlarms", "DisableAlarmActions"),
    *("DeleteBucket", "DeleteBucketPolicy", "PutBucketLifecycle", "PutBucketPolicy"),
    "PutBucketVersioning",
    *("DeleteSchedule", "DeleteScheduleGroup", "UpdateSchedule"),
    *("DeleteTopic", "SetTopicAttributes", "Unsubscribe"),
    *("DeleteQueue", "PurgeQueue"),
    *("DeleteStateMachine", "RedriveExecution", "StopExecution", "UpdateStateMachine"),
    *TASK_CALLS,
)
"""The calls that would blind the product. A pattern has 2,048 characters at most (AWS: "Amazon
EventBridge quotas"), and so all of them are one list for all sources."""
VERSIONED_CALLS: Final = ("DeleteFunction", "PutFunctionConcurrency", "UpdateFunction")
"""How the names of Lambda's calls begin, which end with the API's version, such as
UpdateFunctionCode20150331v2 (AWS: Lambda developer guide, "Logging Lambda API calls")."""
TABLE_CALLS: Final = (
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
    "PutItem",
    "TransactWriteItems",
    "UpdateItem",
)


class Witnessed(NamedTuple):
    """What the function looks at and writes to: the table, the bus, and the bucket."""

    table: dynamodb.ITableV2
    bus: events.IEventBus
    bucket: s3.Bucket


class OutsideChanges(Construct):
    """The function that is notified of others' calls, and the rules that tell it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: HandlerFunctions,
        witnessed: Witnessed,
        migrations: sfn.StateMachine,
        roles: Sequence[iam.IRole],
        notifications: Notifications,
    ) -> None:
        super().__init__(scope, construct_id)
        settings = functions.settings
        table = witnessed.table
        self._undelivered = notifications.undelivered
        self.function = self._function(functions, witnessed, migrations)
        own_roles = [role.role_arn for role in (*roles, cast(iam.IRole, self.function.role))]
        own = {
            "roles": [*own_roles, *(role.arn for role in settings.roles)],
            "names": [
                witnessed.bus.event_bus_name,
                table.table_name,
                notifications.key.key_id,
            ],
        }
        self.function.add_environment("VIFSHIFT_OWN", Stack.of(self).to_json_string(own))
        self._tell(
            "Network",
            "Reports calls to Direct Connect by others.",
            ["aws.directconnect"],
            {"eventName": [*NETWORK_CALLS, {"prefix": DELETES}]},
        )
        self._tell(
            "Product",
            "Reports calls by others that would blind vifshift.",
            list(PRODUCT_SOURCES),
            {"eventName": [*PRODUCT_CALLS, *({"prefix": each} for each in VERSIONED_CALLS)]},
        )
        if settings.cloud_trail.table_data_events:
            written = {"eventName": list(TABLE_CALLS), "resources": {"ARN": [table.table_arn]}}
            # The stack's own writes are many, and invoke nothing.
            for name, by in (
                ("TableByRoles", {"sessionIssuer": {"arn": [{"anything-but": own_roles}]}}),
                ("TableByUsers", {"sessionIssuer": {"arn": [{"exists": False}]}}),
            ):
                self._tell(
                    name,
                    "Reports writes to the table by others.",
                    ["aws.dynamodb"],
                    {**written, "userIdentity": {"sessionContext": by}},
                )

    def _function(
        self, functions: HandlerFunctions, witnessed: Witnessed, migrations: sfn.StateMachine
    ) -> HandlerFunction:
        table, bus, bucket = witnessed
        function = functions.add(
            "Witness",
            "Reports calls by others that disturb a migration, or vifshift itself.",
            {
                **environment(functions.settings, table=table, bucket=bucket),
                "VIFSHIFT_BUS": bus.event_bus_name,
            },
        )
        table.grant(function, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        function.allow("dynamodb:Query", on=[f"{table.table_arn}/index/{OPEN_INDEX}"])
        bus.grant_put_events_to(function)
        function.allow_writing(bucket, MIGRATIONS)
        allow_on_executions(
            cast(iam.IRole, function.role),
            "IsWitnessed",
            "states:DescribeExecution",
            migrations,
            "Which migrations others will disturb is not known at deployment.",
        )
        return function

    @property
    def failing_silently(self) -> dict[HandlerFunction, str]:
        """Return the function, and what is lost if it fails."""
        return {self.function: "A change by others may not be reported: look in CloudTrail."}

    def _tell(
        self, name: str, description: str, sources: list[str], detail: Mapping[str, object]
    ) -> None:
        events.Rule(
            self,
            name,
            description=description,
            event_pattern=events.EventPattern(
                source=sources, detail_type=[DETAIL_TYPE], detail=dict(detail)
            ),
            targets=[
                targets.LambdaFunction(
                    self.function,
                    dead_letter_queue=self._undelivered,
                    max_event_age=LASTS,
                    retry_attempts=185,
                )
            ],
        )
