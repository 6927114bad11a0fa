//! The wire formats, through the router: what is answered, and what is refused how.

mod azure;
mod azure_older;
mod azure_openai;
mod edits;
mod generations;
mod moderations;
mod responses;
mod script;
mod spoilt;
mod truth;

use super::{DemoOptions, router};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt as _;
use image::{DynamicImage, ImageFormat};
use serde_json::Value;
use std::io::Cursor;
use tower::ServiceExt as _;

/// The smallest size the models paint, nearly.
const SMALL: &str = "1024x640";

/// An answer, read whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.expect("a whole body").to_bytes().to_vec(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Status, code and parameter of an error.
    fn refusal(&self) -> (u16, Value, Value) {
        let error = &self.json()["error"];
        (self.status.as_u16(), error["code"].clone(), error["param"].clone())
    }
}

fn server(control: bool) -> Router {
    router(DemoOptions { control })
}

async fn send(app: &Router, request: Request<Body>) -> Answer {
    Answer::of(app.clone().oneshot(request).await.expect("an answer")).await
}

async fn post_json(app: &Router, path: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, "Bearer sk-demo")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .expect("a request");
    send(app, request).await
}

/// A part of a form: name, file name and type if it is a file, bytes.
type Part<'a> = (&'a str, Option<(&'a str, &'a str)>, Vec<u8>);

fn text<'a>(name: &'a str, value: &str) -> Part<'a> {
    (name, None, value.as_bytes().to_vec())
}

async fn post_form(app: &Router, path: &str, parts: &[Part<'_>]) -> Answer {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        body.extend_from_slice(b"--B\r\ncontent-disposition: form-data; name=\"");
        body.extend_from_slice(name.as_bytes());
        if let Some((filename, content_type)) = file {
            body.extend_from_slice(
                format!("\"; filename=\"{filename}\"\r\ncontent-type: {content_type}\r\n\r\n").as_bytes(),
            );
        } else {
            body.extend_from_slice(b"\"\r\n\r\n");
        }
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--B--\r\n");
    let request = Request::post(path)
        .header(header::AUTHORIZATION, "Bearer sk-demo")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
        .body(Body::from(body))
        .expect("a request");
    send(app, request).await
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).expect("a PNG");
    file.into_inner()
}

/// A blue field with an orange disc on the left.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let (cx, cy, radius) = (
        f64::from(width) * 0.28,
        f64::from(height) * 0.5,
        f64::from(height) * 0.25,
    );
    let pixels = image::RgbImage::from_fn(width, height, |x, y| {
        let inside = (f64::from(x) - cx).hypot(f64::from(y) - cy) < radius;
        image::Rgb(if inside { [236, 120, 32] } else { [28, 44, 96] })
    });
    png(&DynamicImage::ImageRgb8(pixels))
}

/// A mask whose hole is the left half.
fn mask(width: u32, height: u32) -> Vec<u8> {
    let pixels = image::RgbaImage::from_fn(width, height, |x, _| {
        image::Rgba([0, 0, 0, if x < width / 2 { 0 } else { 255 }])
    });
    png(&DynamicImage::ImageRgba8(pixels))
}
