"""履职统计: what was delivered, signed, acted on and closed in time, and whose lateness it was. Pure."""
