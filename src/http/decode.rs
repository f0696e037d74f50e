//! Reading `application/x-www-form-urlencoded` strictly: what is broken is refused, never repaired.

use super::FormError;
use super::form::REPEATABLE;

/// No page or protocol of ours has more; a bound keeps the search for repeated names cheap.
const MOST_PARAMETERS: usize = 100;

/// The pairs of a form or query, in their order; each name at most once (RFC 6749 section 3.1), but for those that may be
/// repeated.
pub(super) fn pairs(encoded: &[u8]) -> Result<Vec<(String, String)>, FormError> {
    let pairs = all_pairs(encoded)?;
    if repeated(&pairs).next().is_some() {
        return Err(FormError::Repeated);
    }
    Ok(pairs)
}

/// The names that stand more than once among pairs and may not.
fn repeated(pairs: &[(String, String)]) -> impl Iterator<Item = &str> {
    let names = pairs.iter().map(|(name, _)| name.as_str()).enumerate();
    names
        .filter(|(at, name)| {
            let before = pairs.iter().take(*at);
            !REPEATABLE.contains(name) && before.into_iter().any(|(known, _)| known == name)
        })
        .map(|(_, name)| name)
}

/// The same for whoever tells its caller of repeated names in a way of its own.
pub(super) fn all_pairs(encoded: &[u8]) -> Result<Vec<(String, String)>, FormError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in encoded
        .split(|byte| *byte == b'&')
        .filter(|piece| !piece.is_empty())
    {
        let mut halves = piece.splitn(2, |byte| *byte == b'=');
        let name = text(halves.next().unwrap_or_default())?;
        let value = text(halves.next().unwrap_or_default())?;
        if pairs.len() == MOST_PARAMETERS {
            return Err(FormError::TooMany);
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

fn text(encoded: &[u8]) -> Result<String, FormError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter().copied();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'+' => b' ',
            b'%' => hex(rest.next())? << 4 | hex(rest.next())?,
            other => other,
        };
        if byte == 0 {
            return Err(FormError::Nul);
        }
        bytes.push(byte);
    }
    String::from_utf8(bytes).map_err(|_| FormError::Malformed)
}

fn hex(digit: Option<u8>) -> Result<u8, FormError> {
    match digit {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
        Some(digit @ b'A'..=b'F') => Ok(digit - b'A' + 10),
        _ => Err(FormError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(encoded: &str) -> Result<Vec<(String, String)>, FormError> {
        pairs(encoded.as_bytes())
    }

    #[test]
    fn values_are_read_as_a_browser_writes_them() {
        let expected = [("a", "1 +"), ("b", "ü"), ("c", ""), ("d", "x=y"), ("", "z")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read("a=1+%2B&b=%C3%bC&c&d=x=y&=z&&"), Ok(expected.to_vec()));
    }

    #[test]
    fn a_name_given_twice_is_refused_even_in_another_spelling_or_without_value() {
        assert_eq!(read("a=1&b=2&a=1"), Err(FormError::Repeated));
        assert_eq!(read("a=1&%61=1"), Err(FormError::Repeated));
        assert_eq!(read("a&a"), Err(FormError::Repeated));
    }

    #[test]
    fn what_its_specification_lets_be_repeated_is_read_in_order() {
        let read = read("resource=a&x=1&resource=b&audience=c&audience=").unwrap();
        let values: Vec<&str> = read.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["a", "1", "b", "c", ""]);
    }

    #[test]
    fn broken_encodings_and_nul_are_refused() {
        for broken in [
            "a=%",
            "a=%4",
            "a=%4g",
            "a=%+1",
            "a=%ff",
            "a=%c3",
            "a=%ed%a0%80",
            "%zz=1",
        ] {
            assert_eq!(read(broken), Err(FormError::Malformed), "{broken:?}");
        }
        assert_eq!(pairs(b"a=\xff"), Err(FormError::Malformed));
        assert_eq!(read("a=%00"), Err(FormError::Nul));
        assert_eq!(read("a%00=1"), Err(FormError::Nul));
        assert_eq!(pairs(b"a=\0"), Err(FormError::Nul));
    }

    #[test]
    fn a_flood_of_parameters_is_refused() {
        let flood = |many: usize| (0..many).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        assert_eq!(read(&flood(100)).map(|pairs| pairs.len()), Ok(100));
        assert_eq!(read(&flood(101)), Err(FormError::TooMany));
    }

    proptest! {
        #[test]
        fn what_is_written_by_the_rules_is_read_back(
            fields in proptest::collection::btree_map("[^\0]{1,8}", "[^\0]{0,20}", 0..8)
        ) {
            let written: String = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&fields)
                .finish();
            let fields: Vec<_> = fields.into_iter().collect();
            prop_assert_eq!(read(&written), Ok(fields));
        }

        #[test]
        fn nothing_that_is_sent_makes_it_fail_otherwise_than_by_an_error(bytes: Vec<u8>) {
            if let Ok(pairs) = pairs(&bytes) {
                prop_assert!(pairs.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0')));
            }
        }
    }
}
