"""Documents in SQLite: the store, its write cache, its schema, scheduled jobs and snapshots."""
