DROP INDEX accounts_staff_email;
DROP INDEX accounts_email;
DROP INDEX accounts_address;
CREATE UNIQUE INDEX accounts_email ON accounts (email_index);
DROP TABLE message_rests;
DROP TABLE address_requests;
DROP TABLE pending_registrations;
