"""Reports: what they hold and how each is written, apart from who asks for one."""
