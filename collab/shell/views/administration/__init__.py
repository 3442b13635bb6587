"""Administration: people, groups, spaces, health."""
