"""What is hidden in AWS's words, and what stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vifshift.domain.scrubbing import HIDDEN, LONGEST_READ, scrubbed

UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
HEX = "00112233445566778899aabbccddeeff"
ROLE = "arn:aws:sts::111122223333:assumed-role/vifshift-FunctionsValidate1A2B-XYZ123/vifshift-run-1"


@pytest.mark.parametrize(
    "text",
    [
        "DirectConnectClientException: The request was refused",
        "describe_virtual_interfaces: ThrottlingException: Rate exceeded",
        f"User: {ROLE} is not authorized to perform: directconnect:DescribeLags on resource: *",
        "The security token included in the request is expired",
        "The access key ID you provided does not exist in our records",
        "authKey must be between 6 and 80 characters",
        "The BGP auth key is required, and no MACsec secret key is associated",
        "Encoded authorization failure message: none",
        f"dxcon-ffabc123 (request id {UUID}) has VLAN 101, ASN 4200000000, community 7224:9100",
        f"Rate Exceeded. (Service: Lambda, Status Code: 429, Request ID: {UUID})",
        f"(Service: DynamoDb; Request ID: {'ABCDEFGHIJKLMNOPQRSTUVWXYZ' * 2})",
        "169.254.1.1/30 2001:db8:1::1/125 10.0.0.0/8 overlap in eu-central-1 at EqFA5, 10Gbps",
        "Signature expired: 20260105T030000Z is now earlier than 2026-01-05T03:05:00Z",
        "dxlag-ab12cd34 must satisfy the pattern: dx(con|lag)-[a-z0-9]+",
        "refer to the reasons [ConditionalCheckFailed, None] of ProvisionedThroughputExceeded",
        "https://directconnect.eu-central-1.amazonaws.com/ answered with HTTP/1.1 503",
        "secretsmanager:GetSecretValue is not allowed; SecretAccessKey is missing",
        "expected <string> but got <number>, for IPv4, IPv6, MD5 and 802.1Q",
        "EqDC2-123h49s71dabc belongs to jane.doe@example.com, see CHG0042-0001",
        "",
    ],
)
def test_what_a_person_needs_to_act_stays_readable(text: str) -> None:
    assert scrubbed(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("authKey a-secret-that-must-not-leak is invalid", "a-secret-that-must-not-leak"),
        ("is a-secret-that-must-not-leak", "a-secret-that-must-not-leak"),
        ("the key '0xzxgA9YoW9h58u8SvOmXRTw' is taken", "0xzxgA9YoW9h58u8SvOmXRTw"),
        ("the key 'asdf34example' is taken", "asdf34example"),
        ("BGP key: hunter2", "hunter2"),
        ("password hunter is wrong", "hunter"),
        ("bgp auth key correcthorse has a bad length", "correcthorse"),
        ("auth key MySecretBgpKey", "MySecretBgpKey"),
        ('{"authKey": "two words here", "vlan": 101}', "two words"),
        ("neighbor 169.254.1.1 password 7 mypass", "mypass"),
        ("authentication-key $9$abcDEF", "9$abc"),
        (f"CAK {HEX}{HEX}", HEX),
        (f"CKN is {HEX}", HEX),
        ("<?xml version='1.0'?><router><pw>x1</pw></router>", "x1"),
        ('<logical_connection id="1"><bgp_auth_key>abc</bgp_auth_key>', "abc"),
        ("<neighbor><password>plain</password></neighbor>", "plain"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4fwpM", "eyJzdWIiOiIxIn0"),
        ("AKIAIOSFODNN7EXAMPLE is unknown", "AKIAIOSFODNN7EXAMPLE"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "K7MDENG"),
        ("SessionToken=FwoGZXIvYXdzEBYaDH/abc==", "FwoGZXIv"),
        ("AQCEAAAAKgAAAAMAAAAAAAAAAd/abc+def==", "AAAAKg"),
        ("Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6X", "4GIOHl"),
        ("-----BEGIN PRIVATE KEY-----\nMIIabc\n", "MIIabc"),
        ("Abcdefghijklmnop1, s3cr3tK3y! and pa$$w0rd", "s3cr3t"),
        ("Abcdefghijklmnop1, s3cr3tK3y! and pa$$w0rd", "w0rd"),
        ("abcdefghijklmnopqrstuvwxyz", "abcdef"),
    ],
)
def test_what_may_be_a_secret_is_hidden(text: str, secret: str) -> None:
    said = scrubbed(f"DirectConnectClientException: {text}")

    assert secret not in said
    assert HIDDEN in said
    assert said.startswith("DirectConnectClientException: ")


@pytest.mark.parametrize("cut", range(20, 60, 5))
def test_a_configuration_that_was_cut_off_is_hidden(cut: int) -> None:
    text = '<?xml version="1.0"?><bgp><auth_key>plain words</auth_key></bgp>'

    assert scrubbed(f"refused: {text[:cut]}") == f"refused: {HIDDEN}"


@given(text=st.text(st.sampled_from("aZ09 .:-_/=+<>\"'{}[]key token:")))
def test_to_scrub_again_changes_nothing(text: str) -> None:
    once = scrubbed(text)

    assert scrubbed(once) == once


@given(key=st.from_regex(r"[A-Za-z0-9]{16,80}", fullmatch=True))
def test_no_random_key_is_let_through(key: str) -> None:
    """AWS makes BGP keys of such letters; only what reads as a word or a number is kept."""
    is_mixed = any(map(str.isdigit, key)) and sum(map(str.isalpha, key)) > 9

    assert not is_mixed or key not in scrubbed(f"the BGP session with {key} was refused")
    assert key not in scrubbed(f"authKey={key}")


def test_what_is_too_long_to_be_read_is_cut() -> None:
    assert len(scrubbed("word " * 10_000)) == LONGEST_READ + 1
