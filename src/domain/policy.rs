//! Words of policies, and of the attributes that they read.

use super::text::words;

words! {
    /// How far a version of a policy has come.
    PolicyState {
        /// It may be changed; it decides nothing.
        Draft = "draft",
        /// All its test cases came out as they should; a change makes it a draft again.
        Tested = "tested",
        /// It decides. One version of a policy at most.
        Active = "active",
        /// It decided for a while, or was given up. It never comes back: what follows is a new version.
        Retired = "retired",
    }
}

words! {
    /// What was done with a version of a policy.
    PolicyStep {
        Drafted = "drafted",
        Changed = "changed",
        Tested = "tested",
        Activated = "activated",
        Retired = "retired",
    }
}

words! {
    /// What the value of an attribute is.
    AttributeKind {
        Text = "text",
        /// A whole number.
        Number = "number",
        /// True or false.
        Truth = "truth",
        /// One text of a list.
        Choice = "choice",
        /// A list of texts.
        Texts = "texts",
    }
}

words! {
    /// Who has the say about an attribute: what another one says of it is not taken over.
    AttributeSource {
        Administrator = "administrator",
        Directory = "directory",
        Scim = "scim",
        /// Another identity provider by which people sign in.
        Upstream = "upstream",
        /// People themselves.
        OneSelf = "self",
    }
}

words! {
    /// Who may see the value of an attribute of a person.
    AttributeSight {
        /// People see their own, administrators everybody's.
        Own = "self",
        Administrators = "administrators",
    }
}
