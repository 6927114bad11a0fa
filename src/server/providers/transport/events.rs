//! Streamed answers: Server-Sent Events, taken apart as their bytes come.
//!
//! Format: <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>. Of its fields only `event`
//! and `data` mean something here. A line of tens of megabytes is taken over as it is, not copied.

use std::mem;

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::server::providers) struct Event {
    /// Its name; empty when it has none.
    pub(in crate::server::providers) name: String,
    /// What it carries.
    pub(in crate::server::providers) data: Vec<u8>,
}

/// What came so far of the event that comes next.
#[derive(Debug, Default)]
pub(super) struct Reader {
    line: Vec<u8>,
    event: Event,
    has_data: bool,
}

impl Reader {
    /// Takes bytes in and gives the events that are whole now.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut whole = Vec::new();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let mut line = mem::take(&mut self.line);
                line.truncate(line.trim_ascii_end().len());
                whole.extend(self.take_line(line));
            }
        }
        whole
    }

    /// Bytes of the event that is not whole yet.
    pub(super) fn pending(&self) -> usize {
        self.line.len() + self.event.data.len()
    }

    /// A line without its end; an empty one ends an event.
    fn take_line(&mut self, mut line: Vec<u8>) -> Option<Event> {
        if line.is_empty() {
            let event = mem::take(&mut self.event);
            return mem::take(&mut self.has_data).then_some(event);
        }
        if let Some(name) = field(&line, b"event") {
            self.event.name = String::from_utf8_lossy(name).into_owned();
        } else if let Some(data) = field(&line, b"data") {
            if mem::replace(&mut self.has_data, true) {
                self.event.data.push(b'\n');
                self.event.data.extend_from_slice(data);
            } else {
                let before = line.len() - data.len();
                line.drain(..before);
                self.event.data = line;
            }
        }
        None
    }
}

/// The value of this field, if the line is one of it.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?;
    if value.is_empty() {
        return Some(value);
    }
    let value = value.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b": hello\n\nevent: one\ndata: {\"a\":1}\n\nid: 7\ndata: first\r\ndata:second\r\n\r\nevent: nothing\n\ndata: [DONE]\n\n";

    fn event(name: &str, data: &str) -> Event {
        Event {
            name: name.to_owned(),
            data: data.as_bytes().to_vec(),
        }
    }

    #[test]
    fn events_are_the_same_however_their_bytes_come() {
        let told = [
            event("one", "{\"a\":1}"),
            event("", "first\nsecond"),
            event("", "[DONE]"),
        ];
        for size in 1..=STREAM.len() {
            let mut reader = Reader::default();
            let events: Vec<Event> = STREAM.chunks(size).flat_map(|bytes| reader.feed(bytes)).collect();
            assert_eq!(events, told, "in pieces of {size}");
            assert_eq!(reader.pending(), 0);
        }
    }

    #[test]
    fn what_is_not_whole_is_no_event() {
        let mut reader = Reader::default();
        assert!(reader.feed(b"event: one\ndata: {\"a\"").is_empty());
        assert!(reader.pending() > 0);
    }
}
