"""Calls a person when a migration of vifshift has left trouble behind; written from docs/events.md.

EventBridge delivers at least once: an event is known by its migration and its detail-type.
"""

import os
from datetime import datetime
from functools import cache
from typing import Any, Literal

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
)
from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

logger = Logger()
told = DynamoDBPersistenceLayer(table_name=os.environ["TOLD_TABLE"])
once = IdempotencyConfig(
    event_key_jmespath='[detail.metadata.migrationId, "detail-type"]',
    raise_on_no_idempotency_key=True,
    expires_after_seconds=7 * 24 * 3600,
)


class Part(BaseModel):
    """A part of an event: only what is needed here, since fields may be added at any time."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Metadata(Part):
    """Which migration it is of."""

    version: Literal["1"]
    migration_id: str
    execution_arn: str
    occurred_at: datetime


class Subject(Part):
    """Which virtual interface it is about; null is what is not known."""

    virtual_interface_id: str | None
    region: str | None
    owner_account: str | None


class Notice(Part):
    """The words for people, safe to show anywhere."""

    title: str
    text: str
    next_step: str


class Data(Part):
    """What has happened."""

    subject: Subject
    notice: Notice
    carries_traffic: str


class Detail(Part):
    """The detail of an event of vifshift."""

    metadata: Metadata
    data: Data


class Trouble(BaseModel):
    """The event, in EventBridge's envelope."""

    detail_type: Literal["VIF Migration Rollback Failed", "VIF Migration Needs Attention"] = Field(
        alias="detail-type"
    )
    source: Literal["vifshift"]
    detail: Detail


@cache
def sns() -> Any:
    """Return the client; it is kept while the Lambda is warm."""
    return boto3.client("sns")


def message(trouble: Trouble) -> str:
    """Return what a person reads at night."""
    data, metadata = trouble.detail.data, trouble.detail.metadata
    return "\n".join(
        [
            data.notice.title,
            data.notice.text,
            data.notice.next_step,
            f"Traffic flows: {data.carries_traffic}. Region {data.subject.region}, "
            f"account {data.subject.owner_account}.",
            metadata.execution_arn,
        ]
    )


@logger.inject_lambda_context(correlation_id_path="detail.metadata.migrationId")
@idempotent(persistence_store=told, config=once)
@event_parser(model=Trouble)
def handler(event: Trouble, context: LambdaContext) -> dict[str, str]:
    """Call whoever is on call, once."""
    published = sns().publish(TopicArn=os.environ["ON_CALL_TOPIC"], Message=message(event))
    logger.info("called", detail_type=event.detail_type)
    return {"messageId": str(published["MessageId"])}
