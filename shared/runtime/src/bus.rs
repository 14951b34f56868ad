//! Saying something on the event bus.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;
use std::error::Error as StdError;

/// The event bus. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

/// One thing to say.
#[derive(Debug, Clone)]
pub struct Event {
    pub source: &'static str,
    pub detail_type: &'static str,
    /// JSON.
    pub detail: String,
}

/// Some or all events may not be on the bus: put them again. Receivers know a repetition by its id.
#[derive(Debug, thiserror::Error)]
#[error("the event bus did not take the events")]
pub struct BusError(#[source] Box<dyn StdError + Send + Sync>);

/// PutEvents takes at most this many entries
/// (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>).
const MAX_ENTRIES: usize = 10;

impl Bus {
    /// The bus called `name`.
    pub fn new(config: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(config), name }
    }

    /// Puts `events` on the bus, in order. The first refusal stops it.
    ///
    /// # Errors
    /// [`BusError`] if not every event was taken.
    pub async fn put(&self, events: &[Event]) -> Result<(), BusError> {
        for chunk in events.chunks(MAX_ENTRIES) {
            let entry = |event: &Event| {
                let entry = PutEventsRequestEntry::builder().event_bus_name(&self.name).source(event.source);
                entry.detail_type(event.detail_type).detail(&event.detail).build()
            };
            let put = self.client.put_events().set_entries(Some(chunk.iter().map(entry).collect())).send().await;
            let put = put.map_err(|error| BusError(Box::new(error)))?;
            if put.failed_entry_count > 0 {
                let reason = put.entries().iter().find_map(|entry| entry.error_code()).unwrap_or("no reason given");
                return Err(BusError(format!("{} refused: {reason}", put.failed_entry_count).into()));
            }
        }
        Ok(())
    }
}
