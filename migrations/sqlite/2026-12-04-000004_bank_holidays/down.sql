ALTER TABLE clinics DROP COLUMN on_bank_holidays;
