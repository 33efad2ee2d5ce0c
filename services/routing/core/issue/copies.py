"""Copies: what a second desk of the unit is told while the first one's desk is not manned."""

from dataclasses import replace

from contracts.coordination import NotificationIssued
from contracts.ids import derived_id
from services.routing.core.model import Fold, Notification


def issue_copy(fold: Fold, original: Notification, desk: str, note: str) -> Notification:
    """Tell a second desk of the same unit what the first one was told, as inform: the first one's desk is not manned."""
    incident = fold.state.incidents[original.incident]
    copy = replace(
        original,
        id=derived_id(incident.first_time, incident.id, desk, "copy", original.id),
        desk=desk,
        kind="inform",
        version=0,
        material_version=1,
        forms={},
        state="issued",
        ladder=None,
        delivered_at=None,
        delivered_version=0,
        acknowledged_at=None,
        acknowledged_version=0,
        acted_at=None,
        untimed=(),
        binding=0,
        copy_of=original.id,
    )
    return _send_copy(fold, original, copy, note)


def renew_copies(fold: Fold, original: Notification) -> None:
    """Whoever was told in place of a desk learns every later version too."""
    for copy in copies_of(fold, original):
        _send_copy(fold, original, copy, str(copy.issued.get("note", "")))


def copies_of(fold: Fold, original: Notification) -> list[Notification]:
    """The copies of a notification that still stand."""
    return [n for n in fold.state.notifications.values() if n.copy_of == original.id and n.live]


def _send_copy(fold: Fold, original: Notification, copy: Notification, note: str) -> Notification:
    version = copy.version + 1
    own = {"notification": copy.id, "desk": copy.desk, "kind": "inform", "version": version, "forms": (), "returnable": False, "note": note}
    message = NotificationIssued.model_validate(original.issued).model_copy(update=own)
    sent = replace(copy, version=version, view=original.view, issued=message.model_dump(mode="json"), issued_at=fold.now)
    fold.put(sent)
    fold.tell("bus.notification.issued", message, to=sent.desk, incident=sent.incident, about=sent.id, version=version)
    return sent
