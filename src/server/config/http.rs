//! Where the server listens and under which address people know it.

use super::settings::Reader;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where the server listens and under which address people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// The address to listen on: `POCHOIR_ADDR`.
    pub addr: SocketAddr,
    /// The address people use, when it is not the first one: `POCHOIR_PUBLIC_URL`.
    pub public_url: Option<PublicUrl>,
}

/// The address people use. Only scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    fn read(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "an address like https://pictures.example.org was expected")?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("the address must begin with http:// or https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the address must not hold a name or a password");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("the address must end after the host: serving below a path is not supported");
        }
        Ok(Self(url))
    }

    /// Scheme, host and port, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether it is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Its host as the `Host` header writes it, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether it leads to this machine only.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(self.host())
    }
}

/// Whether a host, as the `Host` header writes it without the port, is this machine.
#[must_use]
pub(super) fn is_loopback_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || as_ip(&host).is_some_and(|ip| ip.is_loopback())
}

/// A host that is an address rather than a name; IPv6 stands in brackets.
fn as_ip(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

impl Http {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let addr = reader.parsed("POCHOIR_ADDR", |text| {
            text.parse::<SocketAddr>()
                .map_err(|_| "an IP address with a port was expected, like 127.0.0.1:3000")
        });
        let public_url = reader.parsed("POCHOIR_PUBLIC_URL", PublicUrl::read);
        Self {
            addr: addr.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 3000))),
            public_url,
        }
    }

    /// Whether only this machine can reach it: the address and the public URL are both loopback.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.addr.ip().is_loopback() && self.public_url.as_ref().is_none_or(PublicUrl::is_loopback)
    }

    /// The hosts it answers to, in lower case, without ports. See [`Http::allows_host`].
    #[must_use]
    pub fn allowed_hosts(&self) -> Vec<String> {
        let written = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let mut hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()];
        if !self.addr.ip().is_unspecified() {
            hosts.push(written(self.addr.ip()));
        }
        if let Some(url) = &self.public_url {
            hosts.push(url.host().to_ascii_lowercase());
        }
        hosts.dedup();
        hosts
    }

    /// Whether a `Host` header (with or without a port) is one of ours. A foreign *name* may be a name that somebody
    /// pointed at this machine (DNS rebinding). A bare IP address cannot be: it is taken where we listen on all of them.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        let bare = match host.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let bare = bare.trim_end_matches('.').to_ascii_lowercase();
        is_loopback_host(&bare)
            || self.allowed_hosts().contains(&bare)
            || (self.addr.ip().is_unspecified() && as_ip(&bare).is_some())
    }

    /// Whether cookies are `Secure`: the public URL is https.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    /// The name of the session cookie. The `__Host-` prefix binds it to https and this very host.
    #[must_use]
    pub fn cookie_name(&self) -> &'static str {
        if self.secure_cookies() {
            "__Host-pochoir"
        } else {
            "pochoir"
        }
    }

    /// The address to print and to build links from: the public URL, else the one listened on.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.public_url {
            Some(url) => url.origin(),
            None if self.addr.ip().is_unspecified() => format!("http://localhost:{}", self.addr.port()),
            None => format!("http://{}", self.addr),
        }
    }
}
