"""Writes botocore.txt, the signatures that sigv4_test.cc compares ours with.

usage: python make_vectors.py > botocore.txt        (needs botocore; run it only to add cases)
"""

import datetime
import sys
import unittest.mock
import urllib.parse

import botocore
import botocore.auth
import botocore.awsrequest
import botocore.credentials

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOW = datetime.datetime(2026, 11, 23, 8, 9, 10, tzinfo=datetime.timezone.utc)
HOST = "127.0.0.1:9000"

# name, method, target as signed, target on the wire (None: the same), headers, body, region, token
CASES = [
    ("root", "GET", "/", None, {}, b"", "us-east-1", None),
    ("bucket", "GET", "/bucket", None, {}, b"", "us-east-1", None),
    ("bucket with slash", "GET", "/bucket/", None, {}, b"", "us-east-1", None),
    ("object", "PUT", "/bucket/key", None, {}, b"hello", "us-east-1", None),
    ("spaces in a key", "GET", "/bucket/a%20b%20%20c", None, {}, b"", "us-east-1", None),
    ("plus in a key", "GET", "/bucket/a%2Bb", None, {}, b"", "us-east-1", None),
    ("raw plus on the wire", "GET", "/bucket/a%2Bb", "/bucket/a+b", {}, b"", "us-east-1", None),
    ("raw punctuation", "GET", "/bucket/a%21%27%28%29%2A%40b", "/bucket/a!'()*@b", {}, b"",
     "us-east-1", None),
    ("lower-case escapes", "GET", "/bucket/%C3%A9%2F", "/bucket/%c3%a9%2F", {}, b"", "us-east-1",
     "skip-slash"),
    ("needless escapes", "GET", "/bucket/tilde~.-_", "/bucket/%74ilde%7E%2E%2D%5F", {}, b"",
     "us-east-1", None),
    ("percent in a key", "GET", "/bucket/100%25", None, {}, b"", "us-east-1", None),
    ("double slashes", "GET", "/bucket//a//b", None, {}, b"", "us-east-1", None),
    ("dots are kept", "GET", "/bucket/./a/../b", None, {}, b"", "us-east-1", None),
    ("unicode", "PUT", "/bucket/%E6%BC%A2%E5%AD%97", None, {}, b"x", "us-east-1", None),
    ("query", "GET", "/bucket?list-type=2&prefix=a%2Fb&delimiter=%2F", None, {}, b"", "us-east-1",
     None),
    ("query unsorted", "GET", "/bucket?z=1&a=2&m=3&a=1", None, {}, b"", "us-east-1", None),
    ("query without value", "GET", "/bucket?uploads", None, {}, b"", "us-east-1", None),
    ("query empty value", "GET", "/bucket?prefix=&marker=", None, {}, b"", "us-east-1", None),
    ("query with plus for space", "GET", "/bucket?prefix=a%20b", "/bucket?prefix=a+b", {}, b"",
     "us-east-1", None),
    ("query with escapes", "GET", "/bucket?prefix=%C3%A9%3D%26%2B~", None, {}, b"", "us-east-1",
     None),
    ("metadata", "PUT", "/bucket/key", None,
     {"x-amz-meta-One": "1", "X-Amz-Meta-two": "  padded   inside  ", "Content-Type": "text/plain"},
     b"x", "us-east-1", None),
    ("range", "GET", "/bucket/key", None, {"Range": "bytes=0-9"}, b"", "us-east-1", None),
    ("another region", "GET", "/bucket", None, {}, b"", "eu-central-1", None),
    ("session token", "GET", "/bucket/key", None, {}, b"", "us-east-1", "IQoJb3JpZ2luX2VjEXAMPLE/+="),
    ("post", "POST", "/bucket?delete", None, {"Content-MD5": "XrY7u+Ae7tCTyyK7j1rNww=="},
     b"<Delete/>", "us-east-1", None),
    ("copy", "PUT", "/bucket/copy", None, {"x-amz-copy-source": "/bucket/a%20b"}, b"", "us-east-1",
     None),
]


class Frozen(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return NOW.replace(tzinfo=None)

    @classmethod
    def now(cls, tz=None):
        return NOW if tz else NOW.replace(tzinfo=None)


def print_case(name, method, wire, headers, canonical, signature):
    print(f"case: {name}")
    print(f"method: {method}")
    print(f"target: {wire}")
    for header, value in headers.items():
        print(f"header: {header}: {value}")
    for line in canonical.split("\n"):
        print(f"canonical|{line}")
    print(f"signature: {signature}")
    print()


def sign(auth_class, case, **options):
    name, method, target, wire, headers, body, region, token = case
    path, _, query = target.partition("?")
    if token == "skip-slash":  # an escaped slash is a slash to S3
        token, path = None, path.replace("%2F", "/")
    credentials = botocore.credentials.Credentials(ACCESS_KEY, SECRET_KEY, token)
    request = botocore.awsrequest.AWSRequest(
        method=method, url=f"http://{HOST}{path}" + (f"?{query}" if query else ""),
        headers={"Host": HOST, **headers},
        data=b"" if options else body)  # a presigned request has no body to look at
    auth = auth_class(credentials, "s3", region, **options)
    seen = {}
    original = auth.canonical_request

    def canonical_request(signed):
        seen["canonical"] = original(signed)
        return seen["canonical"]

    auth.canonical_request = canonical_request
    auth.add_auth(request)
    return request, seen["canonical"]


def main():
    patches = [unittest.mock.patch("botocore.auth.datetime.datetime", Frozen)]
    if hasattr(botocore.auth, "get_current_datetime"):
        patches.append(unittest.mock.patch(
            "botocore.auth.get_current_datetime",
            lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW))
    for patch in patches:
        patch.start()
    print(f"# Made by make_vectors.py with botocore {botocore.__version__}; keys as in it.\n")
    for case in CASES:
        request, canonical = sign(botocore.auth.S3SigV4Auth, case)
        wire = case[3] or case[2]
        signature = request.headers["Authorization"].rpartition("Signature=")[2]
        print_case(case[0], case[1], wire, dict(request.headers), canonical, signature)
    for case in CASES:
        if case[3] is not None or "?" in case[2] and "=" not in case[2]:
            continue  # botocore writes the query anew
        request, canonical = sign(botocore.auth.S3SigV4QueryAuth, case, expires=900)
        parts = urllib.parse.urlsplit(request.url)
        signature = urllib.parse.parse_qs(parts.query)["X-Amz-Signature"][0]
        print_case("presigned " + case[0], case[1], f"{parts.path}?{parts.query}",
                   {"Host": HOST, **case[4]}, canonical, signature)


if __name__ == "__main__":
    sys.exit(main())
