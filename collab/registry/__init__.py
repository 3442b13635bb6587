"""The plugin contract: what an app tells the core, in one object."""
