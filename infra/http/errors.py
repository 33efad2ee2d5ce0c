"""What a request can be refused with. The docstring is the Chinese title, ``title_en`` the English one."""

from dataclasses import dataclass

from infra.errors import FieldError, Unavailable, XietongError

__all__ = [
    "BadCursor", "BadEncoding", "BadPath", "BadRequest", "Conflict", "FieldFault", "Forbidden", "Invalid", "MethodNotAllowed", "NotFound",
    "TooLarge", "Unauthenticated", "Unavailable", "Unexpected", "UnsupportedMedia",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldFault(FieldError):
    """A field error with its stable code (``time-without-offset``)."""

    code: str = "invalid"


class BadRequest(XietongError):
    """请求无法读取。"""

    code = "bad-request"
    status = 400
    title_en = "The request cannot be read"


class BadPath(BadRequest):
    """网址中含有不允许的字符。"""

    code = "bad-path"
    title_en = "The address holds a character that is not allowed"


class BadEncoding(BadRequest):
    """请求正文应采用 UTF-8 编码。"""

    code = "bad-encoding"
    title_en = "The body must be encoded in UTF-8"


class BadCursor(BadRequest):
    """翻页标记无效，请从第一页重新开始。"""

    code = "bad-cursor"
    title_en = "The cursor is not valid, please start from the first page"


class Unauthenticated(XietongError):
    """未登录或登录已失效，请重新登录。"""

    code = "unauthenticated"
    status = 401
    title_en = "Not signed in, or no longer: please sign in again"


class Forbidden(XietongError):
    """您无权办理此事项。"""

    code = "forbidden"
    status = 403
    title_en = "You may not do this"


class BadCsrf(Forbidden):
    """页面已过期，请刷新后重试。"""

    code = "bad-csrf"
    title_en = "The page is out of date, please reload it and try again"


class NotFound(XietongError):
    """找不到，或您无权查看。请联系本单位管理员。"""

    code = "not-found"
    status = 404
    title_en = "Not found, or not yours to see. Please ask your unit's administrator"


class MethodNotAllowed(XietongError):
    """此网址不支持该操作。"""

    code = "method-not-allowed"
    status = 405
    title_en = "This address does not support the method"


class Conflict(XietongError):
    """与当前状态冲突。"""

    code = "conflict"
    status = 409
    title_en = "In conflict with the present state"


class TooLarge(XietongError):
    """内容过大，不得超过 256 kB。"""

    code = "too-large"
    status = 413
    title_en = "The content is too large: 256 kB at most"


class UnsupportedMedia(XietongError):
    """内容格式不支持，请使用 application/json。"""

    code = "unsupported-media"
    status = 415
    title_en = "The content type is not supported, please send application/json"


class Invalid(XietongError):
    """填写内容有误，请按提示修改。"""

    code = "invalid"
    status = 422
    title_en = "Some of the content is not right, please correct it"


class Unexpected(XietongError):
    """系统出错，本次操作没有保存。请重试，或凭编号联系本单位管理员。"""

    code = "unexpected"
    status = 500
    title_en = "Something went wrong and nothing was saved. Please try again, or quote the number to your administrator"
