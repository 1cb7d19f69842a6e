"""Writes botocore.txt, the signatures that sigv2_test.cc compares ours with.

usage: python make_vectors.py > botocore.txt        (needs botocore; run it only to add cases)
"""

import unittest.mock
import urllib.parse

import botocore
import botocore.auth
import botocore.awsrequest
import botocore.credentials

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
DATE = "Mon, 23 Nov 2026 08:09:10 GMT"

# name, method, target, bucket of the host, headers, session token
CASES = [
    ("root", "GET", "/", "", {}, None),
    ("bucket", "GET", "/bucket", "", {}, None),
    ("listing parameters are not covered", "GET", "/bucket?list-type=2&prefix=a%2Fb", "", {}, None),
    ("escaped key", "PUT", "/bucket/a%20b%2Bc/%E6%BC%A2", "", {"Content-Type": "text/plain"}, None),
    ("subresources are sorted", "GET", "/bucket/key?versionId=7&acl", "", {}, None),
    ("part", "PUT", "/bucket/key?uploadId=u1&partNumber=2", "", {"Content-MD5": "XrY7u+Ae7tCTyyK7j1rNww=="}, None),
    ("overrides are decoded", "GET", "/bucket/key?response-content-type=a%2Fb%3B%20c", "", {}, None),
    ("fields of its own", "PUT", "/bucket/key", "", {"x-amz-meta-B": " 2  3 ", "X-Amz-Acl": "private", "x-amz-meta-a": "1"}, None),
    ("session token", "GET", "/bucket/key", "", {}, "IQoJb3JpZ2luX2VjEXAMPLE/+="),
    ("virtual host", "GET", "/key?uploads", "photos", {}, None),
    ("virtual host, bucket", "GET", "/?location", "photos", {}, None),
    ("young subresource", "GET", "/bucket?publicAccessBlock", "", {}, None),
    ("a date of S3's besides", "PUT", "/bucket/key", "", {"x-amz-date": DATE}, None),
]


def sign(method, target, bucket, headers, token, presigned):
    request = botocore.awsrequest.AWSRequest(method=method, url="http://localhost" + target, headers=dict(headers))
    path = urllib.parse.urlsplit(target).path
    request.auth_path = f"/{bucket}{path}" if bucket else None
    credentials = botocore.credentials.Credentials(ACCESS_KEY, SECRET_KEY, token)
    if presigned:
        signer = botocore.auth.HmacV1QueryAuth(credentials, expires=100)
        with unittest.mock.patch("time.time", return_value=1795421350):
            signer.add_auth(request)
    else:
        signer = botocore.auth.HmacV1Auth(credentials)
        with unittest.mock.patch("botocore.auth.formatdate", return_value=DATE):
            signer.add_auth(request)
    return request


def show(name, request, method, bucket):
    print(f"\n== {name}")
    url = urllib.parse.urlsplit(request.url)
    print(f"{method} {url.path}{'?' + url.query if url.query else ''}")
    if bucket:
        print(f"bucket {bucket}")


def main():
    print(f"# Signatures of botocore {botocore.__version__}'s HmacV1Auth and HmacV1QueryAuth (see make_vectors.py).")
    for name, method, target, bucket, headers, token in CASES:
        request = sign(method, target, bucket, headers, token, False)
        show(name, request, method, bucket)
        for field, value in request.headers.items():
            print(f"{field}: {value}")
    for name, method, target, bucket, headers, token in CASES:
        # Botocore's own list of what is covered has no younger subresources: such URLs are refused.
        if name == "young subresource":
            continue
        request = sign(method, target, bucket, headers, token, True)
        show("presigned: " + name, request, method, bucket)


main()
