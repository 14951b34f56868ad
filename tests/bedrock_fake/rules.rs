//! What Bedrock refuses of a request, each with its error's code.

use hyper::Method;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Asked, MODEL};

/// A refusal: status, code, and what is wrong.
pub(super) type Refusal = (u16, &'static str, String);

/// The longest answer that the model can give, in tokens.
const MOST_TOKENS: u64 = 8192;

fn invalid(what: impl Into<String>) -> Refusal {
    (400, "ValidationException", what.into())
}

/// The question in a request for `path` below the base.
pub(super) fn read(request: &Parts, path: &str, body: &[u8]) -> Result<Asked, Refusal> {
    let unknown = || (404, "UnknownOperationException", format!("{} {path}", request.method));
    let model = path.strip_prefix("model/").and_then(|rest| rest.strip_suffix("/converse")).ok_or_else(unknown)?;
    if request.method != Method::POST {
        return Err(unknown());
    }
    let model = percent_decode_str(model).decode_utf8_lossy().into_owned();
    signed(request)?;
    let text = |name| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text(CONTENT_TYPE) != "application/json" {
        return Err(invalid("the content type is not application/json"));
    }
    if model != MODEL {
        return Err(invalid("The provided model identifier is invalid."));
    }
    let body: Value = serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))?;
    only(&body, &["messages", "system", "inferenceConfig", "toolConfig"], "the request")?;
    let question = question(&body)?;
    let system = one(&body["system"], "system")?;
    only(system, &["text"], "system")?;
    let (max_tokens, temperature) = limits(&body["inferenceConfig"])?;
    let (tool, schema) = tool(&body["toolConfig"])?;
    let system = words(&system["text"], "system")?;
    Ok(Asked { model, system, question, max_tokens, temperature, tool, schema })
}

/// A signature for Bedrock by AWS's rules (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-auth-methods.html>).
fn signed(request: &Parts) -> Result<(), Refusal> {
    let refused = |what: &str| (403, "MissingAuthenticationTokenException", what.to_owned());
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let authorization = header(AUTHORIZATION.as_str());
    let Some(rest) = authorization.strip_prefix("AWS4-HMAC-SHA256 Credential=") else {
        return Err(refused("the request is not signed"));
    };
    let parts: Vec<&str> = rest.split(", ").collect();
    let [credential, headers, signature] = parts.as_slice() else { return Err(refused("the signature is none")) };
    let signature = signature.strip_prefix("Signature=").unwrap_or_default();
    let sound = credential.ends_with("/bedrock/aws4_request")
        && headers.starts_with("SignedHeaders=")
        && ["host", "x-amz-date"].iter().all(|name| headers.contains(name))
        && signature.len() == 64
        && signature.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !header("x-amz-date").is_empty();
    if sound { Ok(()) } else { Err(refused("the signature is not one for Bedrock")) }
}

fn question(body: &Value) -> Result<String, Refusal> {
    let messages = body["messages"].as_array().filter(|messages| !messages.is_empty());
    let messages = messages.ok_or_else(|| invalid("there is no message"))?;
    for (index, message) in messages.iter().enumerate() {
        only(message, &["role", "content"], "a message")?;
        let turn = if index % 2 == 0 { "user" } else { "assistant" };
        if message["role"] != turn {
            return Err(invalid("A conversation must alternate between user and assistant roles."));
        }
    }
    if messages.len() % 2 == 0 {
        return Err(invalid("The last turn in a conversation must be a user message."));
    }
    let content = one(&messages[messages.len() - 1]["content"], "content")?;
    only(content, &["text"], "content")?;
    words(&content["text"], "content")
}

fn limits(config: &Value) -> Result<(u64, f64), Refusal> {
    only(config, &["maxTokens", "temperature", "topP", "stopSequences"], "inferenceConfig")?;
    let tokens = config["maxTokens"].as_u64().filter(|tokens| (1..=MOST_TOKENS).contains(tokens));
    let temperature = config["temperature"].as_f64().filter(|temperature| (0.0..=1.0).contains(temperature));
    let limits = tokens.zip(temperature);
    limits.ok_or_else(|| invalid(format!("The maximum tokens you requested exceeds the model limit: {config}")))
}

/// The one tool there is, and has to be used.
fn tool(config: &Value) -> Result<(String, Value), Refusal> {
    only(config, &["tools", "toolChoice"], "toolConfig")?;
    let tool = one(&config["tools"], "tools")?;
    only(tool, &["toolSpec"], "a tool")?;
    let tool = &tool["toolSpec"];
    only(tool, &["name", "description", "inputSchema"], "toolSpec")?;
    let name = words(&tool["name"], "toolSpec.name")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if name.len() > 64 || !name.bytes().all(plain) {
        return Err(invalid("toolSpec.name must be [a-zA-Z0-9_-]{1,64}"));
    }
    words(&tool["description"], "toolSpec.description")?;
    let schema = &tool["inputSchema"]["json"];
    if schema["type"] != "object" || !schema["properties"].is_object() {
        return Err(invalid("toolSpec.inputSchema.json is no schema of an object"));
    }
    if config["toolChoice"]["tool"]["name"] != name.as_str() {
        return Err(invalid("toolChoice names no tool"));
    }
    Ok((name, schema.clone()))
}

fn only(value: &Value, keys: &[&str], what: &str) -> Result<(), Refusal> {
    let map = value.as_object().ok_or_else(|| invalid(format!("{what} is no object")))?;
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(invalid(format!("{what} has an unknown key {key}"))),
        None => Ok(()),
    }
}

fn one<'a>(list: &'a Value, what: &str) -> Result<&'a Value, Refusal> {
    match list.as_array().map(Vec::as_slice) {
        Some([one]) => Ok(one),
        Some(_) | None => Err(invalid(format!("{what} is no list of one"))),
    }
}

fn words(text: &Value, what: &str) -> Result<String, Refusal> {
    let text = text.as_str().filter(|text| !text.trim().is_empty());
    text.map(str::to_owned).ok_or_else(|| invalid(format!("the text field of {what} is blank")))
}
