"""履职统计 of the stored records: read, reported, asked for, measured, and told each month."""
