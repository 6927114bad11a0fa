//! What is done now and then beside requests and jobs: providers' keys are looked for in their files, alerts are written into
//! the log, and the bytes of pictures go whose rows another process deleted.

use super::{
    failure::Outcome,
    providers::Look,
    state::App,
    store::{Alert, AlertRow},
};
use crate::domain::budget::BudgetName;
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);

/// Does what there is to do until the server stops, and once more then.
pub async fn run(app: &App) {
    loop {
        if let Err(failure) = once(app).await {
            tracing::error!(
                code = failure.code.code(),
                log = failure.log,
                "the upkeep failed; it tries again"
            );
        }
        if app.shutdown.is_cancelled() {
            return;
        }
        tokio::select! {
            () = app.shutdown.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn once(app: &App) -> Outcome<()> {
    app.providers.renew_keys(Look::IfWritten).await;
    for alert in app.store.take_untold_alerts(app.clock.now()).await? {
        tell(&alert);
    }
    let freed = app.store.take_freed_blobs().await?;
    if !freed.is_empty() {
        app.blobs.sweep(&*app.store, &freed).await?;
    }
    Ok(())
}

/// Writes an alert into the log. Whose budget it is stays in the books when it is one person's.
fn tell(row: &AlertRow) {
    match &row.alert {
        Alert::Budget {
            name,
            subject,
            period,
            percent,
            used,
            cap,
        } => {
            let group = (*name == BudgetName::Group).then_some(subject.as_str());
            tracing::warn!(
                budget = name.name(), group, period, percent, %used, %cap, play = row.play,
                "a budget is used up so far"
            );
        }
        Alert::OverQuote {
            call,
            provider,
            model,
            request_id,
            quote,
            spent,
        } => tracing::warn!(
            %call, provider = provider.name(), model, request_id, %quote, %spent, play = row.play,
            "a call cost more than was held for it; later quotes are higher"
        ),
    }
}
