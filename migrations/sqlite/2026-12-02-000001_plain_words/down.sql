PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''built_in''', '''shipped''')
    WHERE type = 'table' AND name = 'signpost_changes';
UPDATE sqlite_schema SET sql = replace(sql, '''requested''', '''asked''')
    WHERE type = 'table' AND name = 'contacts';
UPDATE sqlite_schema SET sql = replace(sql, '''advise_about_someone_else''', '''advise_about_another''')
    WHERE type = 'table' AND name = 'contact_triages';
UPDATE sqlite_schema SET sql = replace(sql, '''call_back''', '''ring_back''')
    WHERE type = 'table' AND name = 'contact_tasks';
UPDATE sqlite_schema SET sql = replace(replace(replace(replace(replace(replace(sql, '''created''', '''begun'''),
        '''updated''', '''completed'''),
        '''screening_started''', '''screening_begun'''),
        '''information_provided''', '''information_given'''),
        '''reconsideration_requested''', '''reconsideration_asked'''),
        '''appointment_confirmed''', '''appointment_kept''')
    WHERE type = 'table' AND name = 'funding_events';
UPDATE sqlite_schema SET sql = replace(replace(sql, '''created''', '''made'''),
        '''information_provided''', '''information_given''')
    WHERE type = 'table' AND name = 'hub_referral_events';
UPDATE sqlite_schema SET sql = replace(sql, '''forming''', '''gathering''')
    WHERE type = 'table' AND name = 'therapy_groups';
UPDATE sqlite_schema SET sql = replace(sql, '''anyone''', '''anybody''')
    WHERE type = 'table' AND name = 'group_facilitators';
UPDATE sqlite_schema SET sql = replace(sql, '''anyone''', '''anybody''')
    WHERE type = 'table' AND name = 'group_enrolments';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;

UPDATE signpost_changes SET change = 'shipped' WHERE change = 'built_in';
UPDATE contacts SET origin = 'asked' WHERE origin = 'requested';
UPDATE contact_triages SET next_step = 'advise_about_another' WHERE next_step = 'advise_about_someone_else';
UPDATE contact_tasks SET kind = 'ring_back' WHERE kind = 'call_back';
UPDATE funding_events
SET event = CASE event
    WHEN 'created' THEN 'begun'
    WHEN 'updated' THEN 'completed'
    WHEN 'screening_started' THEN 'screening_begun'
    WHEN 'information_provided' THEN 'information_given'
    WHEN 'reconsideration_requested' THEN 'reconsideration_asked'
    WHEN 'appointment_confirmed' THEN 'appointment_kept'
    ELSE event END;
UPDATE hub_referral_events
SET event = CASE event
    WHEN 'created' THEN 'made'
    WHEN 'information_provided' THEN 'information_given'
    ELSE event END;
UPDATE therapy_groups SET state = 'gathering' WHERE state = 'forming';
UPDATE group_facilitators SET meets = 'anybody' WHERE meets = 'anyone';
UPDATE group_enrolments SET meets = 'anybody' WHERE meets = 'anyone';
UPDATE contact_triages SET needs = replace(needs, '"about_someone_else"', '"about_somebody_else"') WHERE needs LIKE '%"about_someone_else"%';
UPDATE clinicians SET gender = 'not_said' WHERE gender = 'not_stated';
