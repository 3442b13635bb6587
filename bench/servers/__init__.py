"""The servers that are compared: each serves one directory of DAV on a loopback port."""
