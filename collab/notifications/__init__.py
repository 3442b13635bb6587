"""Who is told of what, why, and by which ways: bell, mail, devices."""
