-- Why: who the agents of many regions are, each on its day, in one round trip.
-- Parameters: regions, days: arrays side by side.
-- Plan expected: for each pair a look into members_regional_agent_region; members by their key.
SELECT asked.region_code, asked.on_day, agent.member_id, member.status
FROM unnest(%(regions)s::text[], %(days)s::date[]) AS asked (region_code, on_day)
JOIN members_regional_agent AS agent ON agent.region_code = asked.region_code
    AND agent.starts_on <= asked.on_day AND (agent.until_on IS NULL OR agent.until_on > asked.on_day)
JOIN members_member AS member ON member.id = agent.member_id
