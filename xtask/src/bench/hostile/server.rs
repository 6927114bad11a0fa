//! The program as it is released, started for a bench, and as much HTTP as it takes to speak with it.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Longer than anything may take: reached only when something is broken.
const AT_MOST: Duration = Duration::from_mins(2);

/// A running program; it ends with this value.
pub struct Server {
    process: Child,
    /// Host and port.
    address: String,
    folder: PathBuf,
}

/// Somebody with a session.
pub struct Session {
    address: String,
    cookie: String,
}

impl Server {
    /// Starts it on an empty folder and a free port, with no settings but these.
    pub fn start(program: &Path, folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let log = fs::File::create(folder.join("log"))?;
        let mut process = Command::new(program)
            .arg("serve")
            .env_clear()
            .env("POCHOIR_ADDR", "127.0.0.1:0")
            .env("POCHOIR_DATA_DIR", folder.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().context("the output is not piped")?);
        output.read_line(&mut line)?;
        let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let Some(address) = address.map(str::to_owned) else {
            // It may have ended already; there is nobody to tell.
            let _ = process.kill();
            bail!("the program said {line:?} instead of its address");
        };
        // Read on, so that it never waits for a reader.
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Ok(Self {
            process,
            address,
            folder: folder.to_owned(),
        })
    }

    /// Memory that is in use now, in megabytes.
    pub fn memory_mb(&self) -> Result<f64> {
        self.figure_mb("VmRSS:")
    }

    /// The most memory there was since [`Self::forget_peak`], in megabytes.
    pub fn peak_mb(&self) -> Result<f64> {
        self.figure_mb("VmHWM:")
    }

    /// From here on a new peak is noted: <https://docs.kernel.org/filesystems/proc.html>, `clear_refs`.
    pub fn forget_peak(&self) -> Result<()> {
        let file = format!("/proc/{}/clear_refs", self.process.id());
        fs::write(&file, "5").with_context(|| format!("{file} cannot be written"))
    }

    fn figure_mb(&self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .context("it is gone")?;
        let kb: f64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
        Ok(kb * 1024.0 / 1e6)
    }

    /// Asks for an address; the status.
    pub fn get(&self, path: &str) -> Result<u16> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        );
        Ok(exchange(&self.address, head.as_bytes(), b"")?.0)
    }

    /// Somebody new, with a session.
    pub fn session(&self) -> Result<Session> {
        let mut session = Session {
            address: self.address.clone(),
            cookie: String::new(),
        };
        let photograph = include_bytes!("../../../../end2end/pictures/rocket.jpg");
        let (status, head) = session.send(photograph)?;
        let cookie = head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "))
            .and_then(|line| line.split(';').next());
        let Some(cookie) = cookie else {
            bail!("no session came with {status}: {head}");
        };
        cookie.clone_into(&mut session.cookie);
        Ok(session)
    }

    /// Asks it to stop; nothing it logged may be a panic.
    pub fn stop(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        let log = fs::read_to_string(self.folder.join("log"))?;
        match log.lines().find(|line| line.contains("panicked")) {
            Some(line) => bail!("it panicked: {line}"),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nobody to tell.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Session {
    /// Uploads a file; the status.
    pub fn upload(&self, file: &[u8]) -> Result<u16> {
        Ok(self.send(file)?.0)
    }

    fn send(&self, file: &[u8]) -> Result<(u16, String)> {
        const BOUNDARY: &str = "a-boundary-that-no-file-has";
        let before =
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"photo\"\r\n\r\n");
        let body = [before.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        let head = format!(
            "POST /api/sources HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {}\r\ncontent-type: \
             multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            self.cookie,
            body.len()
        );
        exchange(&self.address, head.as_bytes(), &body)
    }
}

/// One question on a connection of its own: the status and the head of the answer.
fn exchange(address: &str, head: &[u8], body: &[u8]) -> Result<(u16, String)> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(AT_MOST))?;
    connection.set_nodelay(true)?;
    connection.write_all(head)?;
    connection.write_all(body)?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let (head, _) = text.split_once("\r\n\r\n").context("no answer came")?;
    let status = head.split(' ').nth(1).context("no status came")?.parse()?;
    Ok((status, head.to_owned()))
}
