"""Resiliency groups: connections that are meant to stand in for each other.

None of these answers has the model that a group is meant to meet (botocore's service model; AWS:
API reference, GetResiliencyGroup).
"""

from datetime import datetime

from moto.utilities.utils import get_partition

from simulator.directconnect.exceptions import Refused
from simulator.directconnect.fields import record, text
from simulator.directconnect.network.network import SimulatedNetwork
from simulator.directconnect.operations.paging import page
from simulator.directconnect.shapes import Fields

_SUMMARY = (
    "resiliencyGroupId",
    "resiliencyGroupArn",
    "resiliencyGroupName",
    "resiliencyGroupType",
    "ownerAccount",
    "state",
)


def list_resiliency_groups(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """List the groups of the account in the Region."""
    groups = [_whole(network, group) for group in network.inventory.resiliency_groups.values()]
    owned = [group for group in groups if group["ownerAccount"] == network.account]
    return _listed("ListResiliencyGroups", parameters, [_summary(group) for group in owned])


def get_resiliency_group(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Return a group; an unknown id is an error."""
    group = _whole(network, _find(network, parameters))
    return {"resiliencyGroup": {**_summary(group), "tags": group.get("tags", [])}}


def list_resiliency_group_associations(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List the connections and LAGs of a group by their ARNs; an unknown id is an error."""
    group = _find(network, parameters)
    associations: list[Fields] = [
        {
            "resiliencyGroupId": group["resiliencyGroupId"],
            "connectionArn": _arn_of_port(network, port_id),
            "state": state,
        }
        for port_id, state in record(group, "connections").items()
    ]
    return _listed("ListResiliencyGroupAssociations", parameters, associations)


def _find(network: SimulatedNetwork, parameters: Fields) -> Fields:
    id_ = str(parameters["resiliencyGroupId"])
    group = network.inventory.resiliency_groups.get(id_)
    if group is None:
        raise Refused(f"Resiliency group {id_} was not found")
    return group


def _whole(network: SimulatedNetwork, group: Fields) -> Fields:
    id_ = str(group["resiliencyGroupId"])
    owner = text(group, "ownerAccount") or network.account
    partition = get_partition(network.region)
    return {
        "resiliencyGroupArn": f"arn:{partition}:directconnect::{owner}:dx-resiliency-group/{id_}",
        "resiliencyGroupName": id_,
        "resiliencyGroupType": "Managed",
        "ownerAccount": owner,
        "state": "available",
        **group,
    }


def _summary(group: Fields) -> Fields:
    return {name: group[name] for name in _SUMMARY}


def _arn_of_port(network: SimulatedNetwork, port_id: str) -> str:
    port = network.inventory.ports.get(port_id)
    owner = (text(port.fields, "ownerAccount") if port else None) or network.account
    place = f"{get_partition(network.region)}:directconnect:{network.region}:{owner}"
    return f"arn:{place}:{port_id.partition('-')[0]}/{port_id}"


def _listed(operation: str, parameters: Fields, found: list[Fields]) -> Fields:
    cut, token = page(operation, parameters, list(enumerate(found)))
    answer: Fields = {"items": [*cut]}
    if token is not None:
        answer["nextToken"] = token
    return answer
