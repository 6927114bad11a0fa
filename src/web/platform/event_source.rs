//! Server-sent events. A page opens one channel for all of its jobs: six of them stall HTTP/1.1.

/// An open channel. Dropping it closes the connection.
#[derive(Debug)]
pub struct EventChannel {
    #[cfg(feature = "hydrate")]
    source: web_sys::EventSource,
    #[cfg(feature = "hydrate")]
    _listeners: Vec<wasm_bindgen::closure::Closure<dyn FnMut(web_sys::Event)>>,
}

/// What arrives on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// The connection stands, for the first time or again: events may have been missed before.
    Open,
    /// An event's `data`.
    Data(String),
}

/// Opens a channel and calls `on_arrival` for each of the named events. `None` when the browser refuses, and on the
/// server.
pub fn open(url: &str, names: &[&str], on_arrival: impl Fn(Arrival) + Clone + 'static) -> Option<EventChannel> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, closure::Closure};
        let source = web_sys::EventSource::new(url).ok()?;
        let mut listeners = Vec::with_capacity(names.len() + 1);
        let opened = on_arrival.clone();
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| opened(Arrival::Open));
        source
            .add_event_listener_with_callback("open", listener.as_ref().unchecked_ref())
            .ok()?;
        listeners.push(listener);
        for name in names {
            let on_arrival = on_arrival.clone();
            let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
                let message: web_sys::MessageEvent = event.unchecked_into();
                if let Some(data) = message.data().as_string() {
                    on_arrival(Arrival::Data(data));
                }
            });
            source
                .add_event_listener_with_callback(name, listener.as_ref().unchecked_ref())
                .ok()?;
            listeners.push(listener);
        }
        Some(EventChannel {
            source,
            _listeners: listeners,
        })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (url, names, on_arrival);
        None
    }
}

#[cfg(feature = "hydrate")]
impl Drop for EventChannel {
    fn drop(&mut self) {
        self.source.close();
    }
}
