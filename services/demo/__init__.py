"""The demo: a school-day morning played on everything, by people who answer, return, rule, and once say nothing."""
