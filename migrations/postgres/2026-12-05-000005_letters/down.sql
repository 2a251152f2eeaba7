DROP TABLE letter_events;
DROP TABLE letters;
DROP FUNCTION letters_stay();
