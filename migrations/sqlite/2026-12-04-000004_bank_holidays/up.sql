-- Whether a clinic is held on bank holidays too. Clinics that were made before are not.
ALTER TABLE clinics ADD COLUMN on_bank_holidays BOOLEAN NOT NULL DEFAULT FALSE;
