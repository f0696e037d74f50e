//! Logs, metrics and health. Storey 1: calls `config`-free values and `domain` only.
