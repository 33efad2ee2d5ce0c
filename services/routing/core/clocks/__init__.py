"""What time does to a duty: its dues, steps, pauses and repetitions, and what a miss or its end says."""
