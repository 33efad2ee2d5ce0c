"""What a service may say, and how it looks on the wire."""

from contracts.envelope import Event
from infra.errors import XietongError
from infra.postgres.herald import Herald
from infra.postgres.unit_of_work import OutboxRow
from topics.catalogue import Catalogue
from topics.codec import encode

MAX_VALUE = 900 * 1024
"""Bytes; the broker takes 1 MiB with everything around it. What can never be sent must not enter the outbox."""


class MessageTooLarge(XietongError):
    """消息超过 900 kB,无法发送。"""

    code = "message-too-large"
    status = 413
    title_en = "The message is larger than 900 kB"


class OutboxWriter:
    """Writes the events of one service. ``desk``: who speaks when the service itself states something (a parked message);
    ``herald``: the voice of the process that it is in."""

    def __init__(self, catalogue: Catalogue, service: str, *, desk: str = "bus.routing@bus-990100", herald: Herald | None = None) -> None:
        self.catalogue = catalogue
        self.service = service
        self.desk = desk
        self.herald = herald

    def row(self, event: Event, topic: str | None = None) -> OutboxRow:
        """The message of an event. NotOwned for a topic that is not ours; NotOurs for an ill-made event; MessageTooLarge."""
        name = event.name
        if topic is None:
            topic = self.catalogue.topic_for(name, self.service, recipient=event.envelope.recipient)
        else:
            self.catalogue.check(topic, name, self.service)
        encoded = encode(event)
        if len(encoded.value) > MAX_VALUE:
            raise MessageTooLarge()
        return OutboxRow(
            topic, encoded.key, {key: text.decode() for key, text in encoded.headers}, encoded.value, self.catalogue.is_patient(name)
        )
