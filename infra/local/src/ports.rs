//! Ports on 127.0.0.1: a free one, or the one that was asked for.

use crate::failure::{Doing, Result, said};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

/// A port that nobody listens on now.
pub(crate) fn free() -> Result<u16> {
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
    fn a_busy_port_is_named_with_the_option_that_moves_it() {
        let taken = listen(0, "").expect("any port");
        let port = taken.local_addr().expect("bound").port();
        let Err(Failure::Said(message)) = listen(port, "cargo dev up --port 4601") else {
            panic!("two listeners on one port")
        };
        assert!(message.contains(&port.to_string()) && message.contains("--port 4601"), "{message}");
    }
}
