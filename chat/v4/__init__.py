"""A façade for programs written for Mattermost: the part of its version 4 that bots, bridges and senders use.

Thin doors over the actions of the chat: an address finds what its actor may see, calls an action, draws a record.
Read `door` first. https://developers.mattermost.com/api-documentation/
"""
