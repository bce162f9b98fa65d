"""Keeping bytes under a random key: in a folder of this machine, or in a bucket that speaks S3."""
