//! A batch of SQS messages in, the failed ones out. What is not named in the answer is deleted from the queue, so
//! every message that was not dealt with must be named
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>).

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};

/// One message of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub body: String,
    /// Its group, in a FIFO queue.
    pub group: Option<String>,
}

/// The messages of `event`, in their order. A message without a body has an empty one, which no reader accepts.
pub fn messages(event: SqsEvent) -> Vec<Message> {
    let message = |record: aws_lambda_events::sqs::SqsMessage| Message {
        id: record.message_id.unwrap_or_default(),
        body: record.body.unwrap_or_default(),
        group: record.attributes.get("MessageGroupId").cloned(),
    };
    event.records.into_iter().map(message).collect()
}

/// The messages by group, each group in order. A message without a group is a group of its own.
pub fn by_group(messages: Vec<Message>) -> Vec<Vec<Message>> {
    let mut groups: Vec<Vec<Message>> = Vec::new();
    for message in messages {
        let same = |group: &&mut Vec<Message>| message.group.is_some() && group[0].group == message.group;
        match groups.iter_mut().find(same) {
            Some(group) => group.push(message),
            None => groups.push(vec![message]),
        }
    }
    groups
}

/// The answer that returns these messages to their queue.
pub fn failures(ids: impl IntoIterator<Item = String>) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = ids
        .into_iter()
        .map(|id| {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            failure
        })
        .collect();
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_their_order_and_stay_apart() {
        let message = |id: &str, group: Option<&str>| Message {
            id: id.to_owned(),
            body: String::new(),
            group: group.map(str::to_owned),
        };
        let groups = by_group(vec![
            message("1", Some("a")),
            message("2", Some("b")),
            message("3", Some("a")),
            message("4", None),
            message("5", None),
        ]);
        let ids: Vec<Vec<&str>> = groups.iter().map(|g| g.iter().map(|m| m.id.as_str()).collect()).collect();
        assert_eq!(ids, [vec!["1", "3"], vec!["2"], vec!["4"], vec!["5"]]);
    }
}
