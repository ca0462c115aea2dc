"""A resource type that is made by calls of the service's own API."""

from collections.abc import Callable
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from simulator.core.clients import Clients, clients_for
from simulator.moto_fixes.cloudformation.properties import Properties, plain


class CreatedResource:
    """What a create function hands back: the physical id, and what Fn::GetAtt can ask for."""

    def __init__(self, physical_id: str, **attributes: Any) -> None:
        self.physical_id = physical_id
        self.attributes = attributes


Create = Callable[[Clients, str, Properties], CreatedResource]
Delete = Callable[[Clients, str, Properties], None]


class ResourceType:
    """Describes a CloudFormation type; register() makes it known to moto, once per process."""

    # moto sees subclasses through weak references, so somebody has to hold them.
    _known: ClassVar[dict[str, type[CloudFormationModel]]] = {}

    def __init__(
        self,
        name: str,
        create: Create,
        delete: Delete,
        *,
        name_property: str | None = None,
        attributes: tuple[str, ...] = (),
        update: Callable[[Clients, str, Properties], None] | None = None,
    ) -> None:
        self.name = name
        self.create = create
        self.delete = delete
        self.update = update
        self.name_property = name_property
        self.attributes = attributes

    def register(self) -> None:
        """Add the type to moto, unless moto has it by now."""
        if self.name in self._known:
            return
        self._known[self.name] = _model_of(self)
        parsing.get_model_list.cache_clear()
        parsing.get_model_map.cache_clear()
        parsing.get_name_type_map.cache_clear()


def _model_of(kind: ResourceType) -> type[CloudFormationModel]:
    """Define a direct subclass of CloudFormationModel: moto looks for those, and no deeper."""

    class _Resource(CloudFormationModel):
        def __init__(self, made: CreatedResource, properties: Properties) -> None:
            self.made = made
            self.properties = properties

        def is_created(self) -> bool:
            return True

        @property
        def physical_resource_id(self) -> str:
            return self.made.physical_id

        @staticmethod
        def cloudformation_name_type() -> str:
            return kind.name_property or ""

        @staticmethod
        def cloudformation_type() -> str:
            return kind.name

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return attr in kind.attributes

        def get_cfn_attribute(self, attribute_name: str) -> Any:
            if attribute_name not in self.made.attributes:
                raise UnformattedGetAttTemplateException
            return self.made.attributes[attribute_name]

        @classmethod
        def create_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: dict[str, Any],
            account_id: str,
            region_name: str,
            **kwargs: Any,
        ) -> "_Resource":
            properties = plain(cloudformation_json.get("Properties", {}))
            made = kind.create(clients_for(account_id, region_name), resource_name, properties)
            return _Resource(made, properties)

        @classmethod
        def update_from_cloudformation_json(
            cls,
            original_resource: Any,
            new_resource_name: str,
            cloudformation_json: dict[str, Any],
            account_id: str,
            region_name: str,
        ) -> Any:
            properties = plain(cloudformation_json.get("Properties", {}))
            if kind.update is not None:
                name = original_resource.physical_resource_id
                kind.update(clients_for(account_id, region_name), name, properties)
                original_resource.properties = properties
                return original_resource
            original_resource.delete(account_id, region_name)
            return cls.create_from_cloudformation_json(
                new_resource_name, cloudformation_json, account_id, region_name
            )

        @classmethod
        def delete_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: dict[str, Any],
            account_id: str,
            region_name: str,
        ) -> None:
            properties = plain(cloudformation_json.get("Properties", {}))
            _delete(kind, clients_for(account_id, region_name), resource_name, properties)

        def delete(self, account_id: str, region_name: str) -> None:
            clients = clients_for(account_id, region_name)
            _delete(kind, clients, self.physical_resource_id, self.properties)

    return _Resource


def _delete(kind: ResourceType, clients: Clients, name: str, properties: Properties) -> None:
    """Delete a resource, unless it went with another one: moto deletes in no order."""
    try:
        kind.delete(clients, name, properties)
    except ClientError as error:
        if "NotFound" not in error.response["Error"]["Code"]:
            raise
