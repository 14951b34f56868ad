//! Ports on 127.0.0.1: a free one, or the one that was asked for, and those of the parts that nobody chooses.

use crate::failure::{Doing, Result, said};
use crate::files;
use serde_json::json;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

/// The ports of the parts, the same ones again for a kept state: ministack's state holds URLs with them.
pub(crate) struct Ports {
    /// Any.
    pub(crate) aws: u16,
    /// The API's own and one, where a person finds the page again, or any.
    pub(crate) slack: u16,
}

impl Ports {
    /// Those of this state, if it is kept and has some; else new ones, beside the API's.
    pub(crate) fn choose(state: Option<&Path>, api: u16) -> Result<Ports> {
        let Some(state) = state else { return Ports::new(api) };
        files::make_directory(state)?;
        let file = state.join("ports.json");
        let kept = files::read_json(&file)?.unwrap_or_default();
        let port = |name: &str| kept[name].as_u64().and_then(|port| u16::try_from(port).ok());
        if let (Some(aws), Some(slack)) = (port("aws"), port("slack")) {
            for port in [aws, slack] {
                listen(port, &format!("another directory for --state; {} holds it", file.display()))?;
            }
            return Ok(Ports { aws, slack });
        }
        let chosen = Ports::new(api)?;
        files::write_json(&file, &json!({"aws": chosen.aws, "slack": chosen.slack}))?;
        Ok(chosen)
    }

    fn new(api: u16) -> Result<Ports> {
        let next = api.checked_add(1).filter(|next| TcpListener::bind((Ipv4Addr::LOCALHOST, *next)).is_ok());
        Ok(Ports { slack: next.map_or_else(free, Ok)?, aws: free()? })
    }
}

/// A port that nobody listens on now.
fn free() -> Result<u16> {
    of(&listen(0, "cargo dev up")?)
}

/// The port that a listener has.
pub(crate) fn of(listener: &TcpListener) -> Result<u16> {
    Ok(listener.local_addr().doing(|| "find a free port".to_owned())?.port())
}

/// Listens on `port`, or says which option moves it.
pub(crate) fn listen(port: u16, option: &str) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => said(format!(
            "Port {port} on 127.0.0.1 is in use. Stop what listens there, or choose another one: {option}"
        )),
        Err(error) => said(format!("Cannot listen on port {port}: {error}. Choose another one: {option}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn the_page_lies_beside_the_api_or_anywhere_if_that_port_is_taken() {
        // Other programs take free ports as well, so that one pair of neighbours proves nothing.
        let beside = |taken: bool| {
            let api = free().ok()?;
            let next = TcpListener::bind((Ipv4Addr::LOCALHOST, api.checked_add(1)?)).ok()?;
            let kept = taken.then_some(next);
            let chosen = Ports::new(api).ok()?.slack;
            drop(kept);
            Some(chosen == api + 1)
        };
        assert!((0..100).filter_map(|_| beside(true)).all(|beside| !beside));
        assert!((0..100).filter_map(|_| beside(false)).any(|beside| beside));
        assert_ne!(Ports::new(u16::MAX).expect("ports").slack, 0);
    }

    #[test]
    fn a_busy_port_is_named_with_the_option_that_moves_it() {
        let taken = listen(0, "").expect("any port");
        let port = taken.local_addr().expect("bound").port();
        let Err(Failure::Said(message)) = listen(port, "cargo dev up --port 4601") else {
            panic!("two listeners on one port")
        };
        assert!(message.contains(&port.to_string()) && message.contains("--port 4601"), "{message}");
    }
}
