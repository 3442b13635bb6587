"""What is done to accounts and their credentials; the acting person comes first, None for the machine's console."""
