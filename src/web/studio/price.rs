//! The price on the button: asked of the server whenever the order changes, the newest answer wins.

use super::{
    how::Efforts,
    left::{Warning, budget_label},
    paint::{Press, press, send_mask},
    progress::Progress,
    results::doing,
    spec::estimate,
    state::{Priced, StudioState, use_studio},
};
use crate::{
    api::{
        ApiError, ErrorCode,
        quotes::{QuoteAnswer, create_quote, create_quotes},
        variations::VariationUrls,
    },
    domain::{
        budget::BudgetName,
        catalogue::Effort,
        id::JobId,
        money::Micros,
        order::{Order, QuoteLine, Way},
        text::{Lang, fill, number},
    },
    web::{
        components::paused::{Act, Paused},
        context::use_left_today,
        editor::Editor,
        platform::timer::sleep_ms,
    },
};
use leptos::{prelude::*, task::spawn_local};

/// How long typing may pause before the price is asked.
const QUOTE_PAUSE_MS: i32 = 300;
/// How long drawing may pause before the stencil is sent to be priced.
const MASK_PAUSE_MS: i32 = 900;

/// What is left of the cap with the least left.
fn least_left(answer: &QuoteAnswer) -> Option<Micros> {
    answer.budgets.iter().filter_map(|budget| budget.left_micros).min()
}

/// The price of one order, or of several as one: their lines added up, the rest as the first has it.
async fn price_of(orders: &[Order]) -> Result<QuoteAnswer, ApiError> {
    if let [order] = orders {
        return create_quote(order.clone()).await;
    }
    let all = create_quotes(orders.to_vec()).await?;
    let mut lines: Vec<QuoteLine> = Vec::new();
    for line in all.quotes.iter().flat_map(|quote| &quote.lines) {
        match lines.iter_mut().find(|known| known.what == line.what) {
            Some(known) => known.micros += line.micros,
            None => lines.push(line.clone()),
        }
    }
    let first = all.quotes.into_iter().next();
    let first = first.ok_or_else(|| ApiError::new(ErrorCode::DirectionsCount, Lang::En))?;
    Ok(QuoteAnswer {
        quote_micros: all.quote_micros,
        expected_micros: all.expected_micros,
        allowed: all.allowed,
        lines,
        ..first
    })
}

/// Keeps the price true: runs in the browser only.
fn keep_priced(state: StudioState, editor: Editor, pressed: Press) {
    // Counts questions, so that an older answer cannot overtake a newer one.
    let newest = StoredValue::new(0_u64);
    let left_today = use_left_today();
    Effect::new(move |_| {
        let orders = state.orders.get();
        // Money that was reserved or given back changes what is left.
        state
            .jobs
            .with(|jobs| jobs.iter().filter(|job| job.state.is_terminal()).count());
        newest.update_value(|count| *count += 1);
        let Some(orders) = orders else { return };
        let mine = newest.get_value();
        spawn_local(async move {
            sleep_ms(QUOTE_PAUSE_MS).await;
            if newest.try_get_value() != Some(mine) {
                return;
            }
            let answer = price_of(&orders).await;
            if newest.try_get_value() == Some(mine) {
                if let Ok(answer) = &answer {
                    left_today.set(least_left(answer));
                }
                state.priced.set(Some(Priced { orders, answer }));
            }
        });
    });
    let drawn = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let stencil = state.stencil.get();
        drawn.update_value(|count| *count += 1);
        let unsent = state.way.get() == Way::Repaint && stencil.bounds.is_some();
        let known = editor.uploaded.get_untracked();
        if !unsent || known.is_some_and(|(revision, _)| revision == stencil.revision) {
            return;
        }
        let mine = drawn.get_value();
        spawn_local(async move {
            sleep_ms(MASK_PAUSE_MS).await;
            if drawn.try_get_value() != Some(mine) {
                return;
            }
            if let Err(error) = send_mask(state, editor).await {
                pressed.problem.set(Some(error));
            }
        });
    });
}

/// What an effort costs as far as the page can tell by itself: before anything is typed, and without script.
fn estimated(state: StudioState, effort: Effort) -> Option<Micros> {
    let fixed = state.fixed();
    let choice = state.choice.read();
    let prompt = state.prompt();
    estimate(
        &fixed.catalogue,
        effort,
        state.way.get(),
        fixed.shape(),
        &choice,
        &prompt,
        fixed.session.painters.first().copied(),
    )
}

/// The first cap that has no room.
fn full_cap(answer: &QuoteAnswer) -> Option<BudgetName> {
    if answer.allowed {
        return None;
    }
    answer
        .budgets
        .iter()
        .find(|budget| !budget.has_room_for(answer.quote_micros))
        .map(|budget| budget.name)
}

/// The name of a line of the price.
fn line_label(state: StudioState, what: &str) -> &str {
    let t = state.texts();
    match what {
        "text_in" => t.line_text,
        "reference_in" => t.line_reference,
        "mask_in" => t.line_mask,
        "image_out" => t.line_painted,
        "partials" => t.line_partials,
        "raised" => t.line_raised,
        other => other,
    }
}

/// Effort, the button with its price, the breakdown, what is left.
#[component]
pub fn PaintBar(
    /// The stencil's editor.
    editor: Editor,
    /// The button's signals.
    pressed: Press,
    /// What is under way.
    progress: Progress,
) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    keep_priced(state, editor, pressed);
    let session = &state.fixed().session;
    let painters = !session.painters.is_empty();
    let demo = session.demo;
    let answer = move || state.price().and_then(Result::ok);
    let full = move || answer().as_ref().and_then(full_cap);
    let label = move || match full() {
        Some(cap) => fill(t.over_cap, &[("budget", budget_label(t, cap))]),
        None if pressed.busy.get() => t.starting.to_owned(),
        None => match state.aims.read().len() {
            0 => t.paint.to_owned(),
            count => fill(
                t.paint_directions,
                &[(
                    "count",
                    &number::counted(state.lang, count as u64, t.directions_counted),
                )],
            ),
        },
    };
    let price = move || {
        let micros = answer().map(|answer| answer.expected_micros).or_else(|| {
            let one = estimated(state, state.effort.get())?;
            let count = state.aims.read().len().max(1);
            Some(one.times(i64::try_from(count).unwrap_or(1)))
        })?;
        Some(fill(t.about, &[("price", &number::money(state.lang, micros))]))
    };
    let left = {
        let at_opening = session.left_micros;
        move || {
            // The last answer tells what is left, even if the order changed since.
            let last = state.priced.get().and_then(|priced| priced.answer.ok());
            let smallest = match last {
                Some(answer) => least_left(&answer),
                None => at_opening,
            };
            let text = if demo { t.left_demo } else { t.left_today };
            smallest.map(|left| fill(text, &[("amount", &number::money_left(state.lang, left))]))
        }
    };
    // Without script the price stands beside each effort: the button cannot follow the choice.
    let prices = [
        (Effort::Draft, t.effort_draft),
        (Effort::Standard, t.effort_standard),
        (Effort::Final, t.effort_final),
    ]
    .into_iter()
    .filter_map(|(effort, label)| {
        let micros = untrack(|| estimated(state, effort))?;
        let about = fill(t.about, &[("price", &number::money(state.lang, micros))]);
        Some(fill(t.effort_price, &[("effort", label), ("price", &about)]))
    })
    .collect::<Vec<_>>()
    .join(" · ");
    view! {
        <div class="studio-foot">
            <UnderWay progress/>
            <Problem pressed/>
            <Repeat editor pressed/>
            <div class="row spread">
                <Efforts/>
                <span class="note at-most">
                    {move || {
                        answer()
                            .map(|answer| {
                                let most = number::money_at_most(state.lang, answer.quote_micros);
                                fill(t.at_most, &[("price", &most)])
                            })
                    }}
                </span>
            </div>
            <noscript><p class="note">{prices}</p></noscript>
            <button
                type="submit"
                form="paint"
                class="btn pay"
                disabled=!painters
                prop:disabled=move || !painters || pressed.busy.get() || full().is_some()
            >
                <span>{label}</span>
                <b>{move || if full().is_none() { price() } else { None }}</b>
            </button>
            {(!painters).then(|| view! { <p class="note">{t.no_painter}</p> })}
            <Paused act=Act::Paint pause=session.pause_of(session.painters.first().copied())/>
            <div class="row spread foot-notes">
                <details class="price-details scripted">
                    <summary>{t.price_details}</summary>
                    {move || match state.price() {
                        Some(Ok(answer)) => view! { <Breakdown answer/> }.into_any(),
                        _ => view! { <p class="note">{t.price_unknown}</p> }.into_any(),
                    }}
                </details>
                <span class="note">{left}</span>
            </div>
            <Warning/>
        </div>
    }
    .into_any()
}

/// What became of the last start, beside the button: on a phone the strip is out of sight.
#[component]
fn UnderWay(progress: Progress) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    // Only what was started or seen running here: an old result is no news.
    let watched = StoredValue::new(None::<JobId>);
    move || {
        let jobs = state.jobs.read();
        let job = jobs.first()?;
        if !job.state.is_terminal() {
            watched.set_value(Some(job.id.clone()));
            let elapsed = progress
                .elapsed_s(job)
                .map(|elapsed| format!(" · {}", number::seconds(state.lang, elapsed)));
            return Some(
                view! {
                    <p class="under-way">
                        <span>{doing(state, progress, job)} {elapsed}</span>
                        <a href="#results">{t.see_progress}</a>
                    </p>
                }
                .into_any(),
            );
        }
        let news = watched.with_value(|watched| watched.as_ref() == Some(&job.id));
        let variation = job.variations.first().filter(|_| news)?;
        Some(
            view! {
                <p class="under-way">
                    <span>{t.said_done}</span>
                    <a href=format!("/variations/{variation}")>{t.see_result}</a>
                </p>
            }
            .into_any(),
        )
    }
}

/// The price line by line, and what is left of each cap.
#[component]
fn Breakdown(answer: QuoteAnswer) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    let row = |label: String, amount: String| view! { <tr><th scope="row">{label}</th><td>{amount}</td></tr> };
    let lines = answer
        .lines
        .iter()
        .map(|line| {
            row(
                line_label(state, &line.what).to_owned(),
                number::money_at_most(state.lang, line.micros),
            )
        })
        .collect_view();
    let budgets = answer
        .budgets
        .iter()
        .map(|budget| {
            let left = budget.left_micros.map_or_else(
                || t.no_cap.to_owned(),
                |left| fill(t.left, &[("amount", &number::money_left(state.lang, left))]),
            );
            row(budget_label(t, budget.name).to_owned(), left)
        })
        .collect_view();
    let sent = answer.used.reference.map(|reference| {
        let sent = number::size(reference.width, reference.height);
        let asked = number::size(answer.used.size.width, answer.used.size.height);
        view! { <p class="note">{fill(t.sent_sizes, &[("reference", &sent), ("size", &asked)])}</p> }
    });
    view! {
        <table class="price-table">
            <caption>{t.price_caption}</caption>
            <tbody>{lines}</tbody>
            <tbody>{budgets}</tbody>
        </table>
        {sent}
    }
    .into_any()
}

/// Why it did not start, or why it has no price.
#[component]
fn Problem(pressed: Press) -> impl IntoView {
    let state = use_studio();
    let problem = move || -> Option<ApiError> { pressed.problem.get().or_else(|| state.price().and_then(Result::err)) };
    view! {
        <div role="alert" class="studio-problem">
            {move || {
                problem()
                    .map(|error| {
                        let fields = error.fields.unwrap_or_default();
                        let others = fields
                            .into_values()
                            .filter(|sentence| *sentence != error.message)
                            .map(|sentence| view! { <p>{sentence}</p> })
                            .collect_view();
                        view! {
                            <div class="alert">
                                <p>{error.message}</p>
                                {others}
                            </div>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// The same was painted before: the stored result first, and the question.
#[component]
fn Repeat(editor: Editor, pressed: Press) -> impl IntoView {
    let state = use_studio();
    let t = state.texts();
    move || {
        pressed.repeat_of.get().map(|id| {
            let urls = VariationUrls::of(&id, state.way.get_untracked());
            let price = state
                .price()
                .and_then(Result::ok)
                .map(|answer| number::money(state.lang, answer.expected_micros))
                .unwrap_or_default();
            view! {
                <div class="repeat" role="group" aria-labelledby="repeat-title">
                    <a href=format!("/variations/{id}")>
                        <img src=urls.thumb alt=t.painted_before_alt width="96" height="96"/>
                    </a>
                    <div>
                        <p id="repeat-title">{t.painted_before}</p>
                        <div class="row">
                            <a class="btn" href=format!("/variations/{id}")>{t.show_it}</a>
                            <button
                                type="button"
                                class="btn"
                                on:click=move |_| press(state, editor, pressed, true)
                            >
                                {fill(t.paint_again, &[("price", &price)])}
                            </button>
                            <button
                                type="button"
                                class="link-button"
                                on:click=move |_| pressed.repeat_of.set(None)
                            >
                                {t.leave_it}
                            </button>
                        </div>
                    </div>
                </div>
            }
        })
    }
}
