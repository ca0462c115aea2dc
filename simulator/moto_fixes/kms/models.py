"""AWS::KMS::Key: asymmetric keys; and signatures of digests."""

import base64
import json
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from moto.kms.models import Key
from moto.kms.responses import KmsResponse
from moto.kms.utils import generate_private_key

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

REPAIRS: Final = (
    correction(
        "moto.kms.models:Key.create_from_cloudformation_json",
        problem="KeySpec and KeyUsage are ignored, so that every key is symmetric.",
        test="moto_fixes/kms/test_models.py::test_a_key_of_a_template_signs",
    ),
    correction(
        "moto.kms.responses:KmsResponse.sign",
        problem="A message that is a digest already (MessageType) is hashed again.",
        test="moto_fixes/kms/test_models.py::test_a_key_of_a_template_signs",
    ),
)
_SHA256: Final = utils.Prehashed(hashes.SHA256())


def repair(context: CloudContext) -> None:
    """Make keys as the template says, and sign what is meant."""
    create = Key.__dict__["create_from_cloudformation_json"].__func__

    def create_key(
        cls: Any,
        /,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Any:
        key = create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        properties = cloudformation_json["Properties"]
        if properties.get("KeyUsage", "ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
            key.key_usage, key.key_spec = properties["KeyUsage"], properties["KeySpec"]
            key.private_key = generate_private_key(key.key_spec)
        return key

    context.patches.set(Key, "create_from_cloudformation_json", classmethod(create_key))
    context.patches.set(KmsResponse, "sign", _sign)


def _sign(self: KmsResponse) -> str:
    """Answer Sign for a digest of SHA-256 (AWS: KMS API reference, Sign)."""
    if self._get_param("MessageType") != "DIGEST":
        raise NotImplementedError("Only digests are signed here")
    algorithm = self._get_param("SigningAlgorithm")
    key: Any = self.kms_backend.describe_key(self._get_param("KeyId"))
    if algorithm not in key.signing_algorithms:
        raise NotImplementedError(f"{algorithm} is not of {key.key_spec}")
    digest = self._get_param("Message")
    signature = _signature(key.private_key.private_key, digest)
    answer = {
        "KeyId": key.arn,
        "Signature": base64.b64encode(signature).decode(),
        "SigningAlgorithm": algorithm,
    }
    return json.dumps(answer)


def _signature(private: Any, digest: bytes) -> bytes:
    if isinstance(private, rsa.RSAPrivateKey):
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
        return private.sign(digest, pss, _SHA256)
    made: bytes = private.sign(digest, ec.ECDSA(_SHA256))
    return made
