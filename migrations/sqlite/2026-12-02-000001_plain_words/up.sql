-- Stored values get the names that the public contract gives them now.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''shipped''', '''built_in''')
    WHERE type = 'table' AND name = 'signpost_changes';
UPDATE sqlite_schema SET sql = replace(sql, '''asked''', '''requested''')
    WHERE type = 'table' AND name = 'contacts';
UPDATE sqlite_schema SET sql = replace(sql, '''advise_about_another''', '''advise_about_someone_else''')
    WHERE type = 'table' AND name = 'contact_triages';
UPDATE sqlite_schema SET sql = replace(sql, '''ring_back''', '''call_back''')
    WHERE type = 'table' AND name = 'contact_tasks';
UPDATE sqlite_schema SET sql = replace(replace(replace(replace(replace(replace(sql, '''begun''', '''created'''),
        '''completed''', '''updated'''),
        '''screening_begun''', '''screening_started'''),
        '''information_given''', '''information_provided'''),
        '''reconsideration_asked''', '''reconsideration_requested'''),
        '''appointment_kept''', '''appointment_confirmed''')
    WHERE type = 'table' AND name = 'funding_events';
UPDATE sqlite_schema SET sql = replace(replace(sql, '''made''', '''created'''),
        '''information_given''', '''information_provided''')
    WHERE type = 'table' AND name = 'hub_referral_events';
UPDATE sqlite_schema SET sql = replace(sql, '''gathering''', '''forming''')
    WHERE type = 'table' AND name = 'therapy_groups';
UPDATE sqlite_schema SET sql = replace(sql, '''anybody''', '''anyone''')
    WHERE type = 'table' AND name = 'group_facilitators';
UPDATE sqlite_schema SET sql = replace(sql, '''anybody''', '''anyone''')
    WHERE type = 'table' AND name = 'group_enrolments';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;

UPDATE signpost_changes SET change = 'built_in' WHERE change = 'shipped';
UPDATE contacts SET origin = 'requested' WHERE origin = 'asked';
UPDATE contact_triages SET next_step = 'advise_about_someone_else' WHERE next_step = 'advise_about_another';
UPDATE contact_tasks SET kind = 'call_back' WHERE kind = 'ring_back';
UPDATE funding_events
SET event = CASE event
    WHEN 'begun' THEN 'created'
    WHEN 'completed' THEN 'updated'
    WHEN 'screening_begun' THEN 'screening_started'
    WHEN 'information_given' THEN 'information_provided'
    WHEN 'reconsideration_asked' THEN 'reconsideration_requested'
    WHEN 'appointment_kept' THEN 'appointment_confirmed'
    ELSE event END;
UPDATE hub_referral_events
SET event = CASE event
    WHEN 'made' THEN 'created'
    WHEN 'information_given' THEN 'information_provided'
    ELSE event END;
UPDATE therapy_groups SET state = 'forming' WHERE state = 'gathering';
UPDATE group_facilitators SET meets = 'anyone' WHERE meets = 'anybody';
UPDATE group_enrolments SET meets = 'anyone' WHERE meets = 'anybody';
UPDATE contact_triages SET needs = replace(needs, '"about_somebody_else"', '"about_someone_else"') WHERE needs LIKE '%"about_somebody_else"%';
UPDATE clinicians SET gender = 'not_stated' WHERE gender = 'not_said';
