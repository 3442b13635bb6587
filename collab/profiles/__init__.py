"""How people show themselves to the others: a picture, and what they are at just now."""
