-- When a client last showed itself, to the minute.
CREATE TABLE client_use (
    client_id TEXT COLLATE "C" PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    last_used_at BIGINT NOT NULL
);

-- Rights over clients for the roles that run their organisation, as they got the other rights.
INSERT INTO role_right (role_id, house_right) SELECT id, 'clients:read' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'clients:manage' FROM role WHERE name = 'administrator';
