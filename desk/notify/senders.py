def from_settings(settings): return {}
