"""Files over DAV: the trees that this app hangs under the engine's door."""
