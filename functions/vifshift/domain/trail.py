"""A call that CloudTrail has recorded, read without trusting it.

Who makes a call chooses much of its record: names, parameters, the session's name, the client's
name. So each part is of a known type and length, without control characters, or it is not there.
AWS: CloudTrail user guide, "CloudTrail record contents" and "CloudTrail userIdentity element".
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field, JsonValue, TypeAdapter, ValidationError

from vifshift.domain.model import Model
from vifshift.domain.sizes import shortened
from vifshift.domain.values import Time

DIRECT_CONNECT: Final = "directconnect.amazonaws.com"
STEP_FUNCTIONS: Final = "states.amazonaws.com"
CLOUDFORMATION: Final = "cloudformation.amazonaws.com"
LONGEST_NAME: Final = 256
LONGEST_ARN: Final = 2048
MOST_RESOURCES: Final = 20
DEEPEST: Final = 3
"""How deep parameters are looked into for names of resources."""

NETWORK_CALLS: Final = (
    "AssociateConnectionWithLag",
    "AssociateHostedConnection",
    "AssociateMacSecKey",
    "AssociateVirtualInterface",
    "CreateBGPPeer",
    "DisassociateConnectionFromLag",
    "DisassociateMacSecKey",
    "StartBgpFailoverTest",
    "StopBgpFailoverTest",
    "UpdateConnection",
    "UpdateDirectConnectGatewayAssociation",
    "UpdateLag",
    "UpdateVirtualInterfaceAttributes",
)
"""The calls of Direct Connect, besides those that delete, that may disturb a virtual interface."""
DELETES: Final = "Delete"

TASK_CALLS: Final = ("SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess")
"""The calls of Step Functions that name a task's token alone, and so not whose task it is."""
EVENT_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
_RESOURCE: Final = re.compile(r"[\w:/.@+=,#*$-]{1,2048}", re.ASCII)
_ANSWERED: Final = (
    "virtualInterfaceId",
    "connectionId",
    "lagId",
    "directConnectGatewayId",
    "virtualGatewayId",
)
_SECRET: Final = frozenset({"taskToken", "authKey", "cak", "ckn", "newBGPPeer", "definition"})


def _shown(text: str) -> str:
    return shortened("".join(each if each.isprintable() else "?" for each in text), LONGEST_NAME)


Shown = Annotated[str, AfterValidator(_shown)]


class Caller(Model):
    """Who has made a call, as AWS has authenticated it, but for the name of the session."""

    type: Shown = Field(
        description="The type of the identity, such as AssumedRole, IAMUser, Root or AWSService."
    )
    arn: Shown = Field(
        description="The ARN of the role or user; for a service its name; empty if not recorded."
    )
    session_name: Shown = Field(
        description="The name of the role's session, as whoever assumed the role has chosen it: "
        "claimed, and not authenticated. Empty without a session."
    )
    account: Shown = Field(description="The account of the caller; empty if not recorded.")
    invoked_by: Shown = Field(
        description="The AWS service that has made the call for the caller; empty without one."
    )

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.arn or self.invoked_by or self.type or "somebody"


class OutsideCall(Model):
    """A call to an AWS service, and all resources that its parameters name."""

    id: str
    at: Time
    service: Shown
    name: Shown
    caller: Caller
    region: Shown
    source_ip: Shown
    error_code: Shown
    parameters: dict[str, str]
    resources: tuple[str, ...]

    @property
    def is_of_network(self) -> bool:
        """Return whether it is a call to Direct Connect."""
        return self.service == DIRECT_CONNECT

    @property
    def is_refused(self) -> bool:
        """Return whether the call was refused, and so is an attempt."""
        return bool(self.error_code)

    @property
    def virtual_interface_id(self) -> str | None:
        """Return the virtual interface that it names."""
        return self.parameters.get("virtualInterfaceId")

    @property
    def subject(self) -> str:
        """Return what it is about: the first resource that it names."""
        return next(iter(self.resources), "")


def recorded_call(record: JsonValue) -> OutsideCall | None:
    """Return the call that a record is of, None if it is no record of a call."""
    if not isinstance(record, dict) or record.get("eventType") not in ("AwsApiCall", None):
        return None
    event_id = _text(record, "eventID")
    if not EVENT_ID.fullmatch(event_id):
        return None
    try:
        at: datetime = _TIME.validate_python(record.get("eventTime"))
    except ValidationError:
        return None
    parameters = dict(_parameters(record.get("requestParameters")))
    return OutsideCall(
        id=event_id,
        at=at,
        service=_text(record, "eventSource"),
        name=_text(record, "eventName"),
        caller=_caller(_mapping(record, "userIdentity")),
        region=_text(record, "awsRegion"),
        source_ip=_text(record, "sourceIPAddress"),
        error_code=_text(record, "errorCode"),
        parameters=parameters,
        resources=tuple(dict.fromkeys(_resources(record, parameters)))[:MOST_RESOURCES],
    )


def _resources(record: Mapping[str, JsonValue], parameters: Mapping[str, str]) -> Iterator[str]:
    """Yield all resources that a record names: in parameters, in data events, and in the answer.

    Of an answer only ids are read, since a virtual interface has its BGP key in it.
    """
    yield from parameters.values()
    yield from _arns(record.get("resources"))
    answer = _mapping(record, "responseElements")
    for _, value in _parameters({name: answer.get(name) for name in _ANSWERED}):
        yield value


def _caller(identity: Mapping[str, JsonValue]) -> Caller:
    """Return the caller; for a session, its role, which the session's own ARN does not name whole.

    Its ARN is `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`, without the role's path.
    """
    arn = _text(identity, "arn")
    issuer = _mapping(_mapping(identity, "sessionContext"), "sessionIssuer")
    is_session = ":assumed-role/" in arn
    return Caller(
        type=_text(identity, "type"),
        arn=_text(issuer, "arn") or arn or _text(identity, "principalId"),
        session_name=arn.rpartition("/")[2] if is_session else "",
        account=_text(identity, "accountId"),
        invoked_by=_text(identity, "invokedBy"),
    )


def _parameters(given: JsonValue, depth: int = DEEPEST) -> Iterator[tuple[str, str]]:
    """Yield the parameters that may name a resource; none that may have a secret."""
    if not isinstance(given, dict) or depth == 0:
        return
    for name, value in list(given.items())[:MOST_RESOURCES]:
        if name in _SECRET:
            continue
        if isinstance(value, str) and _RESOURCE.fullmatch(value):
            yield _shown(name), value
        elif isinstance(value, list):
            for number, each in enumerate(value[:MOST_RESOURCES]):
                if isinstance(each, str) and _RESOURCE.fullmatch(each):
                    yield f"{_shown(name)}.{number}", each
        else:
            yield from _parameters(value, depth - 1)


def _arns(given: JsonValue) -> Iterator[str]:
    for each in given[:MOST_RESOURCES] if isinstance(given, list) else ():
        if isinstance(each, dict):
            arn = each.get("ARN")
            if isinstance(arn, str) and _RESOURCE.fullmatch(arn):
                yield arn


def _mapping(given: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    value = given.get(name)
    return value if isinstance(value, dict) else {}


def _text(given: Mapping[str, JsonValue], name: str) -> str:
    value = given.get(name)
    return value[:LONGEST_ARN] if isinstance(value, str) else ""


_TIME: Final = TypeAdapter(Time)
