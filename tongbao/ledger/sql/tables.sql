-- Why: the books of one tenant. A row of ledger_transfer is one transfer (debit, credit, asset, amount > 0), so
--      every asset sums to zero by construction; nothing here is ever changed, corrections are new rows.
-- Parameters: none; {schema} and {prefix} are filled in by the migration.
-- Plan expected: definitions only.
CREATE TABLE ledger_asset (
    id smallint PRIMARY KEY,
    code text NOT NULL UNIQUE,
    scale smallint NOT NULL CHECK (scale BETWEEN 0 AND 9)
);
--;;
INSERT INTO ledger_asset (id, code, scale) VALUES (1, 'CNY', 2), (2, 'POINT', 4);
--;;
-- Which accounts may exist, and what their balance may be. Only the migrator adds kinds.
CREATE TABLE ledger_account_kind (
    owner_kind text NOT NULL CHECK (owner_kind IN ('platform', 'member', 'merchant')),
    kind text NOT NULL,
    asset_id smallint NOT NULL REFERENCES ledger_asset (id),
    has_balance boolean NOT NULL,
    least bigint,
    most bigint,
    PRIMARY KEY (owner_kind, kind, asset_id),
    CONSTRAINT ledger_account_kind_bounds_need_a_balance CHECK (has_balance OR (least IS NULL AND most IS NULL))
);
--;;
CREATE TABLE ledger_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_kind text NOT NULL,
    owner_id bigint NOT NULL DEFAULT 0,
    kind text NOT NULL,
    detail text NOT NULL DEFAULT '',
    asset_id smallint NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT ledger_account_once UNIQUE (owner_kind, owner_id, kind, detail, asset_id),
    CONSTRAINT ledger_account_kind_known FOREIGN KEY (owner_kind, kind, asset_id)
        REFERENCES ledger_account_kind (owner_kind, kind, asset_id)
);
--;;
-- Accounts that can be spent from. Half-empty pages keep the updates of hot rows on their page.
CREATE TABLE ledger_balance (
    account_id bigint PRIMARY KEY REFERENCES ledger_account (id),
    posted bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    least bigint,
    most bigint,
    CONSTRAINT ledger_balance_held_not_negative CHECK (held >= 0),
    CONSTRAINT ledger_balance_not_below_least CHECK (least IS NULL OR posted - held >= least),
    CONSTRAINT ledger_balance_not_above_most CHECK (most IS NULL OR posted <= most)
) WITH (fillfactor = 50);
--;;
CREATE TABLE ledger_request (
    batch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    outcome text NOT NULL CHECK (outcome IN ('posted', 'refused')),
    refusal jsonb,
    hold_id bigint,
    booked_at timestamptz NOT NULL,
    CONSTRAINT ledger_request_refusal_explained CHECK ((outcome = 'refused') = (refusal IS NOT NULL))
);
--;;
-- Time and batch rise together, so a few block ranges answer "that day" at almost no cost to a posting.
CREATE INDEX ledger_request_booked_at ON ledger_request USING brin (booked_at);
--;;
CREATE TABLE ledger_transfer (
    batch bigint NOT NULL REFERENCES ledger_request (batch),
    debit bigint NOT NULL REFERENCES ledger_account (id),
    credit bigint NOT NULL REFERENCES ledger_account (id),
    amount bigint NOT NULL CHECK (amount > 0),
    position integer NOT NULL CHECK (position >= 0),
    asset_id smallint NOT NULL REFERENCES ledger_asset (id),
    kind text NOT NULL,
    subject text NOT NULL,
    PRIMARY KEY (batch, position),
    CONSTRAINT ledger_transfer_two_accounts CHECK (debit <> credit)
);
--;;
CREATE INDEX ledger_transfer_debit ON ledger_transfer (debit, batch, position);
--;;
CREATE INDEX ledger_transfer_credit ON ledger_transfer (credit, batch, position);
--;;
CREATE INDEX ledger_transfer_subject ON ledger_transfer (subject);
--;;
CREATE TABLE ledger_hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES ledger_balance (account_id),
    amount bigint NOT NULL CHECK (amount > 0),
    captured bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'captured', 'voided', 'expired')),
    purpose text NOT NULL,
    placed_at timestamptz NOT NULL,
    expires_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT ledger_hold_captured_within CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT ledger_hold_end_known CHECK ((state = 'open') = (ended_at IS NULL))
);
--;;
CREATE INDEX ledger_hold_open ON ledger_hold (account_id) WHERE state = 'open';
--;;
CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = {schema}, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the books are append-only, a correction is a new transfer',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'TB002';
END $$;
--;;
CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
--;;
CREATE TRIGGER ledger_request_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_request
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
