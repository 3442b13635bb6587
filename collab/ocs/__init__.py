"""The door of Nextcloud's and ownCloud's clients beside DAV: status, capabilities, login, small services."""
