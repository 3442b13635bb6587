"""A WSGI application that shows what the front lets through, and asks it to send a file."""

import json


def application(environ, start_response):
    """Echo the request as JSON, count a body, or hand a blob over to the front."""
    path = environ["PATH_INFO"]
    if path in ("/remote.php/blob", "/remote.php/large"):
        start_response("200 OK", [
            ("X-Accel-Redirect", "/.blobs/ab/large" if path.endswith("large") else "/.blobs/ab/blob with blank"),
            ("Content-Type", "text/x-made-up"), ("ETag", '"one"'), ("Last-Modified", "Mon, 01 Jan 2001 00:00:00 GMT"),
            ("Content-Disposition", "attachment"), ("Content-Length", "0"),
        ])  # fmt: skip
        return [b""]
    if path == "/remote.php/escape":
        start_response("200 OK", [("X-Accel-Redirect", "/.blobs/../secret")])
        return [b""]
    if path == "/remote.php/count":
        count = 0
        while piece := environ["wsgi.input"].read(65536):
            count += len(piece)
        start_response("201 Created", [("Content-Type", "text/plain")])
        return [str(count).encode()]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({key: value for key, value in environ.items() if isinstance(value, str)}).encode()]
