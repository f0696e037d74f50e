//! Distinguished names, as text (RFC 4514) and as certificates have them.

use std::collections::BTreeSet;

use x509_parser::x509::X509Name;

/// Types of attribute by their short names: those of RFC 4514 section 3, and some that certificates often have.
const TYPES: &[(&str, &str)] = &[
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("TITLE", "2.5.4.12"),
    ("BUSINESSCATEGORY", "2.5.4.15"),
    ("POSTALCODE", "2.5.4.17"),
    ("GIVENNAME", "2.5.4.42"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
    ("JURISDICTIONCOUNTRYNAME", "1.3.6.1.4.1.311.60.2.1.3"),
];

/// Sets of attributes, each its type as numbers and its value; the most specific first, as RFC 4514 writes them.
///
/// Values are compared as they are: two spellings that a directory would take for the same are two names here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::client) struct Name(Vec<BTreeSet<(String, String)>>);

impl Name {
    /// Reads a text such as `CN=robot,O=Northbeam,C=DE`; an empty one is no name.
    pub(in crate::client) fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut sets = Vec::new();
        let mut set = BTreeSet::new();
        loop {
            let (kind, after) = rest.split_once('=')?;
            let (value, end, after) = value(after)?;
            set.insert((numbers(kind.trim())?, value));
            if end != Some('+') {
                sets.push(std::mem::take(&mut set));
            }
            if end.is_none() {
                return Some(Self(sets));
            }
            rest = after;
        }
    }

    /// The name in a certificate; `None` if part of it is no text.
    pub(super) fn of(name: &X509Name<'_>) -> Option<Self> {
        let mut sets = Vec::new();
        for set in name.iter_rdn() {
            let mut attributes = BTreeSet::new();
            for attribute in set.iter() {
                let value = attribute.as_str().ok()?.to_owned();
                attributes.insert((attribute.attr_type().to_id_string(), value));
            }
            sets.push(attributes);
        }
        sets.reverse();
        Some(Self(sets)).filter(|name| !name.0.is_empty())
    }
}

/// The numbers of a type, which is a short name or numbers already.
fn numbers(kind: &str) -> Option<String> {
    let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind));
    if let Some((_, numbers)) = known {
        return Some((*numbers).to_owned());
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_dotted = kind.contains('.') && kind.split('.').all(digits);
    is_dotted.then(|| kind.to_owned())
}

/// One value with its escapes undone (RFC 4514 section 2.4), what ended it, and what comes after. White space around it
/// does not belong to it unless it is escaped.
fn value(text: &str) -> Option<(String, Option<char>, &str)> {
    let text = text.trim_start_matches(' ');
    let (mut bytes, mut kept) = (Vec::new(), 0);
    let mut rest = text.chars();
    let end = loop {
        match rest.next() {
            None => break None,
            Some(end @ (',' | ';' | '+')) => break Some(end),
            Some('\\') => {
                bytes.extend(escaped(&mut rest)?);
                kept = bytes.len();
            }
            // A value in hexadecimal, or one that had to be escaped.
            Some('#') if bytes.is_empty() => return None,
            Some('"' | '<' | '>' | '\0') => return None,
            Some(other) => {
                let mut buffer = [0; 4];
                bytes.extend_from_slice(other.encode_utf8(&mut buffer).as_bytes());
                if other != ' ' {
                    kept = bytes.len();
                }
            }
        }
    };
    bytes.truncate(kept);
    let value = String::from_utf8(bytes).ok().filter(|value| !value.is_empty())?;
    Some((
        value,
        end.map(|end| if end == ';' { ',' } else { end }),
        rest.as_str(),
    ))
}

/// What stands after a backslash: a character that means itself, or two digits of a byte.
fn escaped(rest: &mut std::str::Chars<'_>) -> Option<Vec<u8>> {
    let first = rest.next()?;
    if " \"#+,;<=>\\".contains(first) {
        return Some(vec![u8::try_from(first).ok()?]);
    }
    let (high, low) = (first.to_digit(16)?, rest.next()?.to_digit(16)?);
    Some(vec![u8::try_from(high * 16 + low).ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(sets: &[&[(&str, &str)]]) -> Name {
        let set = |attributes: &&[(&str, &str)]| {
            attributes
                .iter()
                .map(|(kind, value)| ((*kind).to_owned(), (*value).to_owned()))
                .collect()
        };
        Name(sets.iter().map(set).collect())
    }

    #[test]
    fn a_name_is_read_as_rfc_4514_writes_it() {
        // RFC 4514 section 4.
        assert_eq!(
            Name::parse("UID=jsmith,DC=example,DC=net"),
            Some(name(&[
                &[("0.9.2342.19200300.100.1.1", "jsmith")],
                &[("0.9.2342.19200300.100.1.25", "example")],
                &[("0.9.2342.19200300.100.1.25", "net")],
            ]))
        );
        assert_eq!(
            Name::parse("OU=Sales+CN=J.  Smith,DC=example"),
            Some(name(&[
                &[("2.5.4.11", "Sales"), ("2.5.4.3", "J.  Smith")],
                &[("0.9.2342.19200300.100.1.25", "example")],
            ]))
        );
        let quoted = Name::parse(r#"CN=James \"Jim\" Smith\, III"#);
        assert_eq!(quoted, Some(name(&[&[("2.5.4.3", "James \"Jim\" Smith, III")]])));
        assert_eq!(
            Name::parse(r"CN=Lu\C4\8Di\C4\87"),
            Some(name(&[&[("2.5.4.3", "Lučić")]]))
        );
        assert_eq!(
            Name::parse(r"cn = a ,o=b\ "),
            Some(name(&[&[("2.5.4.3", "a")], &[("2.5.4.10", "b ")]]))
        );
        assert_eq!(Name::parse("2.5.4.3=a=b"), Some(name(&[&[("2.5.4.3", "a=b")]])));
        assert_ne!(Name::parse("CN=a,O=b"), Name::parse("O=b,CN=a"));
        assert_ne!(Name::parse("CN=a"), Name::parse("CN=A"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "x",
            "CN",
            "CN=",
            "=a",
            "XX=a",
            "CN=a,",
            "CN=a,,O=b",
            "CN=#04",
            "CN=\"a\"",
            r"CN=\",
            r"CN=\zz",
            r"CN=\F",
            r"CN=\FF",
            "1..2=a",
            "1=a",
        ] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }
}
