"""Requests that no client library sends: wrong signatures, skewed clocks, half and oversized bodies.

Signs by itself, with the standard library alone.
"""

import datetime
import hashlib
import hmac
import http.client
import re
import socket
import urllib.parse

import pytest

EMPTY = hashlib.sha256(b"").hexdigest()


class Signer:
    """SigV4 for S3, and the connection to go with it."""

    def __init__(self, server):
        self.server = server
        self.host = urllib.parse.urlsplit(server.s3_url).netloc

    def key(self, date, region="us-east-1"):
        key = ("AWS4" + self.server.secret_key).encode()
        for text in [date, region, "s3", "aws4_request"]:
            key = hmac.new(key, text.encode(), hashlib.sha256).digest()
        return key

    def headers(self, method, target, payload_hash, skew=0, **more):
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=skew)
        amz_date = now.strftime("%Y%m%dT%H%M%SZ")
        path, _, query = target.partition("?")
        headers = {"host": self.host, "x-amz-date": amz_date, "x-amz-content-sha256": payload_hash,
                   **{name.replace("_", "-").lower(): value for name, value in more.items()}}
        names = sorted(headers)
        pairs = sorted(p if "=" in p else p + "=" for p in query.split("&") if p)
        canonical = "\n".join([method, path, "&".join(pairs),
                               *[f"{n}:{' '.join(headers[n].split())}" for n in names], "",
                               ";".join(names), payload_hash])
        scope = f"{amz_date[:8]}/us-east-1/s3/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", amz_date, scope,
                             hashlib.sha256(canonical.encode()).hexdigest()])
        signature = hmac.new(self.key(amz_date[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.server.access_key}/{scope}, "
            f"SignedHeaders={';'.join(names)}, Signature={signature}")
        return headers

    def send(self, method, target, body=b"", headers=None, **more):
        if headers is None:
            headers = self.headers(method, target, hashlib.sha256(body).hexdigest(), **more)
        connection = http.client.HTTPConnection(self.host, timeout=30)
        connection.request(method, target, body=body or None, headers=headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response, text

    def error(self, method, target, body=b"", headers=None, **more):
        response, text = self.send(method, target, body, headers, **more)
        code = re.search(rb"<Code>(\w+)</Code>", text)
        return response.status, code[1].decode() if code else text


@pytest.fixture(scope="module")
def raw(server):
    return Signer(server)


@pytest.fixture
def bucket(raw, bucket_name):
    response, text = raw.send("PUT", f"/{bucket_name}")
    assert response.status == 200, text
    return f"/{bucket_name}"


def test_health_probes_need_no_signature(raw):
    for path in ["/minio/health/live", "/minio/health/ready"]:
        assert raw.send("GET", path, headers={})[0].status == 200


def test_unsigned_requests(raw, bucket):
    for method, target in [("GET", "/"), ("GET", bucket), ("PUT", bucket + "/k")]:
        assert raw.error(method, target, headers={}) == (403, "AccessDenied")
    assert raw.error("GET", "/none", headers={}) == (404, "NoSuchBucket")


def test_error_documents(raw, bucket):
    response, text = raw.send("GET", bucket + "/none")
    assert response.status == 404
    assert response.headers["Content-Type"] == "application/xml"
    for element in [b"<Code>NoSuchKey</Code>", b"<Key>none</Key>", b"<RequestId>", b"<HostId>",
                    f"<Resource>{bucket}/none</Resource>".encode()]:
        assert element in text
    assert response.headers["x-amz-request-id"]
    head, text = raw.send("HEAD", bucket + "/none")
    assert (head.status, text) == (404, b"")


@pytest.mark.parametrize("skew, status", [(0, 200), (-600, 200), (600, 200), (-1000, 403), (1000, 403)])
def test_clock_skew(raw, bucket, skew, status):
    result = raw.error("GET", bucket, skew=skew)
    assert result[0] == status
    if status == 403:
        assert result[1] == "RequestTimeTooSkewed"


def test_tampered_requests(raw, bucket):
    def tampered(change, method="PUT", target=bucket + "/k", body=b"hello"):
        headers = raw.headers("PUT", bucket + "/k", hashlib.sha256(b"hello").hexdigest())
        change(headers)
        return raw.error(method, target, body, headers)

    wrong = (403, "SignatureDoesNotMatch")
    assert tampered(lambda h: h.update({"x-amz-date": h["x-amz-date"][:-2] + "zZ"}))[0] == 403
    assert tampered(lambda h: None, target=bucket + "/other") == wrong
    assert tampered(lambda h: None, target=bucket + "/k?acl") == wrong
    assert tampered(lambda h: None, method="DELETE", body=b"") == wrong
    assert tampered(lambda h: h.update({"x-amz-content-sha256": EMPTY})) == wrong
    assert tampered(lambda h: h.update({"x-amz-meta-new": "1"})) == (403, "AccessDenied")
    assert tampered(lambda h: None, body=b"HELLO") == (400, "XAmzContentSHA256Mismatch")
    flip = {"0": "1"}
    assert tampered(lambda h: h.update(
        authorization=h["authorization"][:-1] + flip.get(h["authorization"][-1], "0"))) == wrong
    assert raw.error("GET", bucket + "/k") == (404, "NoSuchKey")


@pytest.mark.parametrize("authorization, code", [
    ("Basic YTpi", "InvalidArgument"), ("AWS a", "InvalidArgument"),
    ("AWS4-HMAC-SHA256", "AuthorizationHeaderMalformed"),
    ("AWS4-HMAC-SHA256 " + "," * 5000, "AuthorizationHeaderMalformed"),
    ("AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;, Signature=", "AuthorizationHeaderMalformed"),
])
def test_malformed_authorization(raw, bucket, authorization, code):
    headers = raw.headers("GET", bucket, EMPTY)
    headers["authorization"] = authorization
    assert raw.error("GET", bucket, headers=headers) == (400, code)


def chunks(raw, headers, bodies):
    """An aws-chunked body whose chunks are signed on from the request's signature."""
    previous = headers["authorization"].rpartition("=")[2]
    amz_date = headers["x-amz-date"]
    framed = b""
    for body in [*bodies, b""]:
        to_sign = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", amz_date,
                             f"{amz_date[:8]}/us-east-1/s3/aws4_request", previous, EMPTY,
                             hashlib.sha256(body).hexdigest()])
        previous = hmac.new(raw.key(amz_date[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
        framed += b"%x;chunk-signature=%s\r\n%s\r\n" % (len(body), previous.encode(), body)
    return framed


def test_signed_chunks(raw, bucket):
    target = bucket + "/chunked"
    bodies = [b"a" * 65536, b"b" * 1000]

    def headers(length):
        return raw.headers("PUT", target, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                           x_amz_decoded_content_length=str(length), content_encoding="aws-chunked")

    good = headers(66536)
    framed = chunks(raw, good, bodies)
    assert raw.send("PUT", target, framed, good)[0].status == 200
    assert raw.send("GET", target)[1] == b"".join(bodies)
    spoiled = framed.replace(b"bbb", b"bab", 1)
    assert raw.error("PUT", target, spoiled, good) == (403, "SignatureDoesNotMatch")
    for length in [66535, 66537]:
        wrong = headers(length)
        assert raw.error("PUT", target, chunks(raw, wrong, bodies), wrong) == (
            400, "IncompleteBody")
    assert raw.error("PUT", target, framed[:-200], good) == (400, "IncompleteBody")
    assert raw.send("GET", target)[1] == b"".join(bodies)


def test_bodies_without_a_length(raw, bucket):
    headers = raw.headers("PUT", bucket + "/k", "UNSIGNED-PAYLOAD")
    with socket.create_connection(raw.host.split(":")) as connection:
        head = f"PUT {bucket}/k HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items())
        connection.sendall(head.encode() + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 411 ")


def test_a_half_sent_object_leaves_nothing(raw, bucket):
    headers = raw.headers("PUT", bucket + "/half", "UNSIGNED-PAYLOAD")
    with socket.create_connection(raw.host.split(":")) as connection:
        head = (f"PUT {bucket}/half HTTP/1.1\r\nContent-Length: 200000\r\n" +
                "".join(f"{n}: {v}\r\n" for n, v in headers.items()))
        connection.sendall(head.encode() + b"\r\n" + b"x" * 100000)
    assert raw.error("GET", bucket + "/half") == (404, "NoSuchKey")


def test_limits(raw, bucket):
    assert raw.error("PUT", bucket + "/" + "k" * 1025, b"x") == (400, "KeyTooLongError")
    headers = raw.headers("PUT", bucket + "/huge", "UNSIGNED-PAYLOAD")
    headers["content-length"] = str((5 << 30) + 1)
    with socket.create_connection(raw.host.split(":")) as connection:
        head = (f"PUT {bucket}/huge HTTP/1.1\r\nExpect: 100-continue\r\n" +
                "".join(f"{n}: {v}\r\n" for n, v in headers.items()))
        connection.sendall(head.encode() + b"\r\n")
        answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 400 ") and b"EntityTooLarge" in answer
    assert raw.error("POST", bucket + "?delete", b"<Delete>" + b" " * (3 << 20) + b"</Delete>") == (
        400, "MaxMessageLengthExceeded")
    assert raw.error("PUT", bucket, b" " * (2 << 20)) == (400, "MaxMessageLengthExceeded")
    assert raw.error("PUT", bucket + "/k", b"x", x_amz_meta_a="m" * 3000) == (
        400, "MetadataTooLarge")


@pytest.mark.parametrize("body", [b"", b"<", b"<Delete>", b"<Delete/>", b"\xff\xfe", b"{}",
                                  b"<!DOCTYPE a><Delete><Object><Key>k</Key></Object></Delete>",
                                  b"<a>" * 10000])
def test_malformed_xml(raw, bucket, body):
    assert raw.error("POST", bucket + "?delete", body) == (400, "MalformedXML")


def test_unknown_operations(raw, bucket):
    assert raw.error("PATCH", bucket + "/k") == (405, "MethodNotAllowed")
    assert raw.error("DELETE", bucket + "?uploads") == (405, "MethodNotAllowed")
    assert raw.error("PUT", bucket + "?website", b"<x/>") == (501, "NotImplemented")
    assert raw.error("OPTIONS", bucket + "/k", headers={}) == (400, "InvalidRequest")
    assert raw.error("GET", bucket + "/%zz", headers={}) == (400, "InvalidURI")


def test_many_requests_on_one_connection(raw, bucket):
    connection = http.client.HTTPConnection(raw.host, timeout=30)
    for i in range(50):
        target = f"{bucket}/k{i % 5}"
        body = b"x" * (i * 1000)
        connection.request("PUT", target, body=body,
                           headers=raw.headers("PUT", target, hashlib.sha256(body).hexdigest()))
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")
        connection.request("GET", target + "none", headers=raw.headers("GET", target + "none", EMPTY))
        response = connection.getresponse()
        assert response.status == 404 and response.read()
    connection.close()
