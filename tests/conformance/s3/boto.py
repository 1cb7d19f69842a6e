"""What the suites with boto3 share."""

import pytest

boto3 = pytest.importorskip("boto3")
import botocore.client  # noqa: E402
import botocore.exceptions  # noqa: E402

MIB = 1 << 20


def make_client(server, **config):
    return boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key, region_name="us-east-1",
                        config=botocore.client.Config(retries={"max_attempts": 1}, **config))


def error_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def body_of(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()
