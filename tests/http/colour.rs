//! The colours of the house are told apart by everybody (WCAG 2.2, criteria 1.4.3 and 1.4.11), by day and by night.

use std::collections::BTreeMap;

use regex_lite::Regex;

/// A token's colour by day and by night.
type Colours = BTreeMap<String, [[u8; 3]; 2]>;

fn tokens() -> Colours {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/static/css/doorward.css");
    let sheet = std::fs::read_to_string(path).unwrap();
    let token = Regex::new(r"--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);").unwrap();
    token
        .captures_iter(&sheet)
        .map(|found| (found[1].to_owned(), [colour(&found[2]), colour(&found[3])]))
        .collect()
}

fn colour(hex: &str) -> [u8; 3] {
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
    bytes.try_into().unwrap()
}

/// Relative luminance, as WCAG defines it.
fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_and_edges_stand_out_from_what_they_lie_on() {
    let tokens = tokens();
    let pairs: [(&str, &[&str], f64); 9] = [
        ("ink", &["paper", "glow", "surface", "sunken"], 4.5),
        ("ink-soft", &["paper", "glow", "surface", "sunken"], 4.5),
        ("brand", &["paper", "surface", "sunken"], 4.5),
        ("on-brand", &["brand", "brand-strong"], 4.5),
        ("error", &["surface", "error-ground"], 4.5),
        ("success", &["surface", "success-ground"], 4.5),
        ("info", &["surface", "info-ground"], 4.5),
        ("edge", &["surface", "sunken"], 3.0),
        ("focus", &["paper", "surface", "sunken"], 3.0),
    ];
    for (front, grounds, least) in pairs {
        for ground in grounds {
            for (front_colour, ground_colour) in tokens[front].into_iter().zip(tokens[*ground]) {
                let found = contrast(front_colour, ground_colour);
                assert!(found >= least, "{front} on {ground}: {found:.2}");
            }
        }
    }
}
