-- Why: a region has at most one agent on any day, whoever appoints and however many at once. Ranges have an index
--      of their own kind, so the code is compared as a range of one number and no extension is needed.
-- Parameters: none.
-- Plan expected: the same GiST index serves the question who the agents of an address are on a day.
ALTER TABLE members_regional_agent ADD CONSTRAINT members_regional_agent_one_at_a_time
EXCLUDE USING gist (
    int4range(region_code::integer, region_code::integer, '[]') WITH &&,
    daterange(starts_on, until_on) WITH &&
);
--;;
CREATE INDEX members_regional_agent_region ON members_regional_agent (region_code, starts_on);
