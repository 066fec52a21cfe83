"""What the board saw and asked: audits, reviews, challenges and their actions."""
