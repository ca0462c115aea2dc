"""The stack: creates and wires the constructs, each before those that need it."""

from typing import cast

from aws_cdk import Aspects, CfnCondition, CfnOutput, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.functions.answers import LOST_ANSWER, answer_function
from infra.functions.concurrency import reserve
from infra.functions.environment import Watchdogs
from infra.functions.evidence import protect_evidence
from infra.functions.handler import HandlerFunctions
from infra.functions.manifest import Manifests
from infra.functions.migration import MigrationFunctions
from infra.functions.plan import PlanFunctions
from infra.functions.sweep import Sweep
from infra.messaging.answers import Answers
from infra.messaging.bus_policy import BusPolicy
from infra.messaging.delivery import accept_from_services_alone
from infra.messaging.notifications import Notifications
from infra.messaging.outside import OutsideChanges, Witnessed
from infra.messaging.replays import IgnoringReplays
from infra.messaging.schemas import Schemas
from infra.messaging.triggers import Triggers
from infra.messaging.windows import Windows
from infra.observability.monitoring import MonitoredFunctions, Monitoring, Watched
from infra.settings.model import Settings
from infra.storage import EvidenceBucket, lock_table
from infra.workflows.migration.watchdog import migration_watchdog
from infra.workflows.migration.workflow import MigrationWorkflow
from infra.workflows.plan.watchdog import plan_watchdog
from infra.workflows.plan.workflow import PlanWorkflow
from vifshift.domain.version import VERSION


class VifShiftStack(Stack):
    """All of vifshift in one account and Region."""

    def __init__(self, scope: Construct, *, settings: Settings) -> None:
        super().__init__(
            scope,
            settings.stack_name,
            description="vifshift: moves Direct Connect virtual interfaces, and rolls back.",
            # Schemas of all events are a half of it, and a template may have one megabyte.
            suppress_template_indentation=True,
        )
        Aspects.of(self).add(IgnoringReplays())
        bus = self._bus(settings)
        # A construct's path makes its logical id, and another logical id would replace the table.
        migrations, plans = Construct(self, "Migration"), Construct(self, "Plan")
        locks = lock_table(migrations)
        archive = EvidenceBucket(self, "Archive", settings=settings.evidence)
        evidence = archive.bucket
        functions = HandlerFunctions(self, "Functions", settings=settings)
        migration_functions = MigrationFunctions(functions, table=locks, bucket=evidence, bus=bus)
        migration = MigrationWorkflow(
            migrations, functions=migration_functions, locks=locks, bus=bus, settings=settings
        ).state_machine
        plan_functions = PlanFunctions(
            functions, table=locks, bucket=evidence, bus=bus, migration=migration
        )
        plan = PlanWorkflow(
            plans,
            functions=plan_functions,
            migration=migration,
            locks=locks,
            evidence=evidence,
            bus=bus,
            settings=settings,
        ).state_machine
        answer = answer_function(functions, table=locks, bus=bus, migrations=migration, plans=plan)
        triggers = Triggers(
            self, "Triggers", bus=bus, migration=migration, plan=plan, settings=settings
        )
        dead_letters = triggers.dead_letters
        Answers(
            self,
            "Answers",
            bus=bus,
            answer=answer,
            dead_letters=dead_letters,
        )
        watchdog = migration_watchdog(
            self,
            watched=migration,
            functions=migration_functions,
            locks=locks,
            bus=bus,
            dead_letters=dead_letters,
            settings=settings,
        ).state_machine
        watchdog_of_plans = plan_watchdog(
            self,
            watched=plan,
            functions=plan_functions,
            locks=locks,
            bus=bus,
            dead_letters=dead_letters,
            settings=settings,
        ).state_machine
        machines = (migration, plan, watchdog, watchdog_of_plans)
        holding = (migration_functions.hold, plan_functions.hold_plan)
        sweep = Sweep(
            self,
            "Sweep",
            functions=functions,
            table=locks,
            watched=(migration, plan),
            watchdogs=Watchdogs(watchdog, watchdog_of_plans),
            dead_letters=dead_letters,
        )
        signing = settings.evidence.signing
        manifests = (
            Manifests(self, "Manifests", functions=functions, archive=archive, algorithm=signing)
            if signing
            else None
        )
        notifications = Notifications(self, "Notifications", bus=bus, settings=settings)
        outside = (
            OutsideChanges(
                self,
                "OutsideChanges",
                functions=functions,
                witnessed=Witnessed(locks, bus, evidence),
                migrations=migration,
                roles=[
                    *migration_functions.roles_that_change,
                    *plan_functions.roles_that_change,
                    cast(iam.IRole, answer.role),
                    *(each.role for each in machines),
                ],
                notifications=notifications,
            )
            if settings.cloud_trail.watch
            else None
        )
        witnesses = [outside.function] if outside else []
        BusPolicy(
            self,
            "BusPolicy",
            bus=bus,
            senders=[
                *(machine.role for machine in machines),
                *(cast(iam.IRole, function.role) for function in (*holding, answer, *witnesses)),
            ],
            settings=settings,
        )
        protect_evidence(archive, migration_functions, plan_functions, witnesses)
        in_sight = (
            reserve(settings.reserved_concurrency, migration_functions, plan_functions, answer)
            if settings.reserved_concurrency
            else ()
        )
        Monitoring(
            self,
            "Monitoring",
            migrations=Watched(migration, watchdog),
            plans=Watched(plan, watchdog_of_plans),
            functions=MonitoredFunctions(
                functions.all,
                {
                    **migration_functions.failing_silently,
                    **plan_functions.failing_silently,
                    **sweep.failing_silently,
                    **(manifests.failing_silently if manifests else {}),
                    **(outside.failing_silently if outside else {}),
                    answer: LOST_ANSWER,
                },
                conclusions=[migration_functions.conclude, migration_functions.investigate],
                in_sight=in_sight,
            ),
            dead_letters=dead_letters,
            notifications=notifications,
            settings=settings,
        )
        schemas = Schemas(self, "Schemas", settings=settings)
        self._output(
            "SchemaRegistryName",
            schemas.registry.attr_registry_name,
            "The schema registry, with a schema for every event.",
            condition=schemas.exist,
        )
        outputs = {
            "Version": (VERSION, "The version of vifshift that is deployed."),
            "StateMachineArn": (
                migration.state_machine_arn,
                "The state machine of migrations: start an execution to move a VIF.",
            ),
            "WatchdogStateMachineArn": (
                watchdog.state_machine_arn,
                "The state machine that looks after interrupted migrations.",
            ),
            "PlanStateMachineArn": (
                plan.state_machine_arn,
                "The state machine of plans: start an execution to run a plan.",
            ),
            "PlanWatchdogStateMachineArn": (
                watchdog_of_plans.state_machine_arn,
                "The state machine that looks after interrupted plans.",
            ),
            "EventBusName": (
                bus.event_bus_name,
                "The event bus that receives requests and sends events.",
            ),
            "DeadLetterQueueUrl": (
                dead_letters.queue_url,
                "The queue of starts that could not be delivered; make redrive starts them again.",
            ),
            "UndeliveredNotificationsQueueUrl": (
                notifications.undelivered.queue_url,
                "The queue of notifications that could not be delivered.",
            ),
            "LocksTableName": (
                locks.table_name,
                "The table of locks, claims and the progress of plans.",
            ),
            "AssumingRoleArns": (
                ",".join(
                    cast(iam.IRole, each.role).role_arn
                    for each in (*migration_functions.assuming, *plan_functions.assuming)
                ),
                "The roles of the functions that assume roles in other accounts, for their trust.",
            ),
            "EvidenceBucketName": (
                evidence.bucket_name,
                "The bucket with a report of every migration and plan. It outlives the stack.",
            ),
            "NotificationTopicArn": (
                notifications.chat.topic_arn,
                "The topic for chat: connect a Slack or Teams channel to it.",
            ),
        }
        if manifests:
            outputs["ManifestKeyArn"] = (
                manifests.key.key_arn,
                "The key that signs the manifests of the evidence. It outlives the stack.",
            )
        if notifications.email:
            outputs["EmailTopicArn"] = (
                notifications.email.topic_arn,
                "The topic that the email addresses in the settings are subscribed to.",
            )
        schedule_roles = {sweep.role.role_arn}
        if settings.windows:
            windows = Windows(
                self,
                "Windows",
                windows=settings.windows,
                migration=migration,
                plan=plan,
                dead_letters=dead_letters,
                stack_name=settings.stack_name,
            )
            outputs["ScheduleGroupName"] = (
                windows.group.schedule_group_name,
                "The group of the schedules that open the windows in the settings.",
            )
            schedule_roles |= windows.roles
        accept_from_services_alone(dead_letters, schedule_roles)
        for name, (value, description) in outputs.items():
            self._output(name, value, description)

    def _output(
        self, name: str, value: str, description: str, condition: CfnCondition | None = None
    ) -> None:
        CfnOutput(self, name, value=value, description=description, condition=condition)

    def _bus(self, settings: Settings) -> events.IEventBus:
        """Return the stack's own bus, or the existing one that the settings name."""
        if settings.event_bus_exists:
            return events.EventBus.from_event_bus_name(self, "Bus", settings.bus_name)
        return events.EventBus(self, "Bus", event_bus_name=settings.bus_name)
