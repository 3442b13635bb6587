"""The one websocket: what changed, told at once to the pages that show it."""
