"""A third-party app, as somebody would publish it: it proves that the plugin contract is enough."""
