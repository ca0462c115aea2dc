"""The functions of migrations, each with just the permissions that its name suggests."""

from typing import cast

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.functions.environment import environment
from infra.functions.handler import FunctionSize, HandlerFunction, HandlerFunctions
from infra.functions.network_access import (
    allow_associating,
    allow_background,
    allow_preflight,
    allow_reading_guards,
    allow_reading_routes,
)
from vifshift.domain.network_actions import LOOKING, SEE_VIFS, SEEING
from vifshift.domain.object_keys import MIGRATIONS, PROPOSALS
from vifshift.domain.open_executions import OPEN_INDEX
from vifshift.domain.session_policy import SessionPurpose

# The reads of a check take a while where each answer does.
VALIDATE_SIZE = FunctionSize(seconds=120)
# The last observation of a series begins 20 seconds after the first, and may take a minute.
OBSERVE_SIZE = FunctionSize(seconds=80)
# The last event waits for the report, and a long history and its page are held in memory.
REPORT_SIZE = FunctionSize(seconds=30, memory=1024)


class MigrationFunctions:
    """The functions that the migration workflow and its watchdog call."""

    def __init__(
        self,
        functions: HandlerFunctions,
        *,
        table: dynamodb.ITableV2,
        bucket: s3.Bucket,
        bus: events.IEventBus,
    ) -> None:
        settings = functions.settings
        self.validate = functions.add(
            "Validate",
            "Decides whether a request can be carried out, and lists what is against it.",
            environment(settings, table=table, checks=True, session=SessionPurpose.CHECK),
            VALIDATE_SIZE,
        )
        # Cancellations, and the record of the peers that were up before a move.
        table.grant(self.validate, "dynamodb:GetItem", "dynamodb:BatchGetItem")
        allow_preflight(self.validate, SEEING, settings)
        allow_reading_routes(self.validate, settings)
        allow_background(self.validate, settings)
        allow_reading_guards(self.validate)

        self.associate = functions.add(
            "Associate",
            "Associates a virtual interface with a connection or LAG.",
            environment(settings, table=table, session=SessionPurpose.ASSOCIATE),
        )
        self.associate.allow(SEE_VIFS, on=["*"])
        allow_associating(self.associate, settings)
        table.grant(self.associate, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")

        self.observe = functions.add(
            "Observe",
            "Checks whether a virtual interface that moves has converged.",
            environment(settings, table=table, session=SessionPurpose.OBSERVE, pace=True),
            OBSERVE_SIZE,
        )
        self.observe.allow(*LOOKING, on=["*"])
        allow_reading_routes(self.observe, settings)
        allow_reading_guards(self.observe)
        table.grant(self.observe, "dynamodb:GetItem")
        self.observe.allow("dynamodb:Query", on=[f"{table.table_arn}/index/{OPEN_INDEX}"])

        self.conclude = functions.add(
            "Conclude", "Determines how a migration ended.", environment(settings)
        )
        self.hold = functions.add(
            "Hold",
            "Stores the token of a migration that waits, and announces what it waits for.",
            environment(settings, table=table, bus=bus, bucket=bucket),
        )
        self.hold.allow_writing(bucket, PROPOSALS)
        # That a move of a plan waits is kept in the item that counts the plan's moves.
        table.grant(self.hold, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        bus.grant_put_events_to(self.hold)

        self.investigate = functions.add(
            "Investigate",
            "Finds out what became of an interrupted migration.",
            environment(settings, session=SessionPurpose.INVESTIGATE),
        )
        self.investigate.allow(SEE_VIFS, on=["*"])

        self.report = functions.add(
            "Report",
            "Writes the report of a migration.",
            environment(
                settings, bucket=bucket, table=table if settings.cloud_trail.watch else None
            ),
            REPORT_SIZE,
        )
        self.report.allow_writing(bucket, MIGRATIONS)
        if settings.cloud_trail.watch:
            table.grant(self.report, "dynamodb:GetItem")
        # What is there already may be what it wrote before an answer was lost.
        self.report.allow_reading(bucket, MIGRATIONS)
        for each in self.assuming:
            each.allow_assuming(settings.roles)

    @property
    def of_the_workflow(self) -> list[HandlerFunction]:
        """Return the functions that the migration workflow calls."""
        return [
            self.validate,
            self.associate,
            self.observe,
            self.conclude,
            self.hold,
            self.report,
        ]

    @property
    def assuming(self) -> list[HandlerFunction]:
        """Return the functions that assume roles in other accounts."""
        return [self.validate, self.associate, self.observe, self.investigate]

    @property
    def roles_that_change(self) -> list[iam.IRole]:
        """Return the roles of those that write to the table, or associate."""
        return [cast(iam.IRole, each.role) for each in (self.associate, self.hold)]

    @property
    def failing_silently(self) -> dict[HandlerFunction, str]:
        """Return the functions whose failure no event reports, and what is lost by it."""
        return {
            self.conclude: "A migration's end was reported without its details.",
            self.report: "The evidence of a migration was not stored; its last event names none.",
            self.investigate: "What became of an interrupted migration may not be reported.",
        }
