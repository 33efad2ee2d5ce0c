"""Error type of pydantic, or of our own validators → sentence in Chinese and in English. ``{…}`` are filled from the error's context."""

from collections.abc import Mapping
from types import MappingProxyType

UNKNOWN = ("内容不符合要求", "The value is not acceptable")
_TEXT = ("应为文本", "Must be a text")
_WHOLE = ("应为整数", "Must be a whole number")
_DECIMAL = ("应为数字", "Must be a number")
_YES_NO = ("应为 true 或 false", "Must be true or false")
_LIST = ("应为列表", "Must be a list")
_OBJECT = ("应为对象（一组字段）", "Must be an object")
_INSTANT = (
    "时间应为带时区的 RFC 3339 格式，如 2026-09-21T16:38:00+08:00",
    "Must be an RFC 3339 time with an offset, for example 2026-09-21T16:38:00+08:00",
)
_DATE = ("日期应为 年-月-日，如 2026-09-21", "Must be a date, for example 2026-09-21")
_CODE = ("取值应为以下之一：{expected}", "Must be one of: {expected}")

TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # our own
        "personal-number-in-text": (
            "文本中不得出现身份证号或手机号，请删除后再报",
            "Must not contain an identity number or a mobile phone number; take it out",
        ),
        "unprintable-character": ("文本中不得有控制字符", "Must not contain control characters"),
        "blank-text": ("不得为空白", "Must not be blank"),
        "time-without-offset": _INSTANT,
        "time-out-of-range": ("时间应在2000年至2199年之间", "Must lie between the years 2000 and 2199"),
        "day-not-iso": _DATE,
        "not-a-url": ("应为 http 或 https 网址", "Must be an http or https address"),
        "uscc-check-digit": ("统一社会信用代码校验位不符", "Does not have the check digit of a unified social credit code"),
        "repeated-item": ("列表中有重复项", "Must not name the same item twice"),
        "other-needs-words": ("选择“其他”时须填写此项说明", "Needs words, because the code “other” was chosen"),
        "guardian-is-suspected": ("嫌疑人为家庭成员时不得告知监护人", "A guardian is not told of a suspicion against the family"),
        "needed-in-this-case": ("按所选内容须填写此项", "Is required, because of what else is stated"),
        "not-in-this-case": ("按所选内容不应填写此项", "Must be absent, because of what else is stated"),
        "not-in-order": ("时间先后有误", "Must come after the time that it follows"),
        "count-differs": ("人数应与名单行数一致，零报告应为0", "Must be the number of rows of the list, 0 for a nil report"),
        "quorum-incomplete": ("家长、班主任、德育校长、心理教师四方须到齐，尚缺：{missing_zh}", "Must hold all four roles of the quorum; missing: {missing}"),
        "quorum-unstated": ("已召开的会议须写明实到部门", "A conference that was held names the departments that were present"),
        "row-number-twice": ("名单中行号重复", "Must give each row a number of its own"),
        "local-only": ("黄色预警只在校内处置，不上协同平台", "Level yellow stays at the school and is not taken here"),
        "orange-first": ("红色预警不得直接降为黄色，须先降为橙色", "Red goes down to orange first"),
        "slip-needed": ("红色预警下调须填写医院回执编号", "A change down from red needs the hospital's slip"),
        "nothing-changed": ("更正前后内容相同", "Old and new value are the same"),
        "nothing-stated": ("至少填写一项", "At least one field must be given"),
        "sealed-row-without-school": (
            "事件涉及多所学校时，须写明该行所属学校",
            "Must name its school, because the event names several",
        ),
        "school-not-in-event": ("该行所属学校不在本事件涉及学校之内", "Must belong to a school that the event names"),
        "gate-not-in-event": ("该条签到的校门与本批校门不一致", "Must be of the gate that the batch names"),
        # presence and shape
        "missing": ("必填项缺失", "Is required"),
        "extra_forbidden": ("不认识的字段，请删除", "Is not a known field"),
        "json_invalid": ("不是有效的 JSON", "Is not valid JSON"),
        "json_type": ("应为 JSON 文本", "Must be JSON"),
        "none_required": ("此项应缺省", "Must be absent"),
        "model_type": _OBJECT,
        "model_attributes_type": _OBJECT,
        "dict_type": _OBJECT,
        "mapping_type": _OBJECT,
        "list_type": _LIST,
        "tuple_type": _LIST,
        "set_type": _LIST,
        "frozen_set_type": _LIST,
        "iterable_type": _LIST,
        "invalid_key": ("字段名应为文本", "Names of fields must be texts"),
        "recursion_loop": ("内容嵌套成环", "Must not contain itself"),
        "too_short": ("至少 {min_length} 项，现有 {actual_length} 项", "Must have at least {min_length} items, has {actual_length}"),
        "too_long": ("至多 {max_length} 项，现有 {actual_length} 项", "Must have at most {max_length} items, has {actual_length}"),
        # texts
        "string_type": _TEXT,
        "string_unicode": ("不是有效的 UTF-8 文本", "Is not valid UTF-8"),
        "string_too_short": ("至少 {min_length} 个字符", "Must have at least {min_length} characters"),
        "string_too_long": ("至多 {max_length} 个字符", "Must have at most {max_length} characters"),
        "string_pattern_mismatch": ("格式不符合要求", "Does not have the required form"),
        # codes
        "literal_error": _CODE,
        "enum": _CODE,
        "union_tag_invalid": ("取值应为以下之一：{expected_tags}", "Must be one of: {expected_tags}"),
        "union_tag_not_found": ("缺少类别字段", "Lacks the field that names its kind"),
        # numbers
        "bool_type": _YES_NO,
        "bool_parsing": _YES_NO,
        "int_type": _WHOLE,
        "int_parsing": _WHOLE,
        "int_parsing_size": ("数字过大", "Is too large a number"),
        "int_from_float": _WHOLE,
        "float_type": _DECIMAL,
        "float_parsing": _DECIMAL,
        "finite_number": ("应为有限数字", "Must be a finite number"),
        "greater_than": ("应大于 {gt}", "Must be greater than {gt}"),
        "greater_than_equal": ("不得小于 {ge}", "Must be at least {ge}"),
        "less_than": ("应小于 {lt}", "Must be less than {lt}"),
        "less_than_equal": ("不得大于 {le}", "Must be at most {le}"),
        "multiple_of": ("应为 {multiple_of} 的倍数", "Must be a multiple of {multiple_of}"),
        # times
        "datetime_type": _INSTANT,
        "datetime_parsing": _INSTANT,
        "datetime_from_date_parsing": _INSTANT,
        "datetime_object_invalid": _INSTANT,
        "timezone_naive": _INSTANT,
        "timezone_aware": _INSTANT,
        "timezone_offset": _INSTANT,
        "date_type": _DATE,
        "date_parsing": _DATE,
        "date_from_datetime_parsing": _DATE,
        "date_from_datetime_inexact": _DATE,
        "time_type": ("应为时刻", "Must be a time of day"),
        "time_parsing": ("应为时刻，如 16:38", "Must be a time of day, for example 16:38"),
        # others that a model can give
        "uuid_type": ("应为 UUID", "Must be a UUID"),
        "uuid_parsing": ("应为 UUID", "Must be a UUID"),
        "url_type": ("应为网址", "Must be a URL"),
        "url_parsing": ("应为网址", "Must be a URL"),
    }
)
