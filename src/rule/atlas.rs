//! Where addresses are, by a database of countries or cities in the format `.mmdb` that an operator gives.

use std::net::IpAddr;
use std::path::Path;

use maxminddb::{Reader, geoip2};

use super::files::FileError;
use crate::domain::Country;

/// Where a database says nothing of how exact a place is, it is taken to be off by so many kilometres.
const INEXACT: u16 = 100;

/// A place on the earth, in degrees, off by so many kilometres at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    pub(super) radius: f64,
}

/// What is known of where an address is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Place {
    pub(super) country: Option<Country>,
    /// Databases of cities have it.
    pub(super) spot: Option<Spot>,
}

/// The database, in memory.
pub(super) struct Atlas(Reader<Vec<u8>>);

impl std::fmt::Debug for Atlas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Atlas")
    }
}

impl Atlas {
    pub(super) fn read(path: &Path) -> Result<Self, FileError> {
        let bytes = std::fs::read(path).map_err(|fault| FileError::Read(path.to_owned(), fault))?;
        let not_one = |why: String| FileError::Atlas(path.to_owned(), why);
        let reader = Reader::from_source(bytes).map_err(|fault| not_one(fault.to_string()))?;
        let kind = &reader.metadata().database_type;
        if ["Country", "City", "Enterprise"]
            .iter()
            .any(|word| kind.contains(word))
        {
            Ok(Self(reader))
        } else {
            let why = format!("it is one of the kind \"{kind}\"");
            Err(not_one(why))
        }
    }

    /// An address of which the database says nothing is in no country.
    pub(super) fn place(&self, address: IpAddr) -> Place {
        self.record(address, |record| {
            let location = &record.location;
            let spot = location.latitude.zip(location.longitude);
            let radius = f64::from(location.accuracy_radius.unwrap_or(INEXACT));
            Place {
                country: record.country.iso_code.and_then(Country::parse),
                spot: spot.map(|(latitude, longitude)| Spot {
                    latitude,
                    longitude,
                    radius,
                }),
            }
        })
        .unwrap_or_default()
    }

    /// City and country in German or else in English, as far as they are known.
    pub(super) fn name(&self, address: IpAddr, german: bool) -> Option<String> {
        let named = |names: &geoip2::Names<'_>| {
            let chosen = if german { names.german } else { None };
            chosen.or(names.english).map(str::to_owned)
        };
        let parts = self.record(address, |record| {
            let country = named(&record.country.names);
            let country = country.or_else(|| record.country.iso_code.map(str::to_owned));
            let parts = [named(&record.city.names), country];
            parts.into_iter().flatten().collect::<Vec<String>>()
        })?;
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// What the database has of an address; a record that cannot be read says nothing.
    fn record<T>(&self, address: IpAddr, take: impl FnOnce(&geoip2::City<'_>) -> T) -> Option<T> {
        let found = self.0.lookup(address.to_canonical()).ok()?;
        let record = found.decode::<geoip2::City<'_>>().ok()??;
        Some(take(&record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/rule/places")
            .join(name)
    }

    fn place(atlas: &Atlas, address: &str) -> Place {
        atlas.place(address.parse().unwrap())
    }

    #[test]
    fn a_database_tells_where_an_address_is_and_of_others_nothing() {
        let atlas = Atlas::read(&file("city.mmdb")).unwrap();
        let berlin = place(&atlas, "192.0.2.7");
        assert_eq!(berlin.country, Country::parse("DE"));
        assert!((berlin.spot.unwrap().radius - 20.0).abs() < f64::EPSILON);
        assert_eq!(place(&atlas, "::ffff:192.0.2.7"), berlin);
        assert_eq!(place(&atlas, "2001:db8::7"), berlin);
        for unknown in ["203.0.113.200", "127.0.0.1", "::1", "2001:db9::1"] {
            assert_eq!(place(&atlas, unknown), Place::default(), "{unknown}");
        }
        let name = |address: &str, german| atlas.name(address.parse().unwrap(), german);
        assert_eq!(name("198.51.100.7", true).as_deref(), Some("Istanbul, Türkei"));
        assert_eq!(name("198.51.100.7", false).as_deref(), Some("Istanbul, Türkiye"));
        assert_eq!(name("127.0.0.1", false), None);
    }

    #[test]
    fn a_database_of_countries_has_no_spots() {
        let atlas = Atlas::read(&file("country.mmdb")).unwrap();
        let istanbul = place(&atlas, "198.51.100.7");
        assert_eq!((istanbul.country, istanbul.spot), (Country::parse("TR"), None));
        let name = atlas.name("203.0.113.1".parse().unwrap(), true);
        assert_eq!(name.as_deref(), Some("USA"));
    }

    #[test]
    fn another_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| Atlas::read(path).unwrap_err().to_string();
        let networks = refused(&file("asn.mmdb"));
        assert!(
            networks.contains("asn.mmdb is no database of countries or cities")
                && networks.contains("Example-ASN"),
            "{networks}"
        );
        let whole = std::fs::read(file("city.mmdb")).unwrap();
        for content in [&whole[..whole.len() / 2], b"192.0.2.7 DE\n", b""] {
            let path = folder.path().join("x.mmdb");
            std::fs::write(&path, content).unwrap();
            assert!(refused(&path).contains("is no database"), "{}", refused(&path));
        }
        assert!(refused(&folder.path().join("none.mmdb")).contains("none.mmdb cannot be read"));
    }
}
