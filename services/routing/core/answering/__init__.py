"""What a desk says back: signatures, reports, returns and the rulings on them; and a desk where nobody is there to say anything."""
