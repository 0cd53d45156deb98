-- Why: the next outputs that are due, oldest first, each cut to what the pool still has.
-- Parameters: now, now, how many at most, what the pool has left, now, now.
-- Plan expected: the partial index of running machines by due time, as far as the limit reaches.
-- A round takes outputs of 24 hours from the oldest on: a machine has one of them at most, so that after a long
-- downtime no machine's tenth day comes before another's second.
WITH oldest AS (
    SELECT machine.next_due_at AS at
    FROM mining_machine AS machine JOIN members_member AS member ON member.id = machine.member_id
    WHERE machine.state = 'running' AND member.status = 'active' AND machine.next_due_at <= %s
    ORDER BY machine.next_due_at, machine.id LIMIT 1
), due AS (
    SELECT machine.id, machine.member_id, machine.daily, machine.given_days, machine.next_due_at
    FROM mining_machine AS machine JOIN members_member AS member ON member.id = machine.member_id, oldest
    WHERE machine.state = 'running' AND member.status = 'active'
        AND machine.next_due_at <= %s AND machine.next_due_at < oldest.at + interval '24 hours'
    ORDER BY machine.next_due_at, machine.id
    LIMIT %s
    FOR UPDATE OF machine
), cut AS (
    SELECT id, member_id, daily, given_days,
           least(daily, greatest(0, %s - (sum(daily) OVER (ORDER BY next_due_at, id) - daily)))::bigint AS amount
    FROM due
), output AS (
    INSERT INTO mining_output (machine_id, day, amount, given_at)
    SELECT id, given_days + 1, amount, %s FROM cut
), moved AS (
    UPDATE mining_machine AS machine
    SET given_days = machine.given_days + 1,
        given = machine.given + cut.amount,
        next_due_at = machine.next_due_at + interval '24 hours',
        state = CASE WHEN machine.given_days + 1 >= machine.days THEN 'finished' ELSE machine.state END,
        ended_at = CASE WHEN machine.given_days + 1 >= machine.days THEN %s ELSE machine.ended_at END
    FROM cut WHERE machine.id = cut.id
)
SELECT member_id, sum(amount)::bigint, sum(daily)::bigint, count(*) FROM cut GROUP BY member_id ORDER BY member_id
