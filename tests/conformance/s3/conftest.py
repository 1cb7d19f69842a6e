"""What the S3 suites share. Only the standard library: each client has an environment of its own."""

import itertools
import uuid

import pytest

NUMBERS = itertools.count()


@pytest.fixture
def bucket_name():
    """A name that no other test uses."""
    return f"t{next(NUMBERS)}-{uuid.uuid4().hex[:12]}"
