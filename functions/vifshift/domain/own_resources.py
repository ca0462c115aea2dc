"""What is the stack's own, and how to tell it by a name in CloudTrail's records."""

from collections.abc import Iterable
from typing import Final

from vifshift.domain.model import Model

LONGEST_STACK_NAME: Final = 24
"""How much of a stack's name CloudFormation keeps in every name that it generates."""


class OwnResources(Model):
    """The ARNs of the roles that make calls, and names of resources without the stack's name."""

    roles: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def include(self, names: Iterable[str], stack_name: str) -> bool:
        """Return whether one of the names is that of something that belongs to the stack."""
        prefix = f"{stack_name}-"[: LONGEST_STACK_NAME + 1].lower()
        return any(self._is_ours(name, prefix) for name in names)

    def _is_ours(self, name: str, prefix: str) -> bool:
        parts = name.replace("/", ":").split(":")
        return (
            name in self.names
            or parts[-1] in self.names
            or any(part.lower().startswith(prefix) for part in parts)
        )
