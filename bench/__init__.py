"""Measures Collab beside nginx's DAV module and rclone, on one machine in one run: `make bench`."""
