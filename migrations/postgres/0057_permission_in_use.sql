-- A permission that a role gives is not removed under it: what asks first may be overtaken by somebody who puts it into a role.
ALTER TABLE role_permission DROP CONSTRAINT role_permission_application_id_permission_fkey;
ALTER TABLE role_permission ADD CONSTRAINT role_permission_application_id_permission_fkey
    FOREIGN KEY (application_id, permission) REFERENCES permission (application_id, name);
