"""Why an event is not taken."""

from infra.http.errors import FieldFault, Forbidden, Invalid


class NotThePublisher(Forbidden):
    """您的岗位无权发布此类事件。"""

    code = "not-the-publisher"
    title_en = "None of your desks may state this type of event"


def fault(field: str, code: str, zh: str, en: str) -> Invalid:
    """One field that is not right."""
    return Invalid(fields=(FieldFault(field, zh, en, code),))
