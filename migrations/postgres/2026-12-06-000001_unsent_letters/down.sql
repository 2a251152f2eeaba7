SET LOCAL lock_timeout = '3s';
DROP INDEX letters_state;
