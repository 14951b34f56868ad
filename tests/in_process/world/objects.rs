//! One bucket, as S3 answers for it over HTTP, path style: PUT and HEAD and GET of objects.

use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Objects {
    all: BTreeMap<String, Bytes>,
    puts: Vec<String>,
}

/// What a request asks for, in S3's words.
pub(crate) fn operation(method: &Method) -> &'static str {
    match method.as_str() {
        "PUT" => "PutObject",
        "HEAD" => "HeadObject",
        "GET" => "GetObject",
        _ => "S3",
    }
}

impl Objects {
    pub(crate) fn all(&self) -> BTreeMap<String, Bytes> {
        self.all.clone()
    }

    pub(crate) fn puts(&self) -> Vec<String> {
        self.puts.clone()
    }

    pub(crate) fn answer(&mut self, method: &Method, uri: &Uri, body: Bytes) -> Response {
        let path = uri.path().trim_start_matches('/');
        let Some((_bucket, key)) = path.split_once('/') else { return refused(StatusCode::NOT_FOUND, "NoSuchBucket") };
        match operation(method) {
            "PutObject" => {
                self.puts.push(key.to_owned());
                self.all.insert(key.to_owned(), body);
                (StatusCode::OK, [("etag", "\"e\"")]).into_response()
            }
            "HeadObject" if self.all.contains_key(key) => StatusCode::OK.into_response(),
            "HeadObject" => StatusCode::NOT_FOUND.into_response(),
            "GetObject" => match self.all.get(key) {
                Some(object) => (StatusCode::OK, object.clone()).into_response(),
                None => refused(StatusCode::NOT_FOUND, "NoSuchKey"),
            },
            _ => refused(StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
        }
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    (status, [("content-type", "application/xml")], body).into_response()
}
