//! Objects of a bucket: put whole, and asked after.
//!
//! No option of encryption is sent: the bucket encrypts whatever comes. An object ends in `.json.gz` and is put as
//! `application/gzip` without a `Content-Encoding`: Athena goes by the ending
//! (<https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html>), and clients that undo an encoding on
//! their own would find gzip's name on what is no longer gzip.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use std::error::Error as StdError;

/// One bucket. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    name: String,
}

/// The bucket did not do it, or did it and did not say so: put again what was put, ask again what was asked.
#[derive(Debug, thiserror::Error)]
#[error("the bucket did not answer as it should ({doing})")]
pub struct BucketError {
    doing: &'static str,
    source: Box<dyn StdError + Send + Sync>,
}

impl Bucket {
    /// The bucket called `name`.
    pub fn new(config: &SdkConfig, name: String) -> Self {
        // Every request's body is signed with its SHA-256: S3 refuses what was damaged on its way, without another sum.
        let config = aws_sdk_s3::config::Builder::from(config)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .build();
        Self { client: Client::from_conf(config), name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts a gzip object, replacing what is there.
    ///
    /// # Errors
    /// [`BucketError`]: whether it is there is not known.
    pub async fn put(&self, key: &str, gzip: Vec<u8>) -> Result<(), BucketError> {
        let put = self.client.put_object().bucket(&self.name).key(key).content_type("application/gzip");
        let put = put.body(ByteStream::from(gzip)).send().await;
        put.map(drop).map_err(|error| BucketError { doing: "putting an object", source: Box::new(error) })
    }

    /// Whether an object is there, as of now: S3 is strongly consistent
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel>).
    ///
    /// # Errors
    /// [`BucketError`] if S3 does not say. Without the right to list the bucket it says 403 for what is not there.
    pub async fn has(&self, key: &str) -> Result<bool, BucketError> {
        match self.client.head_object().bucket(&self.name).key(key).send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_not_found() => Ok(false),
            Err(error) => Err(BucketError { doing: "asking for an object", source: Box::new(error) }),
        }
    }
}
