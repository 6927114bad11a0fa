//! The spool: what providers answered, from the moment it was read until it is in the books.
//!
//! An answer is paid for and there is no second one. So before anything else is done with it, all of it goes into one object
//! that is on the disk when [`put`] returns: which call it answers, what the provider counted, and the bytes. Whoever carries
//! the answer to its end takes the object away; what a crash leaves is found by [`jobs::recovery`](super::jobs::recovery), at
//! start and later, and carried there without another call.
//!
//! An object is `pochoir answer 1` (2 for a refined prompt) and a line feed, the length of the head in eight bytes (big-endian), the head as JSON, the
//! pictures one after the other, and the SHA-256 of all that. It is read strictly: what is not exactly this is not an answer.
//! A change of the head that this program could not read is a new number in the first line.

use super::{
    blobs::{BlobError, Blobs, Drawer},
    store::{BlobKey, DescriptionKey, DescriptionRow, RefinementRow, Timestamp, Words},
};
use crate::{
    api::variations::Understood,
    domain::{
        description::Description,
        id::{CallId, JobId, SourceId, VisitorId},
        money::Micros,
        pricing::Usage,
        spec::ProviderName,
    },
};
use bytes::{Buf as _, Bytes};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The first line: what every Pochoir with a spool reads, and what those read that refine.
const FIRST: &[u8] = b"pochoir answer 1\n";
const SECOND: &[u8] = b"pochoir answer 2\n";
/// What the first line begins with, whatever its number.
const ANY_FIRST: &[u8] = b"pochoir answer ";
/// The longest head that is read.
const MAX_HEAD_BYTES: u64 = 16 * 1024 * 1024;
const DIGEST_BYTES: usize = 32;

/// An answer that was paid for.
#[derive(Debug, Clone, PartialEq)]
pub struct Spooled {
    /// The call it answers.
    pub call: CallId,
    /// When it came.
    pub at: Timestamp,
    /// What it is.
    pub paid: Paid,
}

/// What was paid for.
#[derive(Debug, Clone, PartialEq)]
pub enum Paid {
    /// Pictures.
    Pictures {
        /// The job they were painted for.
        job: JobId,
        /// The files as they came.
        pictures: Vec<Bytes>,
        /// What the provider counted, if it said so.
        usage: Option<Usage>,
        /// The provider's name for the request.
        request_id: Option<String>,
        /// What the demo understood.
        understood: Option<Understood>,
    },
    /// Words that belong to no job.
    Words {
        /// As they will be kept.
        words: Words,
        /// The provider's name for the request.
        request_id: Option<String>,
    },
}

/// Why an object of the spool could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Another version wrote it.
    #[error("another version of Pochoir wrote it")]
    OtherVersion,
    /// It is not what was written.
    #[error("it is not an answer as it was written ({0})")]
    Damaged(&'static str),
    /// It could not be got.
    #[error(transparent)]
    Blobs(#[from] BlobError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    call: CallId,
    at: Timestamp,
    paid: PaidHead,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum PaidHead {
    Pictures {
        job: JobId,
        bytes: Vec<u64>,
        usage: Option<Usage>,
        request_id: Option<String>,
        understood: Option<Understood>,
    },
    Description {
        source: SourceId,
        owner: VisitorId,
        description: Description,
        provider: ProviderName,
        model_version: Option<String>,
        price: Micros,
        closer: bool,
        content: BlobKey,
        asked: String,
        request_id: Option<String>,
    },
    Refinement {
        source: SourceId,
        owner: VisitorId,
        provider: ProviderName,
        asked: String,
        prompt: String,
        model_version: String,
        price: Micros,
        request_id: Option<String>,
    },
}

/// Keeps an answer. It is on the disk when this returns. The same one twice is kept once.
pub async fn put(blobs: &Blobs, spooled: &Spooled) -> Result<(), BlobError> {
    let name = spooled.call.clone();
    let spooled = spooled.clone();
    let parts = tokio::task::spawn_blocking(move || encode(&spooled))
        .await
        .map_err(BlobError::failed)?
        .map_err(BlobError::failed)?;
    blobs.lay(Drawer::Spool, name.as_str(), parts).await
}

/// The calls whose answers are in the spool.
pub async fn list(blobs: &Blobs) -> Result<Vec<CallId>, BlobError> {
    let names = blobs.laid(Drawer::Spool).await?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// The answer to a call.
pub async fn read(blobs: &Blobs, call: &CallId) -> Result<Spooled, SpoolError> {
    let bytes = blobs.look(Drawer::Spool, call.as_str()).await?;
    let spooled = tokio::task::spawn_blocking(move || decode(bytes))
        .await
        .map_err(BlobError::failed)??;
    if spooled.call == *call {
        Ok(spooled)
    } else {
        Err(SpoolError::Damaged("it answers another call"))
    }
}

/// Takes the answer to a call away: it is in the books. What cannot be taken away now is found later.
pub async fn done(blobs: &Blobs, call: &CallId) {
    if let Err(error) = blobs.take_away(Drawer::Spool, call.as_str()).await {
        tracing::warn!(%call, %error, "an answer that is in the books stays in the spool for now");
    }
}

fn encode(spooled: &Spooled) -> serde_json::Result<Vec<Bytes>> {
    let (paid, pictures) = match &spooled.paid {
        Paid::Pictures {
            job,
            pictures,
            usage,
            request_id,
            understood,
        } => {
            let head = PaidHead::Pictures {
                job: job.clone(),
                bytes: pictures.iter().map(|picture| picture.len() as u64).collect(),
                usage: *usage,
                request_id: request_id.clone(),
                understood: understood.clone(),
            };
            (head, pictures.as_slice())
        }
        Paid::Words {
            words: Words::Refinement(row),
            request_id,
        } => {
            let head = PaidHead::Refinement {
                source: row.source.clone(),
                owner: row.owner.clone(),
                provider: row.provider,
                asked: row.asked.clone(),
                prompt: row.prompt.clone(),
                model_version: row.model_version.clone(),
                price: row.price,
                request_id: request_id.clone(),
            };
            (head, [].as_slice())
        }
        Paid::Words {
            words: Words::Description { row, key },
            request_id,
        } => {
            let head = PaidHead::Description {
                source: row.source.clone(),
                owner: row.owner.clone(),
                description: row.description.clone(),
                provider: key.provider,
                model_version: row.model_version.clone(),
                price: row.price,
                closer: row.closer,
                content: key.content.clone(),
                asked: key.asked.clone(),
                request_id: request_id.clone(),
            };
            (head, [].as_slice())
        }
    };
    let first = match paid {
        PaidHead::Refinement { .. } => SECOND,
        PaidHead::Pictures { .. } | PaidHead::Description { .. } => FIRST,
    };
    let head = serde_json::to_vec(&Head {
        call: spooled.call.clone(),
        at: spooled.at,
        paid,
    })?;
    let mut front = Vec::with_capacity(first.len() + 8 + head.len());
    front.extend_from_slice(first);
    front.extend_from_slice(&(head.len() as u64).to_be_bytes());
    front.extend_from_slice(&head);
    let mut parts = vec![Bytes::from(front)];
    parts.extend(pictures.iter().cloned());
    let mut digest = Sha256::new();
    for part in &parts {
        digest.update(part);
    }
    parts.push(Bytes::copy_from_slice(&digest.finalize()));
    Ok(parts)
}

fn decode(mut bytes: Bytes) -> Result<Spooled, SpoolError> {
    if !bytes.starts_with(FIRST) && !bytes.starts_with(SECOND) {
        let other = bytes.starts_with(ANY_FIRST);
        return Err(if other {
            SpoolError::OtherVersion
        } else {
            SpoolError::Damaged("its first line")
        });
    }
    let body = bytes
        .len()
        .checked_sub(DIGEST_BYTES)
        .ok_or(SpoolError::Damaged("its length"))?;
    let digest = bytes.split_off(body);
    if Sha256::digest(&bytes)[..] != digest[..] {
        return Err(SpoolError::Damaged("its digest"));
    }
    bytes.advance(FIRST.len());
    if bytes.len() < 8 {
        return Err(SpoolError::Damaged("its length"));
    }
    let length = bytes.get_u64();
    if length > MAX_HEAD_BYTES || length > bytes.len() as u64 {
        return Err(SpoolError::Damaged("the length of its head"));
    }
    let head = take(&mut bytes, length)?;
    let head: Head = serde_json::from_slice(&head).map_err(|_| SpoolError::Damaged("its head"))?;
    let paid = match head.paid {
        PaidHead::Pictures {
            job,
            bytes: lengths,
            usage,
            request_id,
            understood,
        } => Paid::Pictures {
            job,
            pictures: lengths
                .into_iter()
                .map(|length| take(&mut bytes, length))
                .collect::<Result<_, _>>()?,
            usage,
            request_id,
            understood,
        },
        PaidHead::Description {
            source,
            owner,
            description,
            provider,
            model_version,
            price,
            closer,
            content,
            asked,
            request_id,
        } => {
            let row = DescriptionRow {
                source,
                owner,
                description,
                provider: Some(provider),
                model_version,
                price,
                closer,
                edited: false,
                created_at: head.at,
            };
            let key = DescriptionKey {
                content,
                provider,
                asked,
            };
            Paid::Words {
                words: Words::Description { row, key },
                request_id,
            }
        }
        PaidHead::Refinement {
            source,
            owner,
            provider,
            asked,
            prompt,
            model_version,
            price,
            request_id,
        } => Paid::Words {
            words: Words::Refinement(RefinementRow {
                owner,
                source,
                provider,
                asked,
                prompt,
                model_version,
                price,
                created_at: head.at,
            }),
            request_id,
        },
    };
    if !bytes.is_empty() {
        return Err(SpoolError::Damaged("something after its end"));
    }
    Ok(Spooled {
        call: head.call,
        at: head.at,
        paid,
    })
}

fn take(bytes: &mut Bytes, length: u64) -> Result<Bytes, SpoolError> {
    match usize::try_from(length) {
        Ok(length) if length <= bytes.len() => Ok(bytes.split_to(length)),
        _ => Err(SpoolError::Damaged("the length of a part")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::description::Caption;

    fn id<T: std::str::FromStr>(digit: char) -> T {
        let text: String = std::iter::repeat_n(digit, 32).collect();
        text.parse().unwrap_or_else(|_| unreachable!("an identifier"))
    }

    fn at() -> Timestamp {
        Timestamp::from_millisecond(1_760_000_000_123).expect("a moment")
    }

    fn pictures(pictures: Vec<Bytes>) -> Spooled {
        Spooled {
            call: id('a'),
            at: at(),
            paid: Paid::Pictures {
                job: id('b'),
                pictures,
                usage: Some(Usage {
                    text_in: 1,
                    image_in: 2,
                    image_out: 3,
                }),
                request_id: Some("req_1".to_owned()),
                understood: None,
            },
        }
    }

    fn description() -> Spooled {
        Spooled {
            call: id('c'),
            at: at(),
            paid: Paid::Words {
                words: Words::Description {
                    row: DescriptionRow {
                        source: id('d'),
                        owner: id('e'),
                        description: Description {
                            caption: Caption {
                                text: "a house".to_owned(),
                                lang: "en".to_owned(),
                                confidence: Some(0.5),
                            },
                            facts: Vec::new(),
                            shortfall: None,
                        },
                        provider: Some(ProviderName::AzureVision),
                        model_version: Some("2023-10-01".to_owned()),
                        price: Micros(1500),
                        closer: true,
                        edited: false,
                        created_at: at(),
                    },
                    key: DescriptionKey {
                        content: BlobKey("0".repeat(64)),
                        provider: ProviderName::AzureVision,
                        asked: "2024-02-01;caption;en".to_owned(),
                    },
                },
                request_id: None,
            },
        }
    }

    fn refinement() -> Spooled {
        Spooled {
            call: id('f'),
            at: at(),
            paid: Paid::Words {
                words: Words::Refinement(RefinementRow {
                    owner: id('e'),
                    source: id('d'),
                    provider: ProviderName::Openai,
                    asked: "refine".to_owned(),
                    prompt: "Neige sur les toits.".to_owned(),
                    model_version: "gpt-6-luna".to_owned(),
                    price: Micros(300),
                    created_at: at(),
                }),
                request_id: Some("req_2".to_owned()),
            },
        }
    }

    fn written(spooled: &Spooled) -> Vec<u8> {
        encode(spooled).expect("written").concat()
    }

    #[test]
    fn answers_read_back() {
        for spooled in [
            pictures(vec![
                Bytes::from_static(b"one"),
                Bytes::new(),
                Bytes::from_static(b"three"),
            ]),
            pictures(Vec::new()),
            description(),
            refinement(),
        ] {
            assert_eq!(decode(written(&spooled).into()).expect("read"), spooled);
        }
    }

    #[test]
    fn whatever_is_missing_added_or_changed_is_noticed() {
        let whole = written(&pictures(vec![Bytes::from_static(b"a picture")]));
        for length in 0..whole.len() {
            assert!(decode(whole[..length].to_vec().into()).is_err(), "cut after {length}");
        }
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(decode(changed.into()).is_err(), "changed at {place}");
        }
        let longer = [whole.as_slice(), b"x"].concat();
        assert!(decode(longer.into()).is_err(), "longer");
    }

    #[test]
    fn the_version_of_another_program_is_said() {
        let mut newer = written(&description());
        newer[ANY_FIRST.len()] = b'3';
        assert!(matches!(decode(newer.into()), Err(SpoolError::OtherVersion)));
        // A program that cannot refine leaves what it would not understand alone.
        assert!(written(&refinement()).starts_with(SECOND));
        assert!(written(&description()).starts_with(FIRST));
    }

    #[tokio::test]
    async fn the_spool_gives_back_what_was_put_until_it_is_done() {
        let folder = tempfile::tempdir().expect("a folder");
        for blobs in [
            Blobs::folder(folder.path()).expect("a folder of blobs"),
            Blobs::memory(),
        ] {
            let (first, second) = (pictures(vec![Bytes::from_static(b"x")]), description());
            put(&blobs, &first).await.expect("put");
            put(&blobs, &first).await.expect("the same again");
            put(&blobs, &second).await.expect("put");
            assert_eq!(
                list(&blobs).await.expect("listed"),
                [first.call.clone(), second.call.clone()]
            );
            assert_eq!(read(&blobs, &first.call).await.expect("read"), first);
            assert!(blobs.list().await.expect("listed").is_empty(), "it is no blob");
            done(&blobs, &first.call).await;
            done(&blobs, &first.call).await;
            assert_eq!(list(&blobs).await.expect("listed"), [second.call]);
        }
    }
}
