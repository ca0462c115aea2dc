"""Replaces what identifies a network: IDs, names, ASNs and addresses, each by always the same.

Addresses keep how they relate: a prefix that contains another still does, as prefix-preserving
anonymization has it (Xu, Fan, Ammar, Moon: "Prefix-Preserving IP Address Anonymization", 2002).
Which bit becomes which is drawn from a key that is not kept.
"""

import hashlib
import hmac
import ipaddress
import re
from collections import defaultdict
from typing import Any, Final

_ID: Final = re.compile(
    r"(?P<kind>dxvif|dxcon|dxlag|dxpeer|dxrg|vgw|tgw|vpn)-[A-Za-z0-9]+|"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_ACCOUNT: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_NAMES: Final = {
    "connectionName": "connection",
    "lagName": "lag",
    "virtualInterfaceName": "vif",
    "resiliencyGroupName": "group",
    "partnerName": "partner",
    "location": "location",
    "awsDevice": "device",
    "awsDeviceV2": "device",
    "awsLogicalDeviceId": "logical-device",
    "key": "key",
    "value": "value",
}
_GATEWAYS: Final = {"directConnectGatewayId", "resiliencyGroupId", "virtualGatewayId"}
_ASNS: Final = {"asn", "asnLong", "amazonSideAsn"}
_ADDRESSES: Final = {"amazonAddress", "customerAddress", "cidr"}
_OF_AMAZON: Final = {7224, 16509, 9059, 64512, 0}
_LARGEST_SHORT_ASN: Final = 65_535
_FIRST_SHORT_ASN, _FIRST_LONG_ASN = 64_513, 4_200_000_000
_KEPT: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "100.64.0.0/10",
            "fc00::/7",
            "fe80::/10",
            "2000::/3",
        ),
    )
)
_WIDTHS: Final = {4: 32, 6: 128}


class Anonymizer:
    """Replaces values by others, the same by the same."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def whole(self, value: Any, name: str = "") -> Any:
        """Return a value of a scenario with everything replaced; `name` is that of its field."""
        if isinstance(value, dict):
            return {self._key_of(each): self.whole(inner, each) for each, inner in value.items()}
        if isinstance(value, list):
            return [self.whole(each, name) for each in value]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            return self._asn(value) if name in _ASNS | {"asPath"} else value
        return self._text(value, name) if isinstance(value, str) else value

    def _key_of(self, name: str) -> str:
        """Return a key, which may be an ID, as that of a resiliency group's connection is."""
        return self._ids(name) if _ID.fullmatch(name) else name

    def _text(self, value: str, name: str) -> str:
        if not value:
            return value
        if name in _NAMES:
            return self._numbered(_NAMES[name], value)
        if name in _ADDRESSES or name in {"accepted", "advertised"}:
            return self._address(value)
        if name == "communities":
            return self._community(value)
        if name in _GATEWAYS and not _ID.fullmatch(value):
            return self._numbered("gateway", value)
        return self._ids(value)

    def _ids(self, text: str) -> str:
        def replaced(found: re.Match[str]) -> str:
            kind = found["kind"]
            if kind is None:
                number = self._number("gateway", found[0])
                return f"00000000-0000-4000-8000-{number:012x}"
            return f"{kind}-{self._number(kind, found[0]):08x}"

        replaced_ids = _ID.sub(replaced, text)
        return (
            _ACCOUNT.sub(
                lambda found: str(100_000_000_000 + self._number("account", found[0])),
                replaced_ids,
            )
            if not _ID.fullmatch(text)
            else replaced_ids
        )

    def _number(self, kind: str, value: str) -> int:
        known = self._known[kind]
        return int(known.setdefault(value, str(len(known) + 1)))

    def _numbered(self, kind: str, value: str) -> str:
        return f"{kind}-{self._number(kind, value)}"

    def _asn(self, asn: int) -> int:
        if asn in _OF_AMAZON:
            return asn
        if asn <= _LARGEST_SHORT_ASN:
            return _FIRST_SHORT_ASN + self._number("asn", str(asn))
        return _FIRST_LONG_ASN + self._number("long asn", str(asn))

    def _community(self, text: str) -> str:
        asn, colon, value = text.partition(":")
        return f"{self._asn(int(asn))}:{value}" if colon and asn.isdigit() else text

    def _address(self, text: str) -> str:
        """Return an address or prefix; its host bits, if there are any, are replaced as well."""
        try:
            interface = ipaddress.ip_interface(text)
        except ValueError:
            return self._numbered("address", text)
        width = _WIDTHS[interface.version]
        length = interface.network.prefixlen
        has_host = interface.ip != interface.network.network_address
        bits = f"{int(interface.ip):0{width}b}"
        kept = next(
            (each.prefixlen for each in _KEPT if interface.ip in each and each.prefixlen <= length),
            0,
        )
        last = width if has_host else length
        mixed = bits[:kept] + "".join(
            self._bit(interface.version, bits[:place], bits[place]) for place in range(kept, last)
        )
        number = int(mixed.ljust(width, "0"), 2)
        address = ipaddress.ip_address(number.to_bytes(width // 8, "big"))
        return f"{address}/{length}" if "/" in text else str(address)

    def _bit(self, version: int, before: str, bit: str) -> str:
        """Return a bit, which is flipped or not by what comes before it alone."""
        digest = hmac.digest(self._key, f"{version}:{before}".encode(), hashlib.sha256)
        return str(int(bit) ^ (digest[0] & 1))
