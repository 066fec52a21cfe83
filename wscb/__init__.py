"""The project: settings, URLs and the servers' doors. It may import every app; no app imports it."""
