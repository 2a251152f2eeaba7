-- Whether a clinic is held on bank holidays too. Clinics that were made before are not.
SET LOCAL lock_timeout = '3s';
ALTER TABLE clinics ADD COLUMN on_bank_holidays boolean NOT NULL DEFAULT false;
