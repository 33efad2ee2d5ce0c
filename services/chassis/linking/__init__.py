"""事由关联 at a desk: what it is told of two incidents, what people read of it, and what a named person says."""

from services.chassis.linking.answer import JoinBody, LinkBody, UnlinkBody, join, join_event, link, unlink
from services.chassis.linking.read import links_of, open_suggestions, read_link
from services.chassis.linking.shapes import LinkList, LinkShape, SideShape

__all__ = [
    "JoinBody",
    "LinkBody",
    "LinkList",
    "LinkShape",
    "SideShape",
    "UnlinkBody",
    "join",
    "join_event",
    "link",
    "links_of",
    "open_suggestions",
    "read_link",
    "unlink",
]
