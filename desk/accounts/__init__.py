"""Staff: who they are, which seats they hold, and how they sign in and out."""
