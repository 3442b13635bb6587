"""Pages of comments, labels and stars, for things of every kind."""
