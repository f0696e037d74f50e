-- Who may do what is seen and changed by rights of its own; administrators have them, as they have all others.

INSERT INTO role_right (role_id, house_right) SELECT id, 'access:read' FROM role WHERE name = 'administrator';
INSERT INTO role_right (role_id, house_right) SELECT id, 'access:manage' FROM role WHERE name = 'administrator';
