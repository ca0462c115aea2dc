"""Signatures of manifests, checked with the public key alone."""

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from cli.environment import RefusedError

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)


def key_in(path: Path) -> PublicKey:
    """Return the public key in a file, as PEM or DER; raises `RefusedError`."""
    try:
        return key_of(path.read_bytes())
    except OSError as error:
        raise RefusedError(f"{path}: {error.strerror}") from None
    except ValueError:
        raise RefusedError(f"{path}: is not a public key of ECDSA or RSA") from None


def key_of(data: bytes) -> PublicKey:
    """Return a public key, from PEM or DER (which KMS returns); raises ValueError."""
    load = serialization.load_pem_public_key
    if not data.lstrip().startswith(b"-----BEGIN"):
        load = serialization.load_der_public_key
    try:
        key = load(data)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from None
    if not isinstance(key, PublicKey):
        raise ValueError("is neither a key of ECDSA nor of RSA")
    return key


def is_signed(key: PublicKey, text: bytes, signature: bytes) -> bool:
    """Return whether a signature is of this text and by this key: ECDSA or RSASSA-PSS, SHA-256."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, text, _PSS, hashes.SHA256())
        else:
            key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
