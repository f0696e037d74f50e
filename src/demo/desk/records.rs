//! The desk's own data: feedback of customers, with the attributes on which access depends.

/// One piece of feedback.
#[derive(Debug, Clone, serde::Serialize)]
pub(super) struct Record {
    pub(super) id: &'static str,
    pub(super) organisation: &'static str,
    pub(super) region: &'static str,
    pub(super) department: &'static str,
    pub(super) product_line: &'static str,
    pub(super) customer: &'static str,
    pub(super) score: u8,
    pub(super) comment: &'static str,
}

impl Record {
    /// The one of this name.
    pub(super) fn of(id: &str) -> Option<&'static Self> {
        RECORDS.iter().find(|record| record.id == id)
    }
}

macro_rules! records {
    ($($id:literal $organisation:literal $region:literal $department:literal $line:literal $customer:literal $score:literal $comment:literal)+) => {
        &[$(Record {
            id: $id, organisation: $organisation, region: $region, department: $department,
            product_line: $line, customer: $customer, score: $score, comment: $comment,
        }),+]
    };
}

/// All feedback of all organisations.
pub(super) const RECORDS: &[Record] = records! {
    "f-101" "northbeam" "turkiye"  "support" "cards"   "Ada Market"       9 "The new card arrived in two days. Wonderful."
    "f-102" "northbeam" "turkiye"  "support" "loans"   "Deniz Tekstil"    3 "Nobody could tell me why my loan was refused."
    "f-103" "northbeam" "dach"     "support" "cards"   "Alpenblick GmbH"  7 "Works well, but the invoice came in English."
    "f-104" "northbeam" "dach"     "support" "savings" "Lindenhof AG"    10 "Opening a savings account took five minutes."
    "f-105" "northbeam" "emea"     "support" "loans"   "Nordic Freight"   5 "The form asks for the same numbers twice."
    "f-201" "northbeam" "americas" "support" "cards"   "Prairie Foods"    4 "My card was blocked on a business trip."
    "f-202" "northbeam" "americas" "support" "savings" "Blue Ridge Co-op" 8 "Friendly staff, clear answers."
    "f-203" "northbeam" "americas" "support" "loans"   "Andes Export"     6 "Good rate, slow paperwork."
    "s-301" "southgate" "emea"     "support" "cards"   "Harbour Tools"    8 "Simple and quick."
    "s-302" "southgate" "americas" "support" "savings" "Canyon Outdoors"  2 "The app signs me out every minute."
};
