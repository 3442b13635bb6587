"""The one place where rights become SQL; its shape is tested, since a nested IN is 20 to 200 times slower."""

LIVE = "(g.expires_at IS NULL OR g.expires_at > now())"

ALLOWED_ACLS = f"""SELECT l.acl_id FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
 WHERE g.principal_id = ANY(%s) AND g.rights & %s <> 0 AND {LIVE}"""
"""Acls on which a grant gives the asked bit: (principals, bit)."""

MASKS = f"""SELECT l.acl_id, bit_or(g.rights)::int FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
 WHERE l.acl_id = ANY(%s) AND g.principal_id = ANY(%s) AND {LIVE} GROUP BY l.acl_id"""
"""The masks on several acls: (acls, principals)."""


def mask_of(acl: str, lasting: str = "true") -> str:
    """Return a scalar subquery: the mask on the acl named by the SQL expression `acl`; one parameter, principals.

    `lasting`: a further condition on the grant `g`.
    """
    return f"""(SELECT coalesce(bit_or(g.rights), 0)::int FROM rights_lineage l
 JOIN rights_grant g ON g.acl_id = l.ancestor_id
 WHERE l.acl_id = {acl} AND g.principal_id = ANY(%s) AND {LIVE} AND {lasting})"""
