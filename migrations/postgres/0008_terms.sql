-- What clients may have beyond the plain, and what people gave to them beyond scopes: JSON, read and written whole.

ALTER TABLE client ADD COLUMN settings TEXT COLLATE "C" NOT NULL DEFAULT '{}';     -- what RFC 7591 and its kin call metadata
ALTER TABLE token_family ADD COLUMN terms TEXT COLLATE "C" NOT NULL DEFAULT '{}';  -- resources, details, the key of the client
