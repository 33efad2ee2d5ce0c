"""Rows that travel encrypted: their plain form in a POST, their sealed form on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.codes import AgeBand
from contracts.envelope import Closed
from contracts.texts import SchoolId, SealedText

Base64Url = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=16_384)]


class SealedRow(Closed):
    """One row, encrypted with its own data key; the key is wrapped for each service whose view holds the row."""

    row: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
    school_id: SchoolId | None = None
    alg: Annotated[str, Field(pattern=r"^A256GCM$")] = "A256GCM"
    nonce: Base64Url
    ciphertext: Base64Url
    keys: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)], Base64Url]
    views: tuple[Annotated[str, Field(pattern=r"^[SVEPHMCKUWL]$")], ...]


class PlainRow(Closed):
    """A row before it is sealed: only in a POST and on the pages of a desk that may open it."""

    model_config = ConfigDict(serialize_by_alias=True)

    school_id: SchoolId | None = None


class Pupil(PlainRow):
    """A pupil concerned. ``school_id``: needed where the event names several schools."""

    name: Annotated[SealedText, Field(max_length=40)]
    class_: Annotated[SealedText | None, Field(alias="class", max_length=40)] = None
    pupil_no: Annotated[SealedText | None, Field(max_length=32)] = None
    age_band: AgeBand
    guardian_phone: Annotated[str | None, Field(pattern=r"^\+?[0-9][0-9 -]{4,19}$")] = None
