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
/// Bytes of all entries together, as they count them: 256 KB, less a little for what is counted beside the detail
/// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html>).
const MAX_BYTES: usize = 255_000;

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
        for chunk in chunks(events) {
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

/// The events in as many requests as they need, in order. An event that is too large by itself goes alone.
fn chunks(events: &[Event]) -> Vec<&[Event]> {
    let mut chunks = Vec::new();
    let (mut begin, mut bytes) = (0, 0);
    for (index, event) in events.iter().enumerate() {
        let size = event.source.len() + event.detail_type.len() + event.detail.len();
        if index > begin && (index - begin == MAX_ENTRIES || bytes + size > MAX_BYTES) {
            chunks.push(&events[begin..index]);
            (begin, bytes) = (index, 0);
        }
        bytes += size;
    }
    if begin < events.len() {
        chunks.push(&events[begin..]);
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_keeps_to_the_number_and_the_size_of_entries_and_none_is_left_out() {
        let event = |bytes: usize| Event { source: "s", detail_type: "d", detail: "x".repeat(bytes) };
        let sizes = |bytes: &[usize]| {
            let events: Vec<Event> = bytes.iter().map(|bytes| event(*bytes)).collect();
            chunks(&events).iter().map(|chunk| chunk.len()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&[]), [0; 0]);
        assert_eq!(sizes(&[10; 25]), [10, 10, 5]);
        assert_eq!(sizes(&[200_000, 50_000, 10_000, 250_000]), [2, 1, 1]);
        assert_eq!(sizes(&[10, 300_000, 10]), [1, 1, 1]);
    }
}
