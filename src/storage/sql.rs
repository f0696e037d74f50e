//! Statements as static text.

use super::Engine;

/// One statement, the same text for both engines or, where that cannot be, one for each.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Sql {
    /// A statement that both engines understand; parameters are `$1`, `$2`, ….
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            sqlite: text,
            postgres: text,
        }
    }

    /// A statement that needs two texts. Say why where it is used.
    #[must_use]
    pub const fn pair(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }

    /// An `INSERT` of one row of so many columns, made into one of several rows. SQLite gets parameters without numbers, which
    /// are bound without looking for their names. The text is kept for the life of the process ([`super::Rows`]).
    pub(super) fn with_rows(self, columns: usize, rows: usize) -> Self {
        self.with_rows_after(0, columns, rows)
    }

    /// The same where so many parameters come before.
    fn with_rows_after(self, before: usize, columns: usize, rows: usize) -> Self {
        let rows_of = |text: &'static str, parameter: &dyn Fn(usize) -> String| {
            let (head, _) = text.split_once(" VALUES ").unwrap_or((text, ""));
            let row = |row: usize| {
                let parameters: Vec<String> = (1..=columns)
                    .map(|number| parameter(before + row * columns + number))
                    .collect();
                format!("({})", parameters.join(", "))
            };
            let rows: Vec<String> = (0..rows).map(row).collect();
            &*format!("{head} VALUES {}", rows.join(", ")).leak()
        };
        Self {
            sqlite: rows_of(self.sqlite, &|_| "?".to_owned()),
            postgres: rows_of(self.postgres, &|number| format!("${number}")),
        }
    }

    /// This `INSERT` of so many values, made by [`Sql::with_rows`], and after it one of one row of so many columns: on PostgreSQL on one way
    /// to the engine. On SQLite there is no way to be saved, and it stays as it is.
    pub(super) fn followed_by(self, values: usize, next: Self, columns: usize) -> Self {
        let next = next.with_rows_after(values, columns, 1);
        Self {
            sqlite: self.sqlite,
            postgres: format!("WITH before AS ({}) {}", self.postgres, next.postgres).leak(),
        }
    }

    /// The text for one engine.
    #[must_use]
    pub const fn text(self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_of_several_rows_counts_its_parameters_on() {
        let one = Sql::new("INSERT INTO t (a, b) VALUES ($1, $2)");
        let three = one.with_rows(2, 3);
        assert_eq!(
            three.text(Engine::Postgres),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, $6)"
        );
        assert_eq!(
            three.text(Engine::Sqlite),
            "INSERT INTO t (a, b) VALUES (?, ?), (?, ?), (?, ?)"
        );
    }

    #[test]
    fn what_follows_an_insert_goes_with_it_to_postgresql() {
        let rows = Sql::new("INSERT INTO t (a, b) VALUES ($1, $2)").with_rows(2, 2);
        let both = rows.followed_by(4, Sql::new("INSERT INTO u (c) VALUES ($1)"), 1);
        assert_eq!(
            both.text(Engine::Postgres),
            "WITH before AS (INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)) INSERT INTO u (c) VALUES ($5)"
        );
        assert_eq!(
            both.text(Engine::Sqlite),
            "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)"
        );
    }
}
