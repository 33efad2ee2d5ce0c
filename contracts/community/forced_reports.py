"""强制报告(社区报)."""

from contracts.forced_reports import ForcedReportFiled, filed


class CommunityForcedReportFiled(ForcedReportFiled):
    """强制报告 that a community or town files."""


TYPES = filed(
    CommunityForcedReportFiled,
    "community",
    title="强制报告（社区报）",
    publishers=("community.desk", "community.town-office"),
    scope="agency",
)
