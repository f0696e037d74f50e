//! Whether somebody can have come from one place to another: the great circle between them over the time.

use std::time::Duration;

use super::atlas::Spot;

/// As fast as airliners fly, in kilometres an hour.
const FASTEST: f64 = 900.0;

/// Nearer places say nothing: databases are off, and mobile networks come out where they like.
const NEAR: f64 = 500.0;

/// The mean radius of the earth in kilometres.
const EARTH: f64 = 6_371.0;

/// Whether nobody gets from one place to the other in that time, however favourably the places are taken.
pub(super) fn is_impossible(from: &Spot, to: &Spot, within: Duration) -> bool {
    let apart = distance(from, to) - from.radius - to.radius;
    apart > NEAR && apart > FASTEST * within.as_secs_f64() / 3_600.0
}

/// Kilometres on the great circle (haversine formula).
fn distance(from: &Spot, to: &Spot) -> f64 {
    let (south, north) = (from.latitude.to_radians(), to.latitude.to_radians());
    let half = |one: f64, other: f64| ((other - one) / 2.0).sin().powi(2);
    let (west, east) = (from.longitude.to_radians(), to.longitude.to_radians());
    let chord = half(south, north) + south.cos() * north.cos() * half(west, east);
    2.0 * EARTH * chord.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spot(latitude: f64, longitude: f64, radius: f64) -> Spot {
        Spot {
            latitude,
            longitude,
            radius,
        }
    }

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn distances_are_those_of_the_earth() {
        let berlin = spot(52.52, 13.405, 0.0);
        for (place, kilometres) in [
            (spot(41.0082, 28.9784, 0.0), 1_735.0),
            (spot(40.7128, -74.006, 0.0), 6_385.0),
            (spot(-33.8688, 151.2093, 0.0), 16_091.0),
            (berlin, 0.0),
        ] {
            let off = (distance(&berlin, &place) - kilometres).abs();
            assert!(off < 10.0, "{place:?}: {}", distance(&berlin, &place));
        }
        // Over the line of the date it is not far, and the other side of the earth is half its round.
        assert!(distance(&spot(0.0, 179.5, 0.0), &spot(0.0, -179.5, 0.0)) < 112.0);
        assert!((distance(&spot(0.0, 0.0, 0.0), &spot(0.0, 180.0, 0.0)) - 20_015.0).abs() < 1.0);
        assert!((distance(&spot(90.0, 0.0, 0.0), &spot(-90.0, 77.0, 0.0)) - 20_015.0).abs() < 1.0);
    }

    #[test]
    fn who_is_farther_away_than_an_airliner_flies_has_not_come_from_there() {
        let (berlin, istanbul) = (spot(52.52, 13.405, 20.0), spot(41.0082, 28.9784, 20.0));
        assert!(is_impossible(&berlin, &istanbul, HOUR));
        assert!(is_impossible(&istanbul, &berlin, Duration::from_mins(110)));
        assert!(!is_impossible(&berlin, &istanbul, Duration::from_mins(115)));
        // What a database does not know well is taken favourably.
        let vague = spot(41.0082, 28.9784, 1_000.0);
        assert!(!is_impossible(&berlin, &vague, HOUR));
        // However fast, a few hundred kilometres say nothing.
        let hamburg = spot(53.5511, 9.9937, 20.0);
        assert!(!is_impossible(&berlin, &hamburg, Duration::ZERO));
        let budapest = spot(47.4979, 19.0402, 20.0);
        assert!(is_impossible(&berlin, &budapest, Duration::ZERO));
        assert!(!is_impossible(&berlin, &berlin, Duration::ZERO));
    }

    proptest! {
        #[test]
        fn a_day_is_enough_for_every_way_and_both_directions_are_one(
            one in (-90.0_f64..=90.0, -180.0_f64..=180.0), other in (-90.0_f64..=90.0, -180.0_f64..=180.0), minutes in 0_u64..1_500
        ) {
            let (one, other) = (spot(one.0, one.1, 0.0), spot(other.0, other.1, 0.0));
            let within = Duration::from_mins(minutes);
            prop_assert!(!is_impossible(&one, &other, 24 * HOUR));
            prop_assert_eq!(is_impossible(&one, &other, within), is_impossible(&other, &one, within));
        }
    }
}
