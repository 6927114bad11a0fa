//! How much memory a painter's answer takes while it is read: `cargo xtask bench answer` runs it.
//!
//! `answer serve` paints noise at 4K, listens, prints `PORT FILE_BYTES BASE64_BYTES` and gives that answer to whoever asks, plainly or
//! as a stream, until its input ends. `answer read PORT plain|streamed|unannounced` asks it with the server's own client, in a process
//! of its own, and prints `{"decoded_bytes":…,"before_kb":…,"peak_kb":…,"ms":…}`: what the process had before the call, and
//! the most it had by the end of it. A stream has no length; `unannounced` is a plain answer without one.

#![expect(clippy::print_stdout, reason = "the figures go to whoever asked for them")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pochoir::{
    domain::{
        source::Format,
        spec::{Fine, Quality, Size},
    },
    server::{
        allocator,
        config::Config,
        imaging::{self, Pixels},
        providers::{Jitter, PaintRequest, Providers, Rhythm, Unfinished, catalogue, ensure_crypto},
    },
};
use std::{
    env,
    error::Error,
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Instant,
};
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// 4K.
const SIZE: Size = Size::new(3840, 2160);
/// Of ten rows so many are noise, so that the answer has about 30 MB.
const NOISY_TENTHS: usize = 7;
/// Bytes of the file that leave at once, in whole groups of three.
const PIECE: usize = 48 * 1024;

fn main() -> Outcome<()> {
    // As the server does: its figures of memory are meant.
    allocator::give_back()?;
    // `cargo bench` and `cargo test` hand their own switches to every bench; there is nothing to do for them.
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => serve(),
        ["read", port, how] => read(port, how),
        _ => {
            println!("this is run by `cargo xtask bench answer`");
            Ok(())
        }
    }
}

/// A picture that hardly gets smaller.
fn noise() -> Outcome<Vec<u8>> {
    let (width, height) = (SIZE.width as usize, SIZE.height as usize);
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut rgba = Vec::with_capacity(width * height * 4);
    for place in 0..width * height {
        // xorshift64: https://www.jstatsoft.org/article/view/v008i14
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [red, green, blue, ..] = state.to_be_bytes();
        let noisy = (place / width) % 10 < NOISY_TENTHS;
        rgba.extend(if noisy {
            [red, green, blue, 255]
        } else {
            [90, 90, 90, 255]
        });
    }
    let file = imaging::encode(&Pixels::new(SIZE, rgba)?, Format::Png, imaging::Quality::Lossless)?;
    Ok(file.to_vec())
}

fn serve() -> Outcome<()> {
    let file = Arc::new(noise()?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!(
        "{} {} {}",
        listener.local_addr()?.port(),
        file.len(),
        base64_bytes(&file)
    );
    io::stdout().flush()?;
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let file = file.clone();
            // Whoever hangs up has what it wanted.
            thread::spawn(move || answer(&connection, &file).is_ok());
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

const fn base64_bytes(file: &[u8]) -> usize {
    file.len().div_ceil(3) * 4
}

/// Reads a request and answers it in pieces; nothing is ever held but the file.
fn answer(connection: &TcpStream, file: &[u8]) -> Outcome<()> {
    let mut reader = BufReader::new(connection);
    let (mut length, mut line) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let order: serde_json::Value = serde_json::from_slice(&body)?;
    let streamed = order["stream"] == true;
    let announced = order["prompt"] != "unannounced";

    let usage =
        r#""usage":{"input_tokens":20,"output_tokens":300,"input_tokens_details":{"text_tokens":20,"image_tokens":0}}"#;
    let (kind, before, after) = if streamed {
        let name = "image_generation.completed";
        (
            "text/event-stream",
            format!("event: {name}\ndata: {{\"type\":\"{name}\",\"b64_json\":\""),
            format!("\",{usage}}}\n\n"),
        )
    } else {
        (
            "application/json",
            "{\"created\":1,\"data\":[{\"b64_json\":\"".to_owned(),
            format!("\"}}],{usage}}}"),
        )
    };
    let mut writer = connection;
    write!(
        writer,
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: {kind}\r\n"
    )?;
    if announced && !streamed {
        let length = before.len() + base64_bytes(file) + after.len();
        write!(writer, "content-length: {length}\r\n")?;
    }
    write!(writer, "\r\n{before}")?;
    for piece in file.chunks(PIECE) {
        writer.write_all(STANDARD.encode(piece).as_bytes())?;
    }
    writer.write_all(after.as_bytes())?;
    Ok(())
}

/// Asks for the picture once.
fn read(port: &str, how: &str) -> Outcome<()> {
    ensure_crypto();
    let settings = [
        ("OPENAI_API_KEY", "sk-bench".to_owned()),
        ("OPENAI_BASE_URL", format!("http://127.0.0.1:{port}/v1")),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    let config = Config::load(settings.into_iter(), None)?;
    let catalogue = catalogue::load(None, "2026-11-23")?;
    let jitter: Jitter = Arc::new(|| 0);
    let providers = Providers::build(&config, &catalogue, None, Rhythm::default(), &jitter)?;
    let painter = providers.painter(None).ok_or("no painter")?;
    let (to, _shown) = tokio::sync::mpsc::channel(1);
    let request = PaintRequest {
        model: "gpt-image-2".to_owned(),
        prompt: how.to_owned(),
        size: SIZE,
        quality: Quality::Low,
        count: 1,
        format: Format::Png,
        images: Vec::new(),
        mask: None,
        fine: Fine::default(),
        safety_identifier: "bench".to_owned(),
        unfinished: (how == "streamed").then_some(Unfinished { count: 1, to }),
        stop: CancellationToken::new(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let before_kb = memory_kb("VmRSS:")?;
    let started = Instant::now();
    let painted = runtime.block_on(painter.paint(&request))?;
    let ms = started.elapsed().as_millis();
    let peak_kb = memory_kb("VmHWM:")?;
    let picture = painted.pictures.first().ok_or("no picture")?;
    if imaging::peek(picture)?.size != SIZE || painted.usage.is_none() {
        return Err("the answer was not read as it was sent".into());
    }
    println!(
        "{{\"decoded_bytes\":{},\"before_kb\":{before_kb},\"peak_kb\":{peak_kb},\"ms\":{ms}}}",
        picture.len()
    );
    Ok(())
}

/// A figure of this process: what it has (`VmRSS`), or the most it ever had (`VmHWM`).
fn memory_kb(name: &str) -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with(name))
        .ok_or("no such figure")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
