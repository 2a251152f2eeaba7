DROP INDEX care_episodes_open_lead;
