-- Addresses to which nothing is ever sent: those of people who have died. Only a keyed index of each address is kept.
CREATE TABLE silenced_addresses (
    account_id uuid NOT NULL REFERENCES accounts (id),
    address_index TEXT NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (account_id, address_index)
);
CREATE INDEX silenced_addresses_address ON silenced_addresses (address_index);
