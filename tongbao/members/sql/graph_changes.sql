-- Why: the members that were written since somebody looked, as the graph holds them.
-- Parameters: since (nothing below it can appear any more; 0: everybody), latest (numbers beyond it are of
--      another server, which this database was brought from), own (this transaction's number).
-- Plan expected: a range of members_member_changed_by; one pass over the table when everybody is asked for.
SELECT id, coalesce(sponsor_id, 0), rank, status = 'active', changed_by = %(own)s
FROM members_member
WHERE changed_by >= %(since)s AND (%(since)s = 0 OR changed_by <= %(latest)s)
ORDER BY id
