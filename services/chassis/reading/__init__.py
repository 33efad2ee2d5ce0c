"""What the pages and the programs read: rows of the person's unit, made ready to show."""
