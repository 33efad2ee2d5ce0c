"""强制报告(卫健报)."""

from contracts.forced_reports import ForcedReportFiled, filed


class HealthForcedReportFiled(ForcedReportFiled):
    """强制报告 that a hospital or the CDC files."""


TYPES = filed(
    HealthForcedReportFiled,
    "health",
    title="强制报告（卫健报）",
    publishers=("health.hospital-er", "health.hospital-green-channel", "health.cdc-duty"),
    scope="agency",
)
