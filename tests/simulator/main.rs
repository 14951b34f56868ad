//! `slack-simulator --port P --world FILE.json [--page DIR] [--event-retry-scale N]`: a simulated Slack on
//! 127.0.0.1, driven through `/_control/…` and the page in DIR, until it is interrupted.

use std::net::Ipv4Addr;
use std::process::ExitCode;

use slack_simulator::{Clock, Simulator, World};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    match run(std::env::args().skip(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("slack-simulator: {problem}");
            eprintln!(
                "usage: slack-simulator --port PORT --world FILE.json [--page DIRECTORY] [--event-retry-scale NUMBER]"
            );
            ExitCode::FAILURE
        }
    }
}

async fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut port, mut world, mut page, mut scale) = (None, None, None, 1.0);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        match name.as_str() {
            "--port" => port = Some(value.parse::<u16>().map_err(|_| format!("{value:?} is no port"))?),
            "--world" => world = Some(value),
            "--page" => page = Some(value),
            "--event-retry-scale" => {
                scale = value.parse::<f64>().map_err(|_| format!("{value:?} is no number"))?;
            }
            _ => return Err(format!("unknown option {name}")),
        }
    }
    let path = world.ok_or("--world is needed")?;
    let port = port.ok_or("--port is needed")?;
    let text = std::fs::read_to_string(&path).map_err(|e| format!("cannot read {path}: {e}"))?;
    let world: World = serde_json::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
    let simulator = Simulator::serve(world, Clock::System, (Ipv4Addr::LOCALHOST, port).into())
        .map_err(|e| format!("cannot serve on port {port}: {e}"))?;
    simulator.set_event_retry_scale(scale);
    if let Some(directory) = page {
        simulator.serve_page(directory);
    }
    eprintln!("slack-simulator: serving on {}", simulator.base_url());
    tokio::signal::ctrl_c().await.map_err(|e| format!("cannot wait for an interrupt: {e}"))
}
