"""Presigned S3 requests, made by the ten thousand: the key is derived once and a signature takes
twenty microseconds, where a whole client takes hundreds. (AWS, "Authenticating Requests: Using Query
Parameters".)"""

import hashlib
import hmac
import time
import urllib.parse


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Presigner:
    def __init__(self, url, access, secret, bucket, region="us-east-1", expires=36000):
        self.host = urllib.parse.urlsplit(url).netloc
        self.bucket = bucket
        self.stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self.scope = f"{self.stamp[:8]}/{region}/s3/aws4_request"
        key = mac(f"AWS4{secret}".encode(), self.stamp[:8])
        for part in (region, "s3", "aws4_request"):
            key = mac(key, part)
        self.key = key
        self.common = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256",
                       "X-Amz-Credential": f"{access}/{self.scope}", "X-Amz-Date": self.stamp,
                       "X-Amz-Expires": str(expires), "X-Amz-SignedHeaders": "host"}

    def __call__(self, method, key, parameters=None):
        """Path and query of a request for the key, or for the bucket where it is empty."""
        path = urllib.parse.quote(f"/{self.bucket}/{key}" if key else f"/{self.bucket}")
        query = "&".join(f"{urllib.parse.quote(name, safe='')}={urllib.parse.quote(value, safe='')}"
                         for name, value in sorted({**self.common, **(parameters or {})}.items()))
        canonical = f"{method}\n{path}\n{query}\nhost:{self.host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"AWS4-HMAC-SHA256\n{self.stamp}\n{self.scope}\n{digest}"
        return f"{path}?{query}&X-Amz-Signature={mac(self.key, to_sign).hex()}"
