"""What the tests of the simulated Direct Connect share: a clock, a client, a strict checker."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.client import BaseClient
from botocore.model import ListShape, Shape, StringShape, StructureShape

from simulator.directconnect import World

ACCOUNT, REGION = "111122223333", "eu-central-1"
SOURCE, TARGET, LAG, MEMBER = "dxcon-source01", "dxcon-target01", "dxlag-target01", "dxcon-member01"
VIF = "dxvif-aaaa0001"
START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
SECRET = "a-secret-that-must-not-leak"

Json = dict[str, Any]


def vif(id_: str = VIF, /, **fields: Any) -> Json:
    """A virtual interface on the source, with one IPv4 peer and three routes."""
    number = int(id_[-4:])
    octets = f"169.254.{number // 50}.{number % 50 * 4}".rsplit(".", 1)
    return {
        "virtualInterfaceId": id_,
        "connectionId": SOURCE,
        "virtualInterfaceType": "private",
        "vlan": 100 + number,
        "asn": 65001,
        "authKey": SECRET,
        "bgpPeers": [
            {
                "addressFamily": "ipv4",
                "amazonAddress": f"{octets[0]}.{int(octets[1]) + 1}/30",
                "customerAddress": f"{octets[0]}.{int(octets[1]) + 2}/30",
            }
        ],
        "routes": {"accepted": ["10.0.0.0/8", "172.16.0.0/12"], "advertised": ["192.168.0.0/16"]},
        **fields,
    }


DUAL_STACK: list[Json] = [
    {
        "addressFamily": "ipv4",
        "amazonAddress": "169.254.1.1/30",
        "customerAddress": "169.254.1.2/30",
    },
    {"addressFamily": "ipv6", "amazonAddress": "fd00::1/125", "customerAddress": "fd00::2/125"},
]


def world(
    *vifs: Json, source: Json | None = None, target: Json | None = None, lag: Json | None = None
) -> World:
    """A source, a target and a LAG, with these virtual interfaces, or the usual one."""
    return World.model_validate(
        {
            "region": REGION,
            "account": ACCOUNT,
            "connections": [
                {"connectionId": SOURCE, "location": "EqFA5", **(source or {})},
                {"connectionId": TARGET, "location": "EqDC2", **(target or {})},
            ],
            "lags": [
                {
                    "lagId": LAG,
                    "location": "EqFA5",
                    "connectionsBandwidth": "100Gbps",
                    "connections": [{"connectionId": MEMBER}],
                    **(lag or {}),
                }
            ],
            "virtualInterfaces": list(vifs) or [vif()],
            "failoverTests": [],
        }
    )


@dataclass
class FakeClock:
    """Stands in for moto's clock, which is naive."""

    time: datetime = START

    def utcnow(self) -> datetime:
        return self.time.replace(tzinfo=None)

    def tick(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    @property
    def seconds(self) -> float:
        return (self.time - START).total_seconds()


@dataclass
class Api:
    """A boto3 client called by the operation's own name; every raw answer is checked."""

    client: BaseClient
    enums_checked: bool = True
    answers: list[Json] = field(default_factory=list)

    def __call__(self, operation: str, /, **parameters: Any) -> Json:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        answer: Json = getattr(self.client, name)(**parameters)
        answer.pop("ResponseMetadata")
        return answer

    def vif(self, id_: str = VIF) -> Json:
        (found,) = self("DescribeVirtualInterfaces", virtualInterfaceId=id_)["virtualInterfaces"]
        return dict(found)

    def associate(self, port: str, id_: str = VIF) -> Json:
        return self("AssociateVirtualInterface", virtualInterfaceId=id_, connectionId=port)

    def cidrs(self, id_: str = VIF, **filters: Any) -> list[str]:
        asked = {"filters": filters} if filters else {}
        answer = self("ListVirtualInterfaceRoutes", virtualInterfaceId=id_, **asked)
        return [route["cidr"] for route in answer["routes"]]


_PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": (int, float),
}


def misfits(shape: Shape, value: Any, path: str = "", *, enums: bool = True) -> Iterator[str]:
    """Say where raw JSON departs from the service model: unknown names, types, enum values."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no structure"
            return
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}.{name}: unknown member"
            else:
                yield from misfits(shape.members[name], member, f"{path}.{name}", enums=enums)
        yield from (
            f"{path}.{name}: missing" for name in shape.required_members if name not in value
        )
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"{path}: {value!r} is no list"
            return
        for item in value:
            yield from misfits(shape.member, item, f"{path}[]", enums=enums)
    elif not isinstance(value, _PYTHON[shape.type_name]) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        yield f"{path}: {value!r} is no {shape.type_name}"
    elif enums and isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is none of {shape.enum}"
