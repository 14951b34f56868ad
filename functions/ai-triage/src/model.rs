//! The model, over Amazon Bedrock's Converse API
//! (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>): one question, one answer in the
//! form of a tool's input, and once more if that was none.

use crate::answer::{self, Malformed};
use crate::{document, prompt};
use alert::{AiTriage, Alert};
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::Builder;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::error::{BuildError, SdkError};
use aws_sdk_bedrockruntime::operation::converse::{ConverseError, ConverseOutput};
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, InferenceConfiguration, Message, SpecificToolChoice, StopReason,
    SystemContentBlock, Tool, ToolChoice, ToolConfiguration, ToolInputSchema, ToolSpecification,
};
use aws_types::SdkConfig;
use std::time::Duration;

/// Which model, and how much of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A model's id, or an inference profile's.
    pub model_id: String,
    /// Where Bedrock is, for tests; `None`: in the function's region.
    pub endpoint_url: Option<String>,
    /// The longest answer, in tokens.
    pub max_tokens: i32,
    /// How long an answer may take, a second try included.
    pub time: Duration,
}

/// A model that is asked for triages.
#[derive(Debug)]
pub struct Model {
    client: Client,
    settings: Settings,
}

/// There is no triage.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Try again later: too many requests, a model or a Bedrock that is not well, or no way to it.
    #[error("Bedrock is not to be had")]
    Unavailable(#[source] Box<SdkError<ConverseError>>),
    /// Bedrock refuses, and will until somebody changes something: a permission, the model's id, its terms.
    #[error("Bedrock refuses for good")]
    Refused(#[source] Box<SdkError<ConverseError>>),
    /// No answer in the time there is. Try again later.
    #[error("the model took longer than {0:?}")]
    Late(Duration),
    /// Two answers that were none.
    #[error("the model's answer is none")]
    Malformed(#[source] Malformed),
    /// The model, or a guardrail in front of it, would not say anything.
    #[error("the model declined to answer")]
    Declined,
    #[error("the question cannot be built")]
    Question(#[from] BuildError),
}

impl ModelError {
    /// Whether asking again would end the same.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Late(_) => false,
            Self::Refused(_) | Self::Malformed(_) | Self::Declined | Self::Question(_) => true,
        }
    }
}

impl Model {
    /// The model. It is not tried again here: the queue does, without anybody waiting for it.
    pub fn new(config: &SdkConfig, settings: Settings) -> Self {
        let time = TimeoutConfig::builder().connect_timeout(Duration::from_secs(2)).operation_timeout(settings.time);
        let time = time.operation_attempt_timeout(settings.time).build();
        let mut config = Builder::from(config).retry_config(RetryConfig::disabled()).timeout_config(time);
        if let Some(endpoint) = &settings.endpoint_url {
            config = config.endpoint_url(endpoint);
        }
        Self { client: Client::from_conf(config.build()), settings }
    }

    /// Asks for a triage of `alert`, and once more if the answer is none.
    ///
    /// # Errors
    /// [`ModelError`]; [`is_final`](ModelError::is_final) says whether to ask again later.
    pub async fn triage(&self, alert: &Alert) -> Result<AiTriage, ModelError> {
        // On the heap: the SDK's futures are nested deeper than the compiler follows.
        let asking = Box::pin(async {
            match self.ask(prompt::about(alert, false)).await {
                Err(ModelError::Malformed(why)) => {
                    tracing::warn!(alert.id = alert.id.as_str(), %why, "the model is asked once more");
                    self.ask(prompt::about(alert, true)).await
                }
                answered => answered,
            }
        });
        tokio::time::timeout(self.settings.time, asking).await.unwrap_or(Err(ModelError::Late(self.settings.time)))
    }

    async fn ask(&self, question: String) -> Result<AiTriage, ModelError> {
        let message = Message::builder().role(ConversationRole::User).content(ContentBlock::Text(question)).build()?;
        let limits = InferenceConfiguration::builder().max_tokens(self.settings.max_tokens).temperature(0.0).build();
        let converse = self.client.converse().model_id(&self.settings.model_id).messages(message);
        let converse = converse.system(SystemContentBlock::Text(prompt::SYSTEM.to_owned())).inference_config(limits);
        let output = converse.tool_config(tools()?).send().await.map_err(failed)?;
        read(&output)
    }
}

/// One tool, which has to be used.
fn tools() -> Result<ToolConfiguration, BuildError> {
    let schema = ToolInputSchema::Json(document::from_json(&answer::schema()));
    let tool = ToolSpecification::builder().name(answer::TOOL).description("Takes the triage of the alert.");
    let choice = ToolChoice::Tool(SpecificToolChoice::builder().name(answer::TOOL).build()?);
    let tool = Tool::ToolSpec(tool.input_schema(schema).build()?);
    ToolConfiguration::builder().tools(tool).tool_choice(choice).build()
}

fn read(output: &ConverseOutput) -> Result<AiTriage, ModelError> {
    match output.stop_reason() {
        StopReason::MaxTokens | StopReason::ModelContextWindowExceeded => {
            return Err(ModelError::Malformed(Malformed::CutOff));
        }
        StopReason::ContentFiltered | StopReason::GuardrailIntervened => return Err(ModelError::Declined),
        // What it holds tells more than why it ended; new reasons come with new models.
        _ => {}
    }
    let content = output.output().and_then(|output| output.as_message().ok()).map(Message::content).unwrap_or_default();
    let mut uses = content.iter().filter_map(|block| block.as_tool_use().ok());
    let (Some(used), None) = (uses.next(), uses.next()) else {
        return Err(ModelError::Malformed(Malformed::NoTool));
    };
    if used.name() != answer::TOOL {
        return Err(ModelError::Malformed(Malformed::NoTool));
    }
    answer::read(&document::to_json(used.input())).map_err(ModelError::Malformed)
}

fn failed(error: SdkError<ConverseError>) -> ModelError {
    let refused = error.as_service_error().is_some_and(|error| {
        error.is_access_denied_exception() || error.is_validation_exception() || error.is_resource_not_found_exception()
    });
    if refused { ModelError::Refused(Box::new(error)) } else { ModelError::Unavailable(Box::new(error)) }
}
