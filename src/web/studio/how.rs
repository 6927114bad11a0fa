//! How it is painted: draft, standard or final; and, folded away, what the preset would choose by itself.

use super::{
    spec::{Choice, most_at_once, most_partials, offered_sizes},
    state::{StudioState, use_studio},
};
use crate::domain::{
    catalogue::{Effort, Model},
    order::Way,
    source::Format,
    spec::{Quality, Size},
    text::{common::Common, fill, number},
};
use leptos::prelude::*;

/// The name of a way.
#[must_use]
pub fn way_label(state: StudioState, way: Way) -> &'static str {
    let t = state.texts();
    match way {
        Way::Reimagine => t.way_reimagine,
        Way::Restyle => t.way_restyle,
        Way::Repaint => t.way_repaint,
    }
}

/// Draft, standard, final.
#[component]
pub fn Efforts() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    view! {
        <fieldset class="seg">
            <legend class="unseen">{t.effort}</legend>
            {[
                (Effort::Draft, "draft", t.effort_draft),
                (Effort::Standard, "standard", t.effort_standard),
                (Effort::Final, "final", t.effort_final),
            ]
                .into_iter()
                .map(|(effort, value, label)| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name="effort"
                                value=value
                                form="paint"
                                checked=effort == state.effort.get_untracked()
                                prop:checked=move || state.effort.get() == effort
                                on:change=move |_| state.take_effort(effort)
                            />
                            <span>{label}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
    .into_any()
}

/// The spec in one line.
fn summary(state: StudioState) -> Option<String> {
    let t = state.texts();
    let spec = state.spec.get()?;
    let model = state
        .fixed()
        .catalogue
        .model(&spec.model)
        .map(|model| model.label.clone())?;
    let size = match state.way.get() {
        Way::Repaint => fill(t.about_pixels, &[("pixels", &megapixels(state, spec.size))]),
        Way::Restyle | Way::Reimagine => number::size(spec.size.width, spec.size.height),
    };
    let count = number::counted(state.lang, u64::from(spec.count), t.pictures);
    Some(format!(
        "{} · {size} · {count} · {model}",
        way_label(state, state.way.get())
    ))
}

/// A pixel count as megapixels.
fn megapixels(state: StudioState, size: Size) -> String {
    let tenths = (size.pixels() + 50_000) / 100_000;
    let point = match state.lang {
        crate::domain::text::Lang::En => '.',
        crate::domain::text::Lang::Fr => ',',
    };
    format!("{}{point}{}", tenths / 10, tenths % 10)
}

/// Effort, way, and the folded settings.
#[component]
pub fn How() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    view! {
        <section class="studio-part how" aria-labelledby="how-title">
            <h2 id="how-title" class="unseen">{t.how}</h2>
            <details class="settings">
                <summary>
                    <span class="settings-line">{move || summary(state)}</span>
                    <span class="settings-open">{t.settings}</span>
                </summary>
                <div class="settings-body">
                    <Ways/>
                    <Settings/>
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// The three ways. What follows from the stencil can be overruled.
#[component]
fn Ways() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let ways = [
        (Way::Restyle, "restyle", t.way_restyle_hint),
        (Way::Repaint, "repaint", t.way_repaint_hint),
        (Way::Reimagine, "reimagine", t.way_reimagine_hint),
    ];
    view! {
        <fieldset class="ways">
            <legend>{t.way}</legend>
            {ways
                .into_iter()
                .map(|(way, value, hint)| {
                    view! {
                        <label class="choice" class:scripted=way == Way::Repaint>
                            <input
                                type="radio"
                                name="way"
                                value=value
                                checked=way == state.way.get_untracked()
                                prop:checked=move || state.way.get() == way
                                on:change=move |_| state.chosen_way.set(Some(way))
                            />
                            <span>
                                {way_label(state, way)}
                                <small>{hint}</small>
                            </span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
    .into_any()
}

/// The model in force.
fn model(state: StudioState) -> Option<Model> {
    let spec = state.spec.get()?;
    state.fixed().catalogue.model(&spec.model).cloned()
}

/// The name of a model, with the day it ends on where that is near.
fn model_label(state: StudioState, model: &Model) -> String {
    match (&model.ends, model.ends_in_days) {
        (Some(ends), Some(_)) => {
            let date = number::date(state.lang, &format!("{ends}T00:00:00Z"));
            fill(state.texts().model_until, &[("model", &model.label), ("date", &date)])
        }
        _ => model.label.clone(),
    }
}

/// The models that can be ordered, as values and labels, by family and in the catalogue's order.
fn families(state: StudioState) -> Vec<(String, Vec<(String, String)>)> {
    let mut families: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let fixed = state.fixed();
    for model in fixed
        .catalogue
        .models
        .iter()
        .filter(|model| !model.qualities.is_empty())
    {
        let entry = (model.id.clone(), model_label(state, model));
        match families.iter_mut().find(|(family, _)| *family == model.family) {
            Some((_, models)) => models.push(entry),
            None => families.push((model.family.clone(), vec![entry])),
        }
    }
    families
}

/// Model, quality, size, count, format.
#[component]
fn Settings() -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let families = families(state);
    let models = move || {
        let chosen = state.spec.get().map(|spec| spec.model);
        let group = |(family, models): &(String, Vec<(String, String)>)| {
            let models = options(models.clone(), chosen.clone());
            if family.is_empty() {
                models.into_any()
            } else {
                view! { <optgroup label=family.clone()>{models}</optgroup> }.into_any()
            }
        };
        families.iter().map(group).collect_view()
    };
    let qualities = move || {
        let chosen = state.spec.get().map(|spec| spec.quality.name().to_owned());
        let offered = model(state).map(|model| model.qualities).unwrap_or_default();
        let offered = offered.into_iter().map(|cost| {
            (
                cost.quality.name().to_owned(),
                Common::of(state.lang).quality(cost.quality).to_owned(),
            )
        });
        options(offered.collect(), chosen)
    };
    let sizes = move || {
        let way = state.way.get();
        let chosen = state.spec.get().map(|spec| spec.size);
        let fixed = state.fixed();
        let pixels = fixed
            .catalogue
            .preset(state.effort.get(), way)
            .map_or(1_048_576, |preset| preset.pixels);
        let mut offered = model(state)
            .map(|model| offered_sizes(&model, way, fixed.shape(), pixels))
            .unwrap_or_default();
        if let Some(size) = chosen.filter(|size| !offered.contains(size)) {
            offered.push(size);
        }
        let label = |size: Size| match way {
            Way::Repaint => fill(t.about_pixels, &[("pixels", &megapixels(state, size))]),
            Way::Restyle | Way::Reimagine => number::size(size.width, size.height),
        };
        let offered = offered.into_iter().map(|size| (size.to_string(), label(size)));
        options(offered.collect(), chosen.map(|size| size.to_string()))
    };
    let counts = move || {
        let chosen = state.spec.get().map(|spec| spec.count.to_string());
        let most = model(state).map_or(1, |model| most_at_once(&model));
        options(
            (1..=most).map(|count| (count.to_string(), count.to_string())).collect(),
            chosen,
        )
    };
    let formats = move || {
        let chosen = state.spec.get().map(|spec| spec.format.name().to_owned());
        let offered = model(state).map(|model| model.formats).unwrap_or_default();
        let label = |format: Format| match format {
            Format::Png => "PNG",
            Format::Jpeg => "JPEG",
            Format::Webp => "WebP",
        };
        let offered = offered
            .into_iter()
            .map(|format| (format.name().to_owned(), label(format).to_owned()));
        options(offered.collect(), chosen)
    };
    let partials = move || {
        let spec = state.spec.get();
        let most = spec.as_ref().map_or(0, |spec| most_partials(spec.count));
        let label = |count: u8| match count {
            0 => t.partials_none.to_owned(),
            _ => number::counted(state.lang, u64::from(count), t.pictures),
        };
        options(
            (0..=most).map(|count| (count.to_string(), label(count))).collect(),
            spec.map(|spec| spec.partials.to_string()),
        )
    };
    let choose = move |change: fn(&mut Choice, String)| {
        move |event: leptos::ev::Event| {
            let value = event_target_value(&event);
            state.choice.update(|choice| change(choice, value));
        }
    };
    let invalid = move |field: &'static str| move || state.fault(field).map(|_| "true");
    view! {
        <div class="settings-grid scripted">
            <label class="field">
                <span>{t.model}</span>
                <select aria-invalid=invalid("model") on:change=choose(|choice, id| choice.model = Some(id))>{models}</select><FieldFault name="model"/>
            </label>
            <label class="field">
                <span>{t.quality}</span>
                <select aria-invalid=invalid("quality") on:change=choose(|choice, name| choice.quality = quality(&name))>{qualities}</select><FieldFault name="quality"/>
            </label>
            <label class="field">
                <span>{t.size}</span>
                <select aria-invalid=invalid("size") on:change=choose(|choice, size| choice.size = size.parse().ok())>{sizes}</select><FieldFault name="size"/>
            </label>
            <label class="field">
                <span>{t.count}</span>
                <select aria-invalid=invalid("count") on:change=choose(|choice, count| choice.count = count.parse().ok())>{counts}</select><FieldFault name="count"/>
            </label>
            <label class="field">
                <span>{t.format}</span>
                <select aria-invalid=invalid("format") on:change=choose(|choice, name| choice.format = format(&name))>{formats}</select><FieldFault name="format"/>
            </label>
            <label class="field">
                <span>{t.partials}</span>
                <select aria-invalid=invalid("partials") on:change=choose(|choice, count| choice.partials = count.parse().ok())>{partials}</select><FieldFault name="partials"/>
            </label>
            {move || {
                let changed = !state.choice.read().is_preset() || state.chosen_way.read().is_some();
                changed
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="link-button"
                                on:click=move |_| {
                                    state.choice.set(Choice::default());
                                    state.chosen_way.set(None);
                                }
                            >
                                {t.back_to_preset}
                            </button>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// What is wrong with a setting, in words.
#[component]
fn FieldFault(
    /// The field's name in the order.
    name: &'static str,
) -> impl IntoView {
    let state = use_studio();
    move || {
        state
            .fault(name)
            .map(|sentence| view! { <span class="field-error">{sentence}</span> })
    }
}

/// The options of a list, with the one in force selected.
fn options(offered: Vec<(String, String)>, chosen: Option<String>) -> impl IntoView {
    offered
        .into_iter()
        .map(|(value, label)| {
            let selected = chosen.as_ref() == Some(&value);
            view! { <option value=value selected=selected prop:selected=selected>{label}</option> }
        })
        .collect_view()
}

/// Reads a quality's name.
fn quality(name: &str) -> Option<Quality> {
    [
        Quality::Low,
        Quality::Medium,
        Quality::High,
        Quality::Xhigh,
        Quality::Max,
    ]
    .into_iter()
    .find(|quality| quality.name() == name)
}

/// Reads a format's name.
fn format(name: &str) -> Option<Format> {
    [Format::Png, Format::Jpeg, Format::Webp]
        .into_iter()
        .find(|format| format.name() == name)
}
