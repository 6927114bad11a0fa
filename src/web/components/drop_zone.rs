//! The drop zone: a native file input over the whole zone, so that choosing and dropping work without script. With
//! script a chosen, dropped, pasted or photographed picture is sent at once, with progress and a way to stop.

use super::fault;
use crate::{
    api::{ErrorCode, sources::Source},
    domain::{
        limits::MAX_UPLOAD_BYTES,
        text::{Lang, fill, home::Home, number},
    },
    web::{
        context::use_lang,
        platform::{
            conversion,
            local_file::{self, LocalFile},
            upload::{self, Progress, Upload},
        },
    },
};
use leptos::{ev, html, prelude::*, reactive::send_wrapper_ext::SendOption, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_query_map};
use std::collections::VecDeque;

/// How the zone stands.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// Nothing under way.
    Idle,
    /// A file goes to the server.
    Sending {
        /// Its name.
        name: String,
        /// Its place among the chosen ones, from 1.
        place: usize,
        /// The share that was sent, from 0 to 1.
        share: f64,
    },
}

/// One choice of files on its way.
#[derive(Clone, Copy)]
struct Transfer {
    lang: Lang,
    stage: RwSignal<Stage>,
    faults: RwSignal<Vec<String>>,
    count: RwSignal<usize>,
    // Browser's things stay on its one thread. The server never has any, and drops a page wherever it likes: a value in
    // local storage, even an empty one, would panic there.
    queue: StoredValue<SendOption<VecDeque<LocalFile>>>,
    upload: StoredValue<SendOption<Upload>>,
    made: StoredValue<Vec<Source>>,
    done: Callback<Vec<Source>>,
}

impl Transfer {
    fn new(lang: Lang, done: Callback<Vec<Source>>) -> Self {
        Self {
            lang,
            stage: RwSignal::new(Stage::Idle),
            faults: RwSignal::new(Vec::new()),
            count: RwSignal::new(0),
            queue: StoredValue::new(SendOption::new_local(None)),
            upload: StoredValue::new(SendOption::new_local(None)),
            made: StoredValue::new(Vec::new()),
            done,
        }
    }

    fn busy(self) -> bool {
        self.stage.with_untracked(|stage| *stage != Stage::Idle)
    }

    /// Takes files, unless others are under way.
    fn take(self, files: Vec<LocalFile>) {
        if self.busy() || files.is_empty() {
            return;
        }
        self.faults.set(Vec::new());
        self.made.set_value(Vec::new());
        self.count.set(files.len());
        self.queue.set_value(SendOption::new_local(Some(files.into())));
        self.next();
    }

    /// Sends the next file, or ends.
    fn next(self) {
        let first = |queue: &mut SendOption<VecDeque<LocalFile>>| queue.as_mut().and_then(VecDeque::pop_front);
        let Some(file) = self.queue.try_update_value(first).flatten() else {
            self.stage.set(Stage::Idle);
            let made = self.made.get_value();
            if !made.is_empty() {
                self.done.run(made);
            }
            return;
        };
        let place = self.count.get_untracked() - self.queue.with_value(|queue| queue.as_ref().map_or(0, VecDeque::len));
        self.stage.set(Stage::Sending {
            name: file.name.clone(),
            place,
            share: 0.0,
        });
        spawn_local(async move {
            match ready(&file).await {
                Ok(file) => self.send(&file),
                Err(code) => self.fail(&file.name, code.sentence(self.lang)),
            }
        });
    }

    fn send(self, file: &LocalFile) {
        // Stopped while the picture was being converted.
        if !self.busy() {
            return;
        }
        let name = file.name.clone();
        let begun = upload::send("/api/sources", "picture", file, move |progress| {
            self.hear(&name, &progress);
        });
        if begun.is_none() {
            self.fail(&file.name, ErrorCode::Interrupted.sentence(self.lang));
        }
        self.upload.set_value(SendOption::new_local(begun));
    }

    fn hear(self, name: &str, progress: &Progress) {
        match progress {
            Progress::Sent(sent) => self.stage.update(|stage| {
                if let Stage::Sending { share, .. } = stage {
                    *share = *sent;
                }
            }),
            Progress::Stopped => {}
            _ => match progress.outcome::<Source>(self.lang) {
                Some(Ok(source)) => {
                    self.made.update_value(|made| made.push(source));
                    self.next();
                }
                Some(Err(error)) => self.fail(name, &error.message),
                None => {}
            },
        }
    }

    fn fail(self, name: &str, sentence: &str) {
        let fault = if self.count.get_untracked() > 1 {
            fill(Home::of(self.lang).fault_named, &[("name", name), ("fault", sentence)])
        } else {
            sentence.to_owned()
        };
        self.faults.update(|faults| faults.push(fault));
        self.next();
    }

    /// Gives the file under way and those behind it up.
    fn stop(self) {
        self.queue.set_value(SendOption::new_local(None));
        self.upload.update_value(|upload| {
            if let Some(upload) = Option::take(upload) {
                upload.stop();
            }
        });
        self.faults.set(vec![Home::of(self.lang).cancelled.to_owned()]);
        self.next();
    }
}

/// The file as it can be sent, or why it cannot.
async fn ready(file: &LocalFile) -> Result<LocalFile, ErrorCode> {
    if file.bytes == 0 {
        return Err(ErrorCode::PictureEmpty);
    }
    let file = if conversion::is_taken(&file.media_type) {
        file.clone()
    } else {
        conversion::convert(file).await.ok_or(ErrorCode::PictureUnsupported)?
    };
    if file.bytes > MAX_UPLOAD_BYTES {
        return Err(ErrorCode::PictureTooBig);
    }
    Ok(file)
}

/// The zone. Several files make several sources; `added` hears of them when there is more than one.
#[component]
pub fn DropZone(
    /// Called with the new sources when several were sent; a single one opens the studio.
    #[prop(into)]
    added: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let t = Home::of(lang);
    let query = use_query_map();
    let navigate = use_navigate();
    let done = Callback::new(move |made: Vec<Source>| match made.as_slice() {
        [source] => navigate(
            &format!("/studio/{}", source.id),
            leptos_router::NavigateOptions::default(),
        ),
        _ => added.run(()),
    });
    let transfer = Transfer::new(lang, done);
    let over = RwSignal::new(false);
    let live = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();

    Effect::new(move |_| {
        live.set(true);
        if let Some(field) = field.get_untracked() {
            transfer.take(local_file::from_field(&field));
        }
    });
    Effect::new(move |_| {
        let listener = window_event_listener(ev::paste, move |event| transfer.take(local_file::from_paste(&event)));
        on_cleanup(move || listener.remove());
    });

    let chosen = move |event: ev::Event| {
        transfer.take(local_file::from_input(&event));
        // The same file can be chosen again after a fault.
        event_target::<leptos::web_sys::HtmlInputElement>(&event).set_value("");
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        transfer.take(local_file::from_drop(&event));
    };
    let faults = move || {
        let faults = transfer.faults.get();
        if !faults.is_empty() {
            return faults;
        }
        let code = query.read().get("error");
        code.and_then(|code| fault::sentence(&code, lang)).into_iter().collect()
    };
    let title = move || if over.get() { t.zone_over } else { t.zone_title };
    let size = number::bytes(lang, MAX_UPLOAD_BYTES);

    view! {
        <form
            class="drop"
            class:live=move || live.get()
            class:over=move || over.get()
            class:busy=move || transfer.stage.get() != Stage::Idle
            method="post"
            action="/api/sources"
            enctype="multipart/form-data"
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <input
                class="drop-field"
                id="picture"
                type="file"
                name="picture"
                accept="image/*"
                required
                prop:multiple=true
                aria-describedby="picture-types picture-fault"
                aria-invalid=move || if faults().is_empty() { "false" } else { "true" }
                node_ref=field
                on:change=chosen
            />
            <div class="drop-words">
                <p class="drop-title">{title}</p>
                <p class="drop-ways">
                    <label class="btn ink" for="picture">
                        {t.choose}
                    </label>
                    <label class="btn drop-camera">
                        <input class="unseen" type="file" accept="image/*" capture="environment" on:change=chosen/>
                        <span>{t.camera}</span>
                    </label>
                    <button class="btn ink drop-submit" type="submit">
                        {t.submit}
                    </button>
                </p>
                <p class="note" id="picture-types">
                    <span class="drop-paste">{t.paste} <br/></span>
                    {fill(t.types, &[("size", &size)])}
                </p>
                <SendingBar transfer/>
                <div class="drop-fault" id="picture-fault" role="alert">
                    {move || faults().into_iter().map(|fault| view! { <p>{fault}</p> }).collect_view()}
                </div>
            </div>
        </form>
    }
    .into_any()
}

/// What is under way, how far it is, and the way to stop it.
#[component]
fn SendingBar(transfer: Transfer) -> impl IntoView {
    let t = Home::of(transfer.lang);
    let said = move || match transfer.stage.get() {
        Stage::Idle => String::new(),
        Stage::Sending { share, .. } if share >= 1.0 => t.preparing.to_owned(),
        Stage::Sending { name, place, .. } => {
            let (place, count) = (place.to_string(), transfer.count.get());
            let text = if count > 1 { t.sending_of } else { t.sending };
            fill(
                text,
                &[("name", &name), ("place", &place), ("count", &count.to_string())],
            )
        }
    };
    let share = move || match transfer.stage.get() {
        Stage::Idle => 0.0,
        Stage::Sending { share, .. } => share,
    };
    view! {
        <div class="drop-progress" hidden=move || transfer.stage.get() == Stage::Idle>
            <p role="status">{said}</p>
            <progress max="1" prop:value=share aria-label=t.progress></progress>
            <button class="btn small" type="button" on:click=move |_| transfer.stop()>
                {crate::domain::text::common::Common::of(transfer.lang).cancel}
            </button>
        </div>
    }
    .into_any()
}
