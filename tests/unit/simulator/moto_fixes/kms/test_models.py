"""Asymmetric keys of templates, and what they sign."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from simulator.cloud import Cloud

TEXT = b"what is to be signed" * 1000
POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}


@pytest.mark.parametrize(
    ("spec", "algorithm"),
    [("ECC_NIST_P256", "ECDSA_SHA_256"), ("RSA_2048", "RSASSA_PSS_SHA_256")],
)
def test_a_key_of_a_template_signs(cloud: Cloud, spec: str, algorithm: str) -> None:
    properties = {"KeySpec": spec, "KeyUsage": "SIGN_VERIFY", "KeyPolicy": POLICY}
    body = {
        "Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": properties}},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}},
    }
    client = cloud.client("cloudformation")
    client.create_stack(StackName="Small", TemplateBody=json.dumps(body))
    [small] = client.describe_stacks(StackName="Small")["Stacks"]
    arn, kms = small["Outputs"][0]["OutputValue"], cloud.client("kms")

    signature = kms.sign(
        KeyId=arn,
        Message=hashlib.sha256(TEXT).digest(),
        MessageType="DIGEST",
        SigningAlgorithm=algorithm,
    )["Signature"]

    public = serialization.load_der_public_key(kms.get_public_key(KeyId=arn)["PublicKey"])
    if isinstance(public, rsa.RSAPublicKey):
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        public.verify(signature, TEXT, pss, hashes.SHA256())
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(signature, TEXT, ec.ECDSA(hashes.SHA256()))
