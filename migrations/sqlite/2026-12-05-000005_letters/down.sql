DROP TABLE letter_events;
DROP TABLE letters;
