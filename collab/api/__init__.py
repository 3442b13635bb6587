"""The door of programs: REST under /api/v1/, calling the same actions as pages, DAV and OCS."""
