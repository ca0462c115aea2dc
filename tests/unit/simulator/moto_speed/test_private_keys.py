"""Private keys that clouds share: each cloud has as many as it makes keys."""

from typing import Any

from moto.kms.models import kms_backends

from simulator.cloud import Cloud

ACCOUNT, REGION = "111122223333", "eu-central-1"
SIGNING = {"KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P256"}


def private_keys(*settings: dict[str, str]) -> list[Any]:
    """Make keys in a cloud of their own, and return the private ones."""
    with Cloud(account=ACCOUNT, region=REGION) as cloud:
        client = cloud.client("kms")
        made = [client.create_key(**each)["KeyMetadata"]["KeyId"] for each in settings]
        keys = kms_backends[ACCOUNT][REGION].keys
        return [keys[key].private_key for key in made]


def test_the_next_cloud_has_the_same() -> None:
    assert private_keys({}, SIGNING) == private_keys({}, SIGNING)


def test_no_two_keys_of_a_cloud_have_the_same() -> None:
    kept = private_keys({}, {}, SIGNING, SIGNING)

    assert len({id(key) for key in kept}) == 4


def test_each_key_has_a_public_one_of_its_own() -> None:
    with Cloud() as cloud:
        client = cloud.client("kms")
        made = [client.create_key(**SIGNING)["KeyMetadata"]["KeyId"] for _ in range(2)]
        one, other = (client.get_public_key(KeyId=key)["PublicKey"] for key in made)

    assert one != other


def test_a_cloud_with_many_keys_makes_those_that_are_not_kept() -> None:
    kept = private_keys(*[SIGNING] * 20)

    assert len({id(key) for key in kept}) == 20
    assert private_keys(*[SIGNING] * 20)[:16] == kept[:16]
