"""强制报告(学校报)."""

from contracts.forced_reports import ForcedReportFiled, filed


class SchoolForcedReportFiled(ForcedReportFiled):
    """强制报告 that a school files."""


TYPES = filed(
    SchoolForcedReportFiled,
    "school",
    title="强制报告（学校报）",
    publishers=("school.principal", "school.duty-desk"),
    scope="unit",
)
