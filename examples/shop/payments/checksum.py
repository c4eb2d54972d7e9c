"""Paytm's checksum: SHA-256 over the parameters and a salt, encrypted with the merchant key."""

import base64
import hashlib
import hmac
import secrets
import string

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

# Fixed by Paytm and the same for every merchant.
_IV = b"@@@@&&&&####$$$$"
_SALT_LENGTH = 4
_SALT_ALPHABET = string.ascii_letters + string.digits
_BLOCK_BITS = 128


def join_parameters(parameters):
    """The text that a form post is signed over: its values in the order of their names."""
    values = (parameters[name] for name in sorted(parameters) if name != "CHECKSUMHASH")
    return "|".join("" if value is None or value.lower() == "null" else value for value in values)


def generate_checksum(text, key):
    """Sign a text (a JSON body, or joined parameters) with the merchant key."""
    salt = "".join(secrets.choice(_SALT_ALPHABET) for _ in range(_SALT_LENGTH))
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(_digest(text, salt).encode()) + padder.finalize()
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def verify_checksum(text, checksum, key):
    """Whether the checksum was made from this text with this merchant key."""
    try:
        decryptor = _cipher(key).decryptor()
        padded = decryptor.update(base64.b64decode(checksum, validate=True)) + decryptor.finalize()
        unpadder = PKCS7(_BLOCK_BITS).unpadder()
        signed = (unpadder.update(padded) + unpadder.finalize()).decode("ascii")
    except ValueError:
        return False
    return hmac.compare_digest(signed, _digest(text, signed[-_SALT_LENGTH:]))


def _digest(text, salt):
    return hashlib.sha256(f"{text}|{salt}".encode()).hexdigest() + salt


def _cipher(key):
    return Cipher(algorithms.AES(key.encode()), modes.CBC(_IV))
