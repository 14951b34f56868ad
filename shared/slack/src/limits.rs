//! Slack's limits that what we send must keep. Lengths are in characters.

/// Header block (<https://docs.slack.dev/reference/block-kit/blocks/header-block>).
pub const HEADER_TEXT: usize = 150;
/// A text object (<https://docs.slack.dev/reference/block-kit/composition-objects/text-object>).
pub const TEXT_OBJECT: usize = 3000;
/// A button's label (<https://docs.slack.dev/reference/block-kit/block-elements/button-element>).
pub const BUTTON_TEXT: usize = 75;
/// A button's URL (same page).
pub const BUTTON_URL: usize = 3000;
/// An option's label (<https://docs.slack.dev/reference/block-kit/composition-objects/option-object>).
pub const OPTION_TEXT: usize = 75;
/// An option's value (same page).
pub const OPTION_VALUE: usize = 150;
/// Options in a select, or in the answer to an options request
/// (<https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element>).
pub const OPTIONS: usize = 100;
/// Blocks in a message (<https://docs.slack.dev/reference/block-kit/blocks>).
pub const BLOCKS: usize = 50;
/// A block's id (<https://docs.slack.dev/reference/block-kit/blocks/actions-block>).
pub const BLOCK_ID: usize = 255;
/// `text` of `chat.update`; `chat.postMessage` advises the same (<https://docs.slack.dev/reference/methods/chat.update>).
pub const MESSAGE_TEXT: usize = 4000;
/// What a plain-text input may take (<https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element>).
pub const INPUT_TEXT: usize = 3000;
/// A view's `private_metadata` (<https://docs.slack.dev/reference/views/modal-views>).
pub const PRIVATE_METADATA: usize = 3000;
/// A view's title, submit and close labels (same page).
pub const VIEW_LABEL: usize = 24;

/// All `rich_text` leaves of one message together. Ours, not Slack's: Slack answers `msg_blocks_too_long` at a size it
/// does not publish (<https://docs.slack.dev/reference/methods/chat.postMessage>), and messages of this size pass.
pub const LEAVES: usize = 9000;
/// The beginning of the first event in the modal of a boomerang, and the event in the direct message. Ours: more would
/// push the controls out of sight, and the message's leaves are counted together.
pub const MODAL_EVENT: usize = 1200;
pub const SHARED_EVENT: usize = 3000;
/// A modal's section that shows an alert's title. Ours: more would push the input out of sight.
pub const MODAL_TITLE_TEXT: usize = 300;

/// Seconds a request's timestamp may differ from our clock
/// (<https://docs.slack.dev/authentication/verifying-requests-from-slack>).
pub const SIGNATURE_AGE_S: i64 = 300;
/// Items a page of `conversations.list` and `conversations.history` may have: "under 1000"
/// (<https://docs.slack.dev/reference/methods/conversations.list>).
pub const PAGE: usize = 999;
