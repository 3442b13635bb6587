"""The core of Collab: one user, group and permission model that every app shares."""
