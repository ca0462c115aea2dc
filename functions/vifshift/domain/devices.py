"""AWS's devices that connections, LAGs and virtual interfaces end on."""

from typing import NamedTuple


class Device(NamedTuple):
    """A device, by its two names; either may be empty, as AWS does not always report them.

    The logical device ID is the one to tell redundant paths apart by (AWS: API reference,
    Connection); `awsDeviceV2` names the endpoint that terminates the physical connection.
    """

    aws_logical_device_id: str = ""
    aws_device_v2: str = ""

    def __str__(self) -> str:
        """Return the name that it is compared by."""
        return self.aws_logical_device_id or self.aws_device_v2

    def is_same(self, other: "Device") -> bool | None:
        """Return whether another is the same device, None if no name of both is known."""
        for mine, theirs in zip(self, other, strict=True):
            if mine and theirs:
                return mine == theirs
        return None
