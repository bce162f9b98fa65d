"""A store in a bucket that speaks S3, at Amazon's or anywhere else."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from desk.kernel.storage.store import Absent, Digest, Kept, Readable, StoreError, checked, chunks

CONNECT_SECONDS, READ_SECONDS = 3, 10
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


class BucketStore:
    """Puts each object in one request, with the sum by which the other side checks it.

    The address is `s3://[KEY:SECRET@]BUCKET[/PREFIX][?endpoint=https://…&region=…]`; without a
    key in it, boto3 looks for one where it always does.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        asked = parse_qs(parts.query)
        self.bucket = parts.hostname or ""
        self.prefix = f"{parts.path.strip('/')}/" if parts.path.strip("/") else ""
        self._endpoint = asked.get("endpoint", [None])[0]
        self._region = asked.get("region", [None])[0]
        self._key = unquote(parts.username) if parts.username else None
        self._secret = unquote(parts.password) if parts.password else None
        self._lock = threading.Lock()
        self._made: Any = None

    def put(self, key: str, source: BinaryIO) -> Digest:
        start = source.tell()
        hashed, sum_, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
        for chunk in chunks(source):
            hashed.update(chunk)
            sum_.update(chunk)
            size += len(chunk)
        source.seek(start)
        with spoken(key):
            self.client().put_object(
                Bucket=self.bucket,
                Key=self.prefix + checked(key),
                Body=source,
                ContentLength=size,
                ContentMD5=base64.b64encode(sum_.digest()).decode(),
            )
        return Digest(size, hashed.digest())

    def open(self, key: str) -> Readable:
        with spoken(key):
            found = self.client().get_object(Bucket=self.bucket, Key=self.prefix + checked(key))
        body: Readable = found["Body"]
        return body

    def remove(self, key: str) -> None:
        with spoken(key):
            self.client().delete_object(Bucket=self.bucket, Key=self.prefix + checked(key))

    def find(self, key: str) -> Kept | None:
        try:
            with spoken(key):
                found = self.client().head_object(
                    Bucket=self.bucket, Key=self.prefix + checked(key)
                )
        except Absent:
            return None
        return Kept(key, found["ContentLength"], found["LastModified"])

    def everything(self) -> Iterator[Kept]:
        with spoken(""):
            pages = self.client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for found in page.get("Contents", ()):
                    key = found["Key"].removeprefix(self.prefix)
                    yield Kept(key, found["Size"], found["LastModified"])

    def clear_unfinished(self, before: datetime) -> int:  # noqa: ARG002 - as the protocol has it
        """Do nothing: an object is there whole or not at all."""
        return 0

    def disk(self) -> None:
        return None

    def client(self) -> Any:
        """Make the client when it is first needed: boto3 costs 20 MB and a quarter of a second."""
        with self._lock:
            if self._made is None:
                import boto3  # noqa: PLC0415
                from botocore.config import Config  # noqa: PLC0415

                self._made = boto3.session.Session().client(
                    "s3",
                    endpoint_url=self._endpoint,
                    region_name=self._region or "us-east-1",
                    aws_access_key_id=self._key,
                    aws_secret_access_key=self._secret,
                    config=Config(
                        connect_timeout=CONNECT_SECONDS,
                        read_timeout=READ_SECONDS,
                        retries={"max_attempts": 2, "mode": "standard"},
                        s3={"addressing_style": "path"},
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                    ),
                )
            return self._made


@contextmanager
def spoken(key: str) -> Iterator[None]:
    """Say in our words what went wrong in those of boto3."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ABSENT:
            raise Absent(key) from error
        raise StoreError(f"the bucket answered {code}") from error
    except BotoCoreError as error:
        raise StoreError(f"the bucket did not answer: {type(error).__name__}") from error
