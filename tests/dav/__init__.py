"""DAV, door by door. Where each trap of other servers (T1 to T15) is sprung:

T1 bulk upload is neither offered nor served: test_door, test_unknown_methods_and_addresses.
T2, T3 names with `?`, `#`, `;` and an https Destination: test_writing, test_move.
T4 times as floats, the etag after the time is set: test_uploading, test_ios and test_plain_put.
T5 literal prefixes, quoted etags, propname, errors as XML: test_propfind.
T6 nothing visible before the body is whole, LOCK where nothing is: test_uploading, test_real_server, test_locks.
T7 ranges backwards and several ranges: test_content, test_ranges.
T8 locks and stored properties live in the database, by thing and not by address: test_locks, test_writing.
T9 OC-ETag and OC-FileId on every write: test_uploading, test_desktop.
T10 no waiting of ours between head and body: test_real_server (its text says what we cannot cure).
T11 long addresses: test_real_server, test_long_addresses.
T12 chunked bodies without length: test_uploading, test_real_server.
T13 Expect, and refusals that reach the client: test_real_server.
T14 names byte for byte: test_door, test_names_are_kept_byte_for_byte.
T15 conflict files stay with the client: it asks for a capability that we do not show; nothing to serve here.
"""
