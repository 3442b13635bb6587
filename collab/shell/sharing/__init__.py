"""What the sharing panel knows: the thing, whom to share it with, who has access, what a change would do."""
