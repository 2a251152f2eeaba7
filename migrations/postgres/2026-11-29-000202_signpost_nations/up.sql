-- In which of the nations a service works: some are there in England alone. An empty list sets no condition.
ALTER TABLE signposts ADD COLUMN nations TEXT NOT NULL DEFAULT '[]';
UPDATE signposts SET nations = '["england"]'
WHERE id IN ('frontline_text', 'staff_support_line', 'bereavement_line', 'liberate_app', 'wellbeing_apps', 'staff_wellbeing_offers', 'check_my_wellbeing', 'nhs_talking_therapies', 'local_hub', 'hub_north_east_north_cumbria', 'local_commissioner', 'calmer_text');
UPDATE signposts SET nations = '["england","wales"]', area = 'England and Wales' WHERE id = 'nhs_111_mental_health';
UPDATE signposts SET nations = '["england","isle_of_man","guernsey","jersey"]' WHERE id = 'practitioner_health';
UPDATE signposts SET nations = '["england","wales","scotland"]' WHERE id = 'local_mental_health_services';
