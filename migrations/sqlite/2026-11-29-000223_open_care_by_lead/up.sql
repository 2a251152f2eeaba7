-- Whose care these clinicians lead now: asked whenever colleagues are kept apart.
CREATE INDEX care_episodes_open_lead ON care_episodes (lead_clinician_id, practitioner_id) WHERE ended_at IS NULL;
