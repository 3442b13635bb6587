"""The home page: what waits for me, what is new since I was here, my places."""
