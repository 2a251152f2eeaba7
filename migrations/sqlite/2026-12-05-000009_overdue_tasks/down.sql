DROP INDEX contact_tasks_reported;
