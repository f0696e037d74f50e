//! What applications may ask for in detail at the CX platform (RFC 9396).

use crate::access::{Ask, DetailRules, Member, MemberKind, NewDetailType, Titles};
use crate::domain::ApplicationId;

/// The type that lets a program take feedback out: which, of which region, until when.
pub(super) const FEEDBACK_EXPORT: &str = "feedback_export";

fn titles(en: &str, de: &str, tr: &str) -> Titles {
    [("en", en), ("de", de), ("tr", tr)]
        .map(|(language, text)| (language.to_owned(), text.to_owned()))
        .into()
}

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|word| (*word).to_owned()).collect()
}

/// The rules of that type.
pub(super) fn feedback_export(application: ApplicationId) -> NewDetailType {
    let member = |name: &str, titles, required, kind| Member {
        name: name.to_owned(),
        titles,
        required,
        kind,
    };
    let regions = words(&["emea", "dach", "turkiye", "americas"]);
    NewDetailType {
        name: FEEDBACK_EXPORT.to_owned(),
        application,
        rules: DetailRules {
            titles: titles(
                "Export feedback",
                "Feedback exportieren",
                "Geri bildirimi dışa aktarma",
            ),
            purposes: titles(
                "Feedback of customers leaves the platform as a file.",
                "Feedback von Kundinnen und Kunden verlässt die Plattform als Datei.",
                "Müşterilerin geri bildirimi platformdan dosya olarak çıkar.",
            ),
            permission: Some("feedback:export".to_owned()),
            ask: Ask::Always,
            members: vec![
                member(
                    "dataset",
                    titles("Data", "Daten", "Veri"),
                    true,
                    MemberKind::Choice {
                        of: words(&["comments", "scores", "all"]),
                    },
                ),
                member(
                    "region",
                    titles("Regions", "Regionen", "Bölgeler"),
                    false,
                    MemberKind::List { of: regions, most: 4 },
                ),
                member("until", titles("Until", "Bis", "Bitiş"), false, MemberKind::Date),
            ],
        },
    }
}
