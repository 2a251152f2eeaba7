SET LOCAL lock_timeout = '3s';
DROP INDEX contact_tasks_reported;
