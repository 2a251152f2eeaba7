SET LOCAL lock_timeout = '3s';

-- Overdue tasks that no one has taken are reported again: those of a kind, the ones that were reported longest ago first.
CREATE INDEX contact_tasks_reported ON contact_tasks (kind, state, reminded_at, id);
