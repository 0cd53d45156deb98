-- Amounts are whole fen. Columns in _ms are milliseconds since 1970: *_real_ms by the machine's clock, the
-- others by the merchant's. What must never happen is a constraint here, whatever the program above it does.

CREATE TABLE IF NOT EXISTS secret (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS merchant (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) >= 16),
    hosts TEXT NOT NULL,
    notify_url TEXT NOT NULL,
    clock_offset_seconds INTEGER NOT NULL,
    slow_payment_ms INTEGER NOT NULL,
    refund_delay_ms INTEGER NOT NULL,
    transfer_delay_ms INTEGER NOT NULL,
    mischief TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchant (id),
    number TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL UNIQUE,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    -- What was promised back: refunds under way and done. Failed ones are given back.
    refunded_fen INTEGER NOT NULL DEFAULT 0 CHECK (refunded_fen BETWEEN 0 AND amount_fen),
    subject TEXT NOT NULL,
    notify_url TEXT NOT NULL,
    return_url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'processing', 'succeeded', 'failed', 'closed')),
    mischief TEXT,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    finish_real_ms INTEGER,
    finished_ms INTEGER,
    UNIQUE (merchant_id, number),
    CHECK ((state = 'processing') = (finish_real_ms IS NOT NULL)),
    CHECK ((state IN ('succeeded', 'failed', 'closed')) = (finished_ms IS NOT NULL)),
    CHECK (refunded_fen = 0 OR state = 'succeeded')
) STRICT;

-- Money that goes out: refunds have a payment, transfers a recipient.
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchant (id),
    kind TEXT NOT NULL CHECK (kind IN ('refund', 'transfer')),
    number TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    payment_id INTEGER REFERENCES payment (id),
    recipient TEXT,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    notify_url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('processing', 'succeeded', 'failed')),
    finish_as TEXT NOT NULL CHECK (finish_as IN ('succeeded', 'failed')),
    finish_real_ms INTEGER,
    created_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    UNIQUE (merchant_id, kind, number),
    CHECK ((kind = 'refund') = (payment_id IS NOT NULL)),
    CHECK ((kind = 'transfer') = (recipient IS NOT NULL)),
    CHECK ((state = 'processing') = (finish_real_ms IS NOT NULL)),
    CHECK ((state = 'processing') = (finished_ms IS NULL))
) STRICT;

-- A notification, and each copy of it that is to be delivered.
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchant (id),
    payment_id INTEGER REFERENCES payment (id),
    event TEXT NOT NULL,
    number TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    created_real_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES message (id),
    merchant_id TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('original', 'copy', 'forged', 'replay')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    due_real_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    drops_left INTEGER NOT NULL DEFAULT 0,
    -- Waits until a refund notice of this payment has been delivered (out of order), or until it is due.
    waits_for_refund_of INTEGER,
    replay_when_done INTEGER NOT NULL DEFAULT 0,
    signed_seconds_ago INTEGER NOT NULL DEFAULT 0,
    -- Headers and body to send exactly as they are, for forged and replayed ones.
    exact_headers TEXT,
    exact_body TEXT,
    last_headers TEXT,
    last_status INTEGER,
    last_error TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL REFERENCES delivery (id),
    at_real_ms INTEGER NOT NULL,
    status INTEGER,
    error TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS used_nonce (
    merchant_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    at_real_ms INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, nonce)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS payment_under_way ON payment (finish_real_ms) WHERE finish_real_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS payment_by_day ON payment (merchant_id, finished_ms) WHERE state = 'succeeded';
CREATE INDEX IF NOT EXISTS outgoing_under_way ON outgoing (finish_real_ms) WHERE finish_real_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS outgoing_by_day ON outgoing (merchant_id, finished_ms) WHERE state = 'succeeded';
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_real_ms) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS delivery_held ON delivery (waits_for_refund_of) WHERE waits_for_refund_of IS NOT NULL;
CREATE INDEX IF NOT EXISTS delivery_of_message ON delivery (message_id);
CREATE INDEX IF NOT EXISTS message_of_number ON message (merchant_id, number);
CREATE INDEX IF NOT EXISTS attempt_of_delivery ON attempt (delivery_id);
CREATE INDEX IF NOT EXISTS nonce_by_age ON used_nonce (at_real_ms);
