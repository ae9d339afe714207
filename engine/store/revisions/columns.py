"""The types of columns as the revisions write them: what a revision made must not follow what the tables say later."""

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.dialects.postgresql import UUID

#: a version-7 UUID: native on PostgreSQL, sixteen bytes on SQLite
ID = LargeBinary(16).with_variant(UUID(as_uuid=True), "postgresql")
#: milliseconds since 1970 in UTC
MOMENT = BigInteger
