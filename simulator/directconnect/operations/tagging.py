"""Tags: on connections, LAGs, virtual interfaces and Direct Connect gateways."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import JsonValue

from simulator.directconnect.exceptions import ApiError, Refused
from simulator.directconnect.fields import records, text, texts
from simulator.directconnect.network.network import SimulatedNetwork
from simulator.directconnect.shapes import Fields

_MOST_TAGS = 50


def describe_tags(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """List the tags of resources, given by ARN."""
    found: list[JsonValue] = []
    for arn in texts(parameters, "resourceArns"):
        tags: list[JsonValue] = [*records(_resource(network, arn), "tags")]
        found.append({"resourceArn": arn, "tags": tags})
    return {"resourceTags": found}


def tag_resource(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Add tags; a key that is there already gets the new value."""
    check_tags(parameters)
    resource = _resource(network, str(parameters["resourceArn"]))
    tags = {**_by_key(resource), **_by_key(parameters)}
    if len(tags) > _MOST_TAGS:
        raise ApiError("TooManyTagsException", "You have reached the limit on tags")
    resource["tags"] = [*tags.values()]
    return {}


def untag_resource(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Remove tags by key."""
    resource = _resource(network, str(parameters["resourceArn"]))
    keys = texts(parameters, "tagKeys")
    resource["tags"] = [tag for key, tag in _by_key(resource).items() if key not in keys]
    return {}


def check_tags(parameters: Fields) -> None:
    """Refuse too many tags, and a key that stands twice."""
    given = records(parameters, "tags")
    if len({str(tag["key"]) for tag in given}) < len(given):
        raise ApiError("DuplicateTagKeysException", "A tag key was specified more than once")
    if len(given) > _MOST_TAGS:
        raise ApiError("TooManyTagsException", "You have reached the limit on tags")


def tagged_resources(
    network: SimulatedNetwork, partition: str
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield type, ARN and tags of everything that can be tagged."""
    stock = network.inventory
    here = f"arn:{partition}:directconnect:{network.region}:{network.account}"
    for port in stock.ports.values():
        kind = port.id.partition("-")[0]
        yield f"directconnect:{kind}", f"{here}:{kind}/{port.id}", _values(port.fields)
    for vif in stock.virtual_interfaces.values():
        yield "directconnect:dxvif", f"{here}:dxvif/{vif.id}", _values(vif.fields)
    for id_, gateway in stock.direct_connect_gateways.items():
        arn = f"arn:{partition}:directconnect::{network.account}:dx-gateway/{id_}"
        yield "directconnect:dx-gateway", arn, _values(gateway)


def tags_of(network: SimulatedNetwork, identifier: str) -> dict[str, str]:
    """Return the tags of a connection, LAG or virtual interface; none if it does not exist."""
    stock = network.inventory
    found = stock.ports.get(identifier) or stock.virtual_interfaces.get(identifier)
    return {} if found is None else _values(found.fields)


def _resource(network: SimulatedNetwork, arn: str) -> Fields:
    stock = network.inventory
    id_ = arn.rpartition("/")[2]
    if arn.startswith("arn:"):
        if id_ in stock.ports:
            return stock.ports[id_].fields
        if id_ in stock.virtual_interfaces:
            return stock.virtual_interfaces[id_].fields
        if id_ in stock.direct_connect_gateways:
            return stock.direct_connect_gateways[id_]
    raise Refused(f"Could not find a resource with ARN {arn}")


def _by_key(fields: Fields) -> dict[str, JsonValue]:
    return {str(tag["key"]): tag for tag in records(fields, "tags")}


def _values(fields: Fields) -> dict[str, str]:
    return {str(tag["key"]): text(tag, "value") or "" for tag in records(fields, "tags")}
