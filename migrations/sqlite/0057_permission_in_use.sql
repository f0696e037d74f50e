-- A permission that a role gives is not removed under it: what asks first may be overtaken by somebody who puts it into a role.
CREATE TABLE role_permission_anew (
    role_id TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (role_id, application_id, permission),
    FOREIGN KEY (application_id, permission) REFERENCES permission (application_id, name)
) STRICT;
INSERT INTO role_permission_anew (role_id, application_id, permission)
    SELECT role_id, application_id, permission FROM role_permission;
DROP TABLE role_permission;
ALTER TABLE role_permission_anew RENAME TO role_permission;
