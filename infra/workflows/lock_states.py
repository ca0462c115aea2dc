"""States that read and write the table of locks, claims and notes."""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.workflows.catching import regardless
from infra.workflows.expressions import ALL, NOW_SECONDS
from vifshift.domain.open_executions import OPEN_ATTRIBUTE, ExecutionKind
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.workflow import CONDITION_FAILED, State

value = tasks.DynamoAttributeValue

T = TypeVar("T", bound=sfn.TaskStateBase)


class WriteCondition(NamedTuple):
    """What must hold for an item to be written, with the values that the expression names."""

    expression: str
    values: Mapping[str, tasks.DynamoAttributeValue]


_ME = "{% $execution.arn %}"
_OPEN = key_expression(ItemKind.OPEN, "$execution.arn")
_OURS = {":me": value.from_string(_ME)}
ATTEMPT = "$states.context.Execution.RedriveCount"
"""An expression for how often the execution was redriven (AWS: Step Functions developer guide,
"Accessing execution data from the Context object")."""
FREE = WriteCondition(
    "attribute_not_exists(pk) OR executionArn = :me OR expiresAt < :now",
    {**_OURS, ":now": value.number_from_string(f"{{% $string({NOW_SECONDS}) %}}")},
)
"""No execution has the item, or this one has it, or the one that has it let it expire."""


class LockStates:
    """Makes states that read, write and delete items of the lock table."""

    def __init__(self, scope: Construct, table: dynamodb.ITableV2) -> None:
        self._scope = scope
        self._table = table

    def put(
        self,
        name: State,
        key: str,
        seconds: str,
        *,
        about: Mapping[str, str] | None = None,
        condition: WriteCondition = FREE,
        names_attempt: bool = False,
    ) -> tasks.DynamoPutItem:
        """Write an item that belongs to this execution until it expires, if the condition holds.

        `seconds` is an expression for the time until then; `about` holds further attributes, for
        readers who want to know whose item it is. With `names_attempt` it also says how often the
        execution was redriven.
        """
        attempt = value.number_from_string(f"{{% $string({ATTEMPT}) %}}")
        put = tasks.DynamoPutItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            item={
                "pk": value.from_string(key),
                "executionArn": value.from_string("{% $execution.arn %}"),
                "expiresAt": value.number_from_string(
                    f"{{% $string({NOW_SECONDS} + {seconds}) %}}"
                ),
                **({"attempt": attempt} if names_attempt else {}),
                **{key: value.from_string(text) for key, text in (about or {}).items()},
            },
            condition_expression=condition.expression,
            expression_attribute_values=condition.values,
            outputs={},
        )
        return _retried(put)

    def get(self, name: State, key: str, assign: dict[str, str]) -> tasks.DynamoGetItem:
        """Read an item with a consistent read."""
        get = tasks.DynamoGetItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            key={"pk": value.from_string(key)},
            consistent_read=True,
            assign=assign,
            outputs={},
        )
        return _retried(get)

    def list_by_request(
        self, name: State, kind: ItemKind, seconds: float, following: sfn.IChainable
    ) -> sfn.IChainable:
        """List this execution under its request's id, and go on, whether or not that works."""
        return self._change_list(
            name,
            kind,
            "SET #last = :name, expiresAt = :expiresAt ADD #running :names",
            {
                ":name": value.from_string("{% $execution.name %}"),
                ":expiresAt": value.number_from_string(
                    f"{{% $string({NOW_SECONDS} + {seconds:.0f}) %}}"
                ),
            },
            {"#last": "last", "#running": "running"},
            following,
        )

    def unlist(self, name: State, kind: ItemKind, following: sfn.IChainable) -> sfn.IChainable:
        """Take this execution off the list of its request's id, and go on all the same."""
        return self._change_list(
            name, kind, "DELETE #running :names", {}, {"#running": "running"}, following
        )

    def _change_list(
        self,
        name: State,
        kind: ItemKind,
        changes: str,
        values: Mapping[str, tasks.DynamoAttributeValue],
        names: Mapping[str, str],
        following: sfn.IChainable,
    ) -> sfn.IChainable:
        update = tasks.DynamoUpdateItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            key={"pk": value.from_string(f"{{% {key_expression(kind, '$requestId')} %}}")},
            update_expression=changes,
            expression_attribute_names=names,
            expression_attribute_values={
                ":names": value.from_string_set(["{% $execution.name %}"]),
                **values,
            },
            outputs={},
        )
        return regardless(_retried(update), following)

    def delete(
        self, name: State, key: str, *, attempt: str | None = None
    ) -> tasks.DynamoDeleteItem:
        """Delete an item if it belongs to this execution.

        `attempt` is an expression for how often it was redriven: an item that a later attempt has
        written stays.
        """
        is_ours, values = "executionArn = :me", _OURS
        if attempt is not None:
            is_ours += " AND (attribute_not_exists(attempt) OR attempt <= :attempt)"
            number = value.number_from_string(f"{{% $string({attempt}) %}}")
            values = {**_OURS, ":attempt": number}
        delete = tasks.DynamoDeleteItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            key={"pk": value.from_string(key)},
            condition_expression=is_ours,
            expression_attribute_values=values,
            outputs={},
        )
        return _retried(delete)

    def register(self, name: State, kind: ExecutionKind, seconds: float) -> tasks.DynamoPutItem:
        """Write that this execution runs, in the index that the sweep reads."""
        put = tasks.DynamoPutItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            item={
                "pk": value.from_string(f"{{% {_OPEN} %}}"),
                OPEN_ATTRIBUTE: value.from_string(kind),
                "executionArn": value.from_string(_ME),
                "attempt": value.number_from_string(f"{{% $string({ATTEMPT}) %}}"),
                "expiresAt": value.number_from_string(
                    f"{{% $string({NOW_SECONDS} + {seconds:.0f}) %}}"
                ),
            },
            outputs={},
        )
        return _retried(put)

    def strike_off(
        self, name: State, is_done: str, *, attempt: str | None = None
    ) -> tasks.DynamoDeleteItem:
        """Delete what `register` has written, if the expression `is_done` is true.

        What an attempt later than `attempt` has registered stays.
        """
        return self.delete(name, f"{{% {is_done} ? {_OPEN} : 'none' %}}", attempt=attempt)

    def update(
        self,
        name: State,
        key: str,
        changes: str,
        values: Mapping[str, tasks.DynamoAttributeValue],
        *,
        condition: str,
        assign: Mapping[str, str] | None = None,
    ) -> tasks.DynamoUpdateItem:
        """Change an item if a condition holds; `$states.result.Attributes` is the item afterwards.

        `changes` are in DynamoDB's update expressions, and may name the values, as the condition.
        """
        update = tasks.DynamoUpdateItem.jsonata(
            self._scope,
            name,
            comment=name.comment,
            table=self._table,
            key={"pk": value.from_string(key)},
            update_expression=changes,
            condition_expression=condition,
            expression_attribute_values=values,
            return_values=tasks.DynamoReturnValues.ALL_NEW,
            assign=dict(assign) if assign else None,
            outputs={},
        )
        return _retried(update)


def _retried(task: T) -> T:
    """Retry, except where the condition does not hold: that is an answer."""
    task.add_retry(errors=[CONDITION_FAILED], max_attempts=0)
    task.add_retry(errors=ALL, interval=Duration.seconds(1), max_attempts=3)
    return task
