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

    /// An `INSERT` of one row of so many columns, made into one of several rows; parameters go on counting. The text is
    /// kept for the life of the process: call it once for each size, from a static.
    #[must_use]
    pub fn with_rows(self, columns: usize, rows: usize) -> Self {
        let more = |text: &'static str| {
            let mut text = text.to_owned();
            for row in 1..rows {
                let first = row * columns + 1;
                let parameters: Vec<String> = (first..first + columns)
                    .map(|number| format!("${number}"))
                    .collect();
                text.push_str(", (");
                text.push_str(&parameters.join(", "));
                text.push(')');
            }
            &*text.leak()
        };
        Self {
            sqlite: more(self.sqlite),
            postgres: more(self.postgres),
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
        let one = Sql::new("VALUES ($1, $2)");
        let three = "VALUES ($1, $2), ($3, $4), ($5, $6)";
        assert_eq!(one.with_rows(2, 3).text(Engine::Postgres), three);
        assert_eq!(one.with_rows(2, 1).text(Engine::Sqlite), one.text(Engine::Sqlite));
    }
}
