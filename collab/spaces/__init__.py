"""Spaces: where things live. Personal, one per member; team, one per commission, class or project."""
