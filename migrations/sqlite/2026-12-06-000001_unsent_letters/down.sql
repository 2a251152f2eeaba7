DROP INDEX letters_state;
