DROP TABLE silenced_addresses;
