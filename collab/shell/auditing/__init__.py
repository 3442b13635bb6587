"""The audit log as administrators read it: found, told in sentences, exported."""
