//! The grants of the token endpoint, said once.

use super::text::words;

/// All there is to say of a grant but how it is redeemed, one line each: its name here, its word on the wire, the file below
/// `oauth::token::grant` that redeems it, whose tokens come of it, and who may ask for them. Whatever goes through all grants is made
/// of these lines: the type, its words in configuration, registration and discovery, the modules, and the one choice among them.
///
/// `$with` names a macro that takes the lines.
macro_rules! grants {
    ($with:ident) => {
        $with! {
            /// RFC 6749 section 4.1.
            AuthorizationCode = "authorization_code" in authorization_code: OfPerson, Anybody;
            /// RFC 6749 section 6.
            RefreshToken = "refresh_token" in refresh_token: AsBefore, Anybody;
            /// RFC 6749 section 4.4.
            ClientCredentials = "client_credentials" in client_credentials: OfClient, Proven;
            /// RFC 8628.
            DeviceCode = "urn:ietf:params:oauth:grant-type:device_code" in device_code: OfPerson, Anybody;
            /// OpenID CIBA.
            Ciba = "urn:openid:params:grant-type:ciba" in ciba: OfPerson, Proven;
            /// RFC 8693.
            TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange" in token_exchange: AsShown, Proven;
            /// RFC 7523.
            JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer" in jwt_bearer: AsShown, Anybody;
        }
    };
}

pub(crate) use grants;

macro_rules! typed {
    ($($(#[$about:meta])* $variant:ident = $word:literal in $file:ident: $tokens:ident, $asked_by:ident;)+) => {
        words! {
            /// A grant type that a client may be allowed to use, spelled as on the wire.
            GrantType { $($(#[$about])* $variant = $word),+ }
        }

        impl GrantType {
            const fn tokens(self) -> Tokens {
                match self {
                    $(Self::$variant => Tokens::$tokens),+
                }
            }

            const fn asked_by(self) -> AskedBy {
                match self {
                    $(Self::$variant => AskedBy::$asked_by),+
                }
            }
        }
    };
}

grants!(typed);

/// Whose tokens come of a grant. Named as in the lines of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tokens {
    /// Of a person who has let the client.
    OfPerson,
    /// Of the client itself.
    OfClient,
    /// Of whoever the tokens before were.
    AsBefore,
    /// Of whoever a token says that is shown.
    AsShown,
}

/// Which clients may ask for tokens by a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AskedBy {
    Anybody,
    /// Those that authenticate.
    Proven,
}

impl GrantType {
    /// Whether tokens of a person come of it who has let the client, so that others may follow by a refresh token.
    #[must_use]
    pub fn begins_with_person(self) -> bool {
        self.tokens() == Tokens::OfPerson
    }

    /// Whether it is for clients that authenticate only.
    #[must_use]
    pub fn needs_proof(self) -> bool {
        self.asked_by() == AskedBy::Proven
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_specifications_ask_of_each_grant_stands_in_its_line() {
        let those = |is: fn(GrantType) -> bool| {
            let all = GrantType::ALL.iter().copied();
            all.filter(|one| is(*one)).collect::<Vec<_>>()
        };
        let (code, device, ciba) = (
            GrantType::AuthorizationCode,
            GrantType::DeviceCode,
            GrantType::Ciba,
        );
        assert_eq!(those(GrantType::begins_with_person), [code, device, ciba]);
        let (own, exchange) = (GrantType::ClientCredentials, GrantType::TokenExchange);
        assert_eq!(those(GrantType::needs_proof), [own, ciba, exchange]);
    }
}
