//! The four kinds of value that both database engines share, and how domain types become them.

/// A value in a column; `None` is SQL's NULL, typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// Why a stored value is not what its column promises.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    #[error("the column is null")]
    Null,
    #[error("the column holds another kind of value")]
    Kind,
    #[error("the column does not hold a valid {0}")]
    Invalid(&'static str),
}

/// A type that can be stored in one column and read back equal.
pub trait Column: Sized {
    /// The value to store.
    fn to_value(&self) -> Value;

    /// The stored value read back.
    fn from_value(value: Value) -> Result<Self, ColumnError>;

    /// The kind of NULL that stands for an absent value of this type.
    #[must_use]
    fn null() -> Value {
        Value::Text(None)
    }
}

macro_rules! plain_columns {
    ($($type:ty = $variant:ident),+ $(,)?) => {$(
        impl Column for $type {
            fn to_value(&self) -> Value {
                Value::$variant(Some(self.clone()))
            }

            fn from_value(value: Value) -> Result<Self, ColumnError> {
                match value {
                    Value::$variant(inner) => inner.ok_or(ColumnError::Null),
                    _ => Err(ColumnError::Kind),
                }
            }

            fn null() -> Value {
                Value::$variant(None)
            }
        }
    )+};
}

plain_columns! { i64 = Int, bool = Bool, String = Text, Vec<u8> = Bytes }

impl<T: Column> Column for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or_else(T::null, Column::to_value)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        match value {
            Value::Int(None) | Value::Bool(None) | Value::Text(None) | Value::Bytes(None) => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn null() -> Value {
        T::null()
    }
}

impl Column for &str {
    fn to_value(&self) -> Value {
        Value::Text(Some((*self).to_owned()))
    }

    /// A borrowed text can be bound, not read.
    fn from_value(_: Value) -> Result<Self, ColumnError> {
        Err(ColumnError::Kind)
    }
}

impl Column for serde_json::Value {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.to_string()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        serde_json::from_str(&String::from_value(value)?).map_err(|_| ColumnError::Invalid("JSON text"))
    }
}
