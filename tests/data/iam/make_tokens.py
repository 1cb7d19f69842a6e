#!/usr/bin/env python3
"""Makes tokens.yaml: keys and tokens signed by another implementation (Python's cryptography).

usage: make_tokens.py > tokens.yaml      new keys each time; the private halves are not kept
"""

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

CLAIMS = {"iss": "https://idp.example", "sub": "4711", "aud": "penstock", "exp": 1800000000,
          "iat": 1700000000, "policy": "readonly"}
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def sign(algorithm, key, message):
    digest = HASHES[algorithm[2:]]
    if algorithm.startswith("RS"):
        return key.sign(message, padding.PKCS1v15(), digest)
    if algorithm.startswith("PS"):
        pss = padding.PSS(mgf=padding.MGF1(digest), salt_length=padding.PSS.DIGEST_LENGTH)
        return key.sign(message, pss, digest)
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
    size = {"256": 32, "384": 48}[algorithm[2:]]
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def token(algorithm, key, kid, header=None, claims=None):
    head = {"alg": algorithm, "typ": "JWT", **({"kid": kid} if kid else {}), **(header or {})}
    text = b64(json.dumps(head).encode()) + "." + b64(json.dumps(claims or CLAIMS).encode())
    return text + "." + b64(sign(algorithm, key, text.encode()))


def main():
    rsa_key = rsa.generate_private_key(65537, 2048)
    other_key = rsa.generate_private_key(65537, 2048)
    small_key = rsa.generate_private_key(65537, 1024)
    p256 = ec.generate_private_key(ec.SECP256R1())
    p384 = ec.generate_private_key(ec.SECP384R1())
    keys = []
    for kid, key in (("rsa", rsa_key), ("small", small_key)):
        public = key.public_key().public_numbers()
        keys.append({"kty": "RSA", "kid": kid, "use": "sig", "n": number(public.n),
                     "e": number(public.e)})
    for kid, key, curve, size in (("p256", p256, "P-256", 32), ("p384", p384, "P-384", 48)):
        public = key.public_key().public_numbers()
        keys.append({"kty": "EC", "kid": kid, "crv": curve, "x": number(public.x, size),
                     "y": number(public.y, size)})
    keys.append({"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": "AA"})
    keys.append({"kty": "RSA", "kid": "for-encryption", "use": "enc", "n": keys[0]["n"],
                 "e": "AQAB"})
    good = token("RS256", rsa_key, "rsa")
    cases = [(name, token(name, rsa_key, "rsa"), "verified")
             for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")]
    cases += [("ES256", token("ES256", p256, "p256"), "verified"),
              ("ES384", token("ES384", p384, "p384"), "verified"),
              ("no key id", token("RS256", rsa_key, None), "verified"),
              ("another key id", token("RS256", rsa_key, "p256"), "not verified"),
              ("an unknown key id", token("RS256", rsa_key, "new"), "not verified"),
              ("another's key", token("RS256", other_key, "rsa"), "not verified"),
              ("a key that is too small", token("RS256", small_key, "small"), "not verified"),
              ("a key for encryption", token("RS256", rsa_key, "for-encryption"), "not verified"),
              ("another curve's key", token("ES256", p256, "p384"), "not verified"),
              ("other claims", good.split(".")[0] + "." +
               b64(json.dumps({**CLAIMS, "policy": "consoleAdmin"}).encode()) + "." +
               good.split(".")[2], "not verified"),
              ("another header", b64(b'{"alg":"RS384","kid":"rsa"}') + good[good.index("."):],
               "not verified"),
              ("no signature", good.rsplit(".", 1)[0] + ".", "not verified"),
              ("none", b64(b'{"alg":"none"}') + good[good.index("."):], "are not accepted"),
              ("HS256", b64(b'{"alg":"HS256","kid":"rsa"}') + good[good.index("."):],
               "are not accepted"),
              ("critical", token("RS256", rsa_key, "rsa", {"crit": ["exp"]}), "critical"),
              ("two parts", good.rsplit(".", 1)[0], "three parts"),
              ("four parts", good + ".x", "three parts"),
              ("nothing", "", "three parts"),
              ("header no JSON", "e30x." + good.split(".", 1)[1], "header"),
              ("payload no object", good.split(".")[0] + "." + b64(b"[]") + ".AA", "payload"),
              ("signature no base64url", good + "=", "base64url")]
    print("# Made by make_tokens.py. says: verified, not verified, or part of the message.")
    print("keys: '" + json.dumps({"keys": keys}) + "'")
    print("tokens:")
    for name, text, says in cases:
        print(f"- {{name: {name!r}, token: '{text}', says: {says!r}}}")


if __name__ == "__main__":
    main()
