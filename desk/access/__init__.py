"""Who may do what: permissions, roles, whoever is acting, and the doors of the house."""
