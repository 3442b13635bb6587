-- A city: 5,000 people with a folder of their own, 200 groups with a space each, 120,000 folders, 880,000 files, about
-- 45,000 circles and 95,000 grants. Placeholders: the group Everyone (everyone), a first free number per table.
CREATE TEMP TABLE t ON COMMIT DROP AS SELECT i AS id,
  CASE WHEN i <= 5200 THEN NULL WHEN i <= 120000 THEN 1 + floor(random() * (i - 1))::int
   ELSE 1 + floor(random() * 120000)::int END AS parent_id,
  i <= 5200 OR (i <= 120000 AND random() < 0.26) OR (i > 120000 AND random() < 0.012) AS own
 FROM generate_series(1, %(nodes)s) i;
CREATE INDEX ON t (parent_id);
CREATE TEMP TABLE placed ON COMMIT DROP AS WITH RECURSIVE r AS (
  SELECT id, parent_id, id AS root, id AS circle, ARRAY[id] AS lineage, NULL::int AS above FROM t WHERE parent_id IS NULL
  UNION ALL SELECT t.id, t.parent_id, r.root, CASE WHEN t.own THEN t.id ELSE r.circle END,
   CASE WHEN t.own THEN r.lineage || t.id ELSE r.lineage END, CASE WHEN t.own THEN r.circle ELSE r.above END
   FROM t JOIN r ON t.parent_id = r.id) SELECT * FROM r;

INSERT INTO rights_acl (id, kind, object_id, parent_id, created_at)
 SELECT %(base)s + id, CASE WHEN parent_id IS NULL THEN 'space' ELSE 'node' END, %(base)s + id,
  CASE WHEN parent_id IS NULL THEN NULL ELSE %(base)s + above END, now() FROM placed WHERE circle = id;
INSERT INTO rights_lineage (acl_id, ancestor_id)
 SELECT %(base)s + id, %(base)s + unnest(lineage) FROM placed WHERE circle = id;

INSERT INTO accounts_user (id, username, display_name, rank, password, language, time_zone, theme, density, lists, portrait,
  single_keys, hue, is_active, is_superuser, epoch, created_at)
 SELECT %(base)s + i, 'p' || i, 'Person ' || i, 'member', '!', '', '', 'auto', 'normal', 'rows', '', true,
  'azur', true, false, 1, now() FROM generate_series(1, 5000) i;
INSERT INTO groups_group (id, name, hue, everyone, created_at)
 SELECT %(base)s + i, 'Group ' || i, 'azur', false, now() FROM generate_series(5001, 5200) i;
INSERT INTO rights_principal (id, user_id, group_id)
 SELECT %(base)s + i, CASE WHEN i <= 5000 THEN %(base)s + i END, CASE WHEN i > 5000 THEN %(base)s + i END
 FROM generate_series(1, 5200) i;
INSERT INTO groups_membership (user_id, group_id, is_manager, created_at)
 SELECT DISTINCT u, g, false, now() FROM (
  SELECT %(base)s + u AS u, %(base)s + 5001 + floor(random() * 200)::int AS g
   FROM generate_series(1, 5000) u, generate_series(1, 8)
  UNION ALL SELECT %(base)s + 1, %(base)s + 5000 + g FROM generate_series(1, 60) g) m;

INSERT INTO spaces_space (id, kind, slug, name, owner_id, acl_id, hue, description, used, seq, created_at)
 SELECT %(base)s + i, CASE WHEN i <= 5000 THEN 'personal' ELSE 'team' END, 'city-' || i, 'Space ' || i,
  CASE WHEN i <= 5000 THEN %(base)s + i END, %(base)s + i, 'azur', '', 0, 0, now() FROM generate_series(1, 5200) i;
INSERT INTO files_blob (id, sha256, size, key, sha1, created_at)
 VALUES (%(base)s, decode(repeat('00', 32), 'hex'), 0, 'city', '', now());
INSERT INTO files_node (id, space_id, parent_id, name, sort, kind, acl_id, blob_id, size, mtime, etag, change_seq, created_at)
 SELECT %(base)s + id, %(base)s + root, %(base)s + parent_id, CASE WHEN parent_id IS NULL THEN '' ELSE 'n' || id END,
  CASE WHEN parent_id IS NULL THEN '' ELSE 'n' || lpad(id::text, 8, '0') END, CASE WHEN id <= 120000 THEN 1 ELSE 2 END,
  %(base)s + circle, CASE WHEN id > 120000 THEN %(base)s END, 0, 1700000000 + floor(random() * 80000000)::int,
  md5(id::text), 0, now() FROM placed;

INSERT INTO rights_grant (acl_id, principal_id, rights, note, expires_at, created_at)
 SELECT %(base)s + id, %(base)s + id, 255, '', NULL, now() FROM generate_series(1, 5200) id;
INSERT INTO rights_grant (acl_id, principal_id, rights, note, expires_at, created_at)
 SELECT acl_id, principal_id, bit_or(rights), '', max(expires_at), now() FROM (
  SELECT %(base)s + p.id AS acl_id, %(base)s + CASE WHEN random() < 0.75 THEN 1 + floor(random() * 5000)::int
    ELSE 5001 + floor(random() * 200)::int END AS principal_id,
   (ARRAY[1, 1, 37, 47, 4])[1 + floor(random() * 5)::int]::int AS rights,
   CASE WHEN random() < 0.05 THEN now() - interval '1 day' END AS expires_at
  FROM placed p, generate_series(1, 3) WHERE p.circle = p.id AND p.id > 5200 AND random() < 0.75
  UNION ALL SELECT %(base)s + id, %(base)s + 1, 1, NULL FROM (SELECT id FROM placed WHERE circle = id AND id > 5200
   ORDER BY random() LIMIT 3000) picked) g GROUP BY acl_id, principal_id ON CONFLICT DO NOTHING;
