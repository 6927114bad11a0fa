//! Who may ask.

use super::{Http, Key, settings::Reader};
use std::fmt;

/// Who may ask.
#[derive(Debug, Clone)]
pub struct Access {
    /// Whom requests are taken from: `POCHOIR_ACCESS`, else what the addresses and keys allow.
    pub audience: Audience,
    /// The operator's token for what only they may see: `POCHOIR_ADMIN_TOKEN`.
    pub admin_token: Option<Key>,
}

/// Whom requests are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who reaches the address: the operator said so, or only play money can be spent.
    Everybody,
    /// A real key and nothing said: this machine only. A request that was forwarded, or whose host is not a loopback
    /// name, is refused.
    ThisMachine,
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Everybody => "everybody who reaches the address",
            Self::ThisMachine => "this machine only",
        })
    }
}

const MIN_TOKEN_CHARS: usize = 20;

impl Access {
    pub(super) fn read(reader: &mut Reader, http: &Http, real_key: bool) -> Self {
        let said_open = reader.parsed("POCHOIR_ACCESS", |text| match text {
            "open" => Ok(()),
            "code" => Err("invite codes are not there yet; only open is"),
            _ => Err("one of: open, code"),
        });
        let said = reader.is_said("POCHOIR_ACCESS");
        if real_key && !said && !http.is_loopback() {
            reader.refuse(
                "POCHOIR_ACCESS",
                "with a real key and an address that others can reach, everybody who finds it could spend your money. \
                 Say POCHOIR_ACCESS=open if that is meant, or listen on 127.0.0.1 without a public address",
            );
        }
        let admin_token = reader.secret("POCHOIR_ADMIN_TOKEN");
        if admin_token
            .as_ref()
            .is_some_and(|token| token.length() < MIN_TOKEN_CHARS)
        {
            reader.refuse(
                "POCHOIR_ADMIN_TOKEN",
                format!("too short: at least {MIN_TOKEN_CHARS} characters"),
            );
        }
        let audience = if said_open.is_some() || !real_key {
            Audience::Everybody
        } else {
            Audience::ThisMachine
        };
        Self { audience, admin_token }
    }
}
