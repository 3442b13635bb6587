"""The one index over everything: words in, what the actor may see out."""
