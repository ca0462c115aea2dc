"""Who holds the lock of a gateway, in words."""

from vifshift.domain.model import Model


class LockHolder(Model):
    """The execution that holds a gateway's lock until `expires_at`, in seconds since 1970.

    `connection_id` is where it moves its VIF to; an earlier release did not say so.
    """

    execution_arn: str
    virtual_interface_id: str = ""
    connection_id: str = ""
    request_id: str = ""
    expires_at: int

    @property
    def message(self) -> str:
        """Return which execution moves which virtual interface, as far as the lock names them."""
        vif = self.virtual_interface_id or "a virtual interface"
        return f"the gateway is busy: {vif} is being moved{self._where} by {self.name}"

    @property
    def name(self) -> str:
        """Return the execution, and the request that it carries out."""
        request = f", request {self.request_id}" if self.request_id else ""
        return f"execution {self.execution_arn.rpartition(':')[2]}{request}"

    @property
    def _where(self) -> str:
        return f" to {self.connection_id}" if self.connection_id else ""

    def moving(self, virtual_interface_id: str) -> str:
        """Return that it is moving a VIF, or nothing if it is not this one."""
        is_same = self.virtual_interface_id == virtual_interface_id
        return f"it is being moved{self._where} by {self.name}" if is_same else ""

    def moved(self, virtual_interface_id: str) -> str:
        """Return that it has moved a VIF, or nothing if it was not this one."""
        is_same = self.virtual_interface_id == virtual_interface_id
        return f"it was moved{self._where} by {self.name}" if is_same else ""
