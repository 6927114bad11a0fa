//! Somebody with a browser or a script: keeps cookies, follows nothing.

use super::{AT_MOST, until};
use axum::body::Bytes;
use pochoir::{api::ErrorCode, domain::text::Lang};
use reqwest::{
    Client, Method, RequestBuilder, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
    multipart::{Form, Part},
    redirect::Policy,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// Somebody who uses the server.
#[derive(Debug, Clone)]
pub struct Person {
    client: Client,
    base: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    headers: HeaderMap,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A file in the field `picture`.
pub fn picture_part(bytes: Vec<u8>) -> Form {
    Form::new().part("picture", Part::bytes(bytes).file_name("photo"))
}

impl Person {
    /// Somebody new at this address.
    pub fn at(base: String) -> Self {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(AT_MOST)
            .tls_certs_only([])
            .build()
            .expect("a client");
        Self {
            client,
            base,
            cookies: Arc::default(),
            headers: HeaderMap::new(),
        }
    }

    /// The same person, always sending this header.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header"),
        );
        self
    }

    /// The same person, reading this language.
    pub fn reading(self, lang: Lang) -> Self {
        self.with("accept-language", lang.tag())
    }

    /// A cookie they keep.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("the jar").get(name).cloned()
    }

    /// A request of theirs, to be finished with [`Person::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<String> = {
            let jar = self.cookies.lock().expect("the jar");
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .headers(self.headers.clone());
        if cookies.is_empty() {
            request
        } else {
            request.header("cookie", cookies.join("; "))
        }
    }

    /// Sends it, keeps the cookies.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = self.stream(request).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.expect("a body");
        Answer { status, headers, body }
    }

    /// Sends it, keeps the cookies, leaves the body to come.
    pub async fn stream(&self, request: RequestBuilder) -> reqwest::Response {
        let answer = request.send().await.expect("an answer");
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().expect("text");
            let (pair, rest) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            let mut jar = self.cookies.lock().expect("the jar");
            if rest.contains("Max-Age=0;") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Submits a form as a browser without script does.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = reqwest::Url::parse("http://x/").expect("an address");
        body.query_pairs_mut().extend_pairs(fields);
        let request = self
            .request(Method::POST, path)
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.query().unwrap_or_default().to_owned());
        self.send(request).await
    }

    pub async fn upload(&self, bytes: Vec<u8>) -> Answer {
        self.send(
            self.request(Method::POST, "/api/sources")
                .multipart(picture_part(bytes)),
        )
        .await
    }

    pub async fn upload_mask(&self, source: &str, bytes: Vec<u8>) -> Answer {
        let form = Form::new().part("mask", Part::bytes(bytes).file_name("mask.png"));
        let path = format!("/api/sources/{source}/masks");
        self.send(self.request(Method::POST, &path).multipart(form)).await
    }

    /// Uploads a sound picture and gives the source's id.
    pub async fn source(&self, bytes: Vec<u8>) -> String {
        let answer = self.upload(bytes).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.text_at("id")
    }

    /// An order for a restyle of a source, at the lowest price.
    pub fn order(source: &str, prompt: &str) -> Value {
        json!({
            "source_id": source,
            "way": "restyle",
            "prompt": prompt,
            "spec": {
                "model": "gpt-image-2.5-flare", "quality": "low", "size": "1024x1024", "count": 1, "format": "png"
            }
        })
    }

    /// Starts an order under a key.
    pub async fn start(&self, order: &Value, key: &str) -> Answer {
        let mut body = order.clone();
        body["idempotency_key"] = key.into();
        self.post("/api/jobs/start", &body).await
    }

    /// Starts an order and waits until its job is over; gives the job.
    pub async fn paint(&self, order: &Value, key: &str) -> Value {
        let started = self.start(order, key).await;
        assert_eq!(started.status, 202, "{}", started.text());
        self.over(&started.text_at("job_id")).await
    }

    /// Waits until a job is over; gives it.
    pub async fn over(&self, job: &str) -> Value {
        until("the job is over", async || {
            let job = self.get(&format!("/api/jobs/get?id={job}")).await.json();
            let open = matches!(job["state"].as_str(), Some("queued" | "running"));
            (!open).then_some(job)
        })
        .await
    }

    /// A variation of a fresh source: the ids of both.
    pub async fn variation(&self, prompt: &str) -> (String, String) {
        let source = self.source(super::pictures::jpeg(640, 480)).await;
        let job = self.paint(&Self::order(&source, prompt), prompt).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        let variation = job["variations"][0].as_str().expect("a variation").to_owned();
        (source, variation)
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON was expected: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A text field of the JSON.
    pub fn text_at(&self, field: &str) -> String {
        let json = self.json();
        json[field]
            .as_str()
            .unwrap_or_else(|| panic!("no {field} in {json}"))
            .to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn location(&self) -> &str {
        self.header("location").expect("a location")
    }

    /// Proves that this is this error, with its own status and its sentence in this language.
    pub fn is_fault(&self, code: ErrorCode, lang: Lang) {
        let json = self.json();
        assert_eq!(json["code"], code.code(), "{json}");
        assert_eq!(self.status, code.status(), "{json}");
        let message = json["message"].as_str().expect("a sentence");
        let sentence = code.sentence(lang);
        // Places are filled; what stands around them is the sentence.
        let (before, _) = sentence.split_once('{').unwrap_or((sentence, ""));
        assert!(message.starts_with(before) && !message.contains('{'), "{message}");
        if !sentence.contains('{') {
            assert_eq!(message, sentence);
        }
    }
}
