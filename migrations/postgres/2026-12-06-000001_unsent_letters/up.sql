SET LOCAL lock_timeout = '3s';

-- The agreed letters that wait to be sent, the oldest first.
CREATE INDEX letters_state ON letters (state, id);
