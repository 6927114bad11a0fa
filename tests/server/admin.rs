//! `pochoir admin`, through the program itself: what the operator sees of the books, and does to them, while a server works on
//! the same database or not.

use crate::{
    harness::program::{Running, program, said},
    harness::{Person, TestApp, pictures, until},
};
use pochoir::{
    domain::{
        budget::Caps,
        id::{CallId, GroupId, VisitorId},
        money::Micros,
        spec::ProviderName,
    },
    server::{
        providers::ensure_crypto,
        session::Token,
        store::{
            CallKind, GroupRow, Groups as _, Money as _, NewCall, Periods, Settlement, Timestamp, Visitors as _,
            sqlite::SqliteStore,
        },
    },
};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};
use std::{path::Path, process::Output};

const NO_CAPS: Caps = Caps {
    day: None,
    month: None,
    visitor_day: None,
};

/// Runs `pochoir admin` on a data folder.
fn admin(folder: &Path, arguments: &[&str]) -> Output {
    let folder = folder.display().to_string();
    let all: Vec<&str> = std::iter::once("admin").chain(arguments.iter().copied()).collect();
    program(&all, &[("POCHOIR_DATA_DIR", &folder)])
        .output()
        .expect("an end")
}

/// What it answers when it does what was asked.
fn answered(folder: &Path, arguments: &[&str]) -> String {
    let output = admin(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).expect("text")
}

/// What it says when it does not.
fn refused(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = admin(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
    said(&output)
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_795_000_000_000 + millis).expect("a moment")
}

/// Books with real money in them: a member of a group whose name is a formula, who paid OpenAI.
struct Seeded {
    folder: tempfile::TempDir,
    store: SqliteStore,
    visitor: VisitorId,
    calls: u8,
}

impl Seeded {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("pochoir.db"))
            .await
            .expect("a database");
        let visitor = VisitorId::from_random([7; 16]);
        store
            .create_visitor(&visitor, &[7; 32], moment(0))
            .await
            .expect("a visitor");
        let group = GroupRow {
            id: GroupId::from_random([8; 16]),
            name: "=HYPERLINK(\"http://example.org\";\"4b\"), \"quoted\"".to_owned(),
            cap: None,
            ends_at: None,
            created_at: moment(0),
        };
        store.create_group(&group).await.expect("a group");
        store.join_group(&visitor, &group.id, moment(0)).await.expect("joined");
        Self {
            folder,
            store,
            visitor,
            calls: 0,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    async fn reserve(&mut self, quote: i64) -> CallId {
        self.calls += 1;
        let call = NewCall {
            id: CallId::from_random([self.calls; 16]),
            visitor: self.visitor.clone(),
            kind: CallKind::Paint,
            provider: ProviderName::Openai,
            model: "gpt".to_owned(),
            quote: Micros(quote),
            play: false,
            periods: Periods {
                day: "2026-11-22".to_owned(),
                month: "2026-11".to_owned(),
            },
            now: moment(1),
            lease_until: moment(1_000),
        };
        self.store.reserve(&call, &NO_CAPS).await.expect("room");
        call.id
    }

    async fn settle(&self, call: &CallId, spent: i64, request: Option<&str>, unknown: bool) {
        let settlement = Settlement {
            spent: Micros(spent),
            usage: None,
            request_id: request.map(ToOwned::to_owned),
            unknown,
            now: moment(9),
        };
        self.store.settle(call, &settlement).await.expect("settled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_are_proved_while_a_server_writes_them() {
    let app = TestApp::start().await;
    let folder = app.app.config.data_dir.clone();
    let person = app.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let checking = tokio::task::spawn_blocking({
        let folder = folder.clone();
        move || (0..5).map(|_| answered(&folder, &["ledger-check"])).collect::<Vec<_>>()
    });
    for wish in ["Dusk.", "Snow.", "Ink.", "Oil."] {
        person.paint(&Person::order(&source, wish), wish).await;
    }
    for line in checking.await.expect("a thread") {
        assert!(line.starts_with("the books balance: "), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
    }
    let last = answered(&folder, &["ledger-check"]);
    assert!(last.contains(" 4 calls (0 open), "), "{last}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_difference_is_said_and_the_exit_code_tells() {
    let mut books = Seeded::new().await;
    let call = books.reserve(100).await;
    books.settle(&call, 40, None, false).await;
    assert_eq!(
        answered(books.path(), &["ledger-check"]),
        "the books balance: 3 entries, 1 calls (0 open), 0.000040 spent and 0.000000 held, 0.000000 and 0.000000 in play money\n"
    );
    let file = books.path().join("pochoir.db");
    let mut db = SqliteConnection::connect(&format!("sqlite:{}", file.display()))
        .await
        .expect("the file");
    for statement in [
        "UPDATE budgets SET spent = spent - 1 WHERE name IN ('month', 'group')",
        "UPDATE calls SET spent = 41",
    ] {
        sqlx::query(statement).execute(&mut db).await.expect("tampered with");
    }
    let words = refused(books.path(), &["ledger-check"], 1);
    for part in [
        "balance month ",
        "balance group ",
        "call 0101",
        "the books do not balance: 3 differences",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_is_csv_that_no_spreadsheet_runs() {
    let mut books = Seeded::new().await;
    let call = books.reserve(1_500_000).await;
    books.settle(&call, 1_250_001, Some("=cmd|' /C calc'!A0"), false).await;
    answered(books.path(), &["bill", "openai", "2026-10", "0.5"]);
    let text = answered(books.path(), &["export-ledger"]);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let cell = |row: usize, name: &str| {
        let column = header.iter().position(|other| other == name).expect("a column");
        rows[row].get(column).expect("a cell").to_owned()
    };
    let what: Vec<String> = (0..rows.len()).map(|row| cell(row, "what")).collect();
    assert_eq!(what, ["reserve", "settle", "release", "adjust"]);
    assert_eq!(cell(1, "spent_micros"), "1250001");
    assert_eq!(cell(1, "spent_dollars"), "1.250001");
    assert_eq!(cell(1, "reserved_dollars"), "-1.250001", "a number stays one");
    assert_eq!(cell(1, "request_id"), "'=cmd|' /C calc'!A0");
    assert_eq!(
        cell(1, "group_name"),
        "'=HYPERLINK(\"http://example.org\";\"4b\"), \"quoted\""
    );
    assert_eq!(cell(1, "visitor"), books.visitor.as_str());
    assert_eq!(
        (cell(3, "vendor"), cell(3, "month")),
        ("openai".to_owned(), "2026-10".to_owned())
    );
    assert!(
        cell(3, "reason").starts_with("openai billed 0.500000 for 2026-10"),
        "{}",
        cell(3, "reason")
    );

    let november = answered(books.path(), &["export-ledger", "--month", "2026-11"]);
    assert_eq!(november.lines().count(), 4, "{november}");
    assert_eq!(
        answered(books.path(), &["export-ledger", "--month", "2025-01"])
            .lines()
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_months_end_by_vendor() {
    let mut books = Seeded::new().await;
    let (known, unknown) = (books.reserve(100).await, books.reserve(200).await);
    books.settle(&known, 90, Some("req-1"), false).await;
    books.settle(&unknown, 200, Some("req-2"), true).await;
    let held = books.reserve(50).await;
    let month = answered(books.path(), &["month", "2026-11"]);
    for part in [
        "0.000290",
        "openai: 1 calls are not settled yet",
        "req-2, sent -, paint gpt, 0.000200",
    ] {
        assert!(month.contains(part), "{part}: {month}");
    }
    assert!(!month.contains("req-1"), "{month}");

    let bill = ["bill", "openai", "2026-11", "0.0001"];
    let booked = answered(books.path(), &bill);
    assert!(booked.contains("-0.000190 is booked as an adjustment"), "{booked}");
    assert!(booked.contains("1 calls of that month are not settled yet"), "{booked}");
    let again = answered(books.path(), &bill);
    assert!(again.contains("nothing to adjust"), "{again}");
    books.settle(&held, 5, None, false).await;
    let month = answered(books.path(), &["month", "2026-11"]);
    assert!(month.contains("-0.000005 came to light after the bill"), "{month}");
    answered(books.path(), &bill);
    let month = answered(books.path(), &["month", "2026-11"]);
    assert!(!month.contains("came to light"), "{month}");
    assert!(answered(books.path(), &["ledger-check"]).starts_with("the books balance"));
    assert!(answered(books.path(), &["month", "2026-01"]).contains("no real money"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_deleted_while_the_server_runs() {
    let app = TestApp::start().await;
    let folder = app.app.config.data_dir.clone();
    let (ada, ben) = (app.person(), app.person());
    let source = ada.source(pictures::jpeg(320, 240)).await;
    let theirs = ben.source(pictures::jpeg(400, 240)).await;
    let token = ada.cookie("pochoir").expect("a cookie");
    let found = app.app.store.visitor_by_token(&Token::hash(&token)).await;
    let id = found.expect("an answer").expect("a visitor");

    app.play(json!({ "path": "/images/", "hold": true, "times": 1 })).await;
    let job = ada.start(&Person::order(&source, "Dusk."), "k").await.text_at("job_id");
    app.held(1).await;
    let asked = |arguments: &[&str], code: i32| {
        let (folder, arguments) = (
            folder.clone(),
            arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(),
        );
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            refused(&folder, &arguments, code)
        })
    };
    let words = asked(&["delete-visitor", id.as_str()], 1).await.expect("a thread");
    assert!(words.contains("a job of this visitor is not over"), "{words}");
    app.release().await;
    ada.over(&job).await;

    let words = asked(&["delete-visitor", id.as_str()], 0).await.expect("a thread");
    assert!(words.contains("gone-"), "{words}");
    let gone = ada.get(&format!("/api/sources/get?id={source}")).await;
    assert!(matches!(gone.status.as_u16(), 401 | 404), "{}", gone.text());
    assert_eq!(ben.get(&format!("/api/sources/get?id={theirs}")).await.status, 200);
    until("the files are gone", async || {
        let kept = app.app.blobs.list().await.expect("the blobs").len();
        (kept == app.app.store.referenced_blobs().await.expect("references").len()).then_some(())
    })
    .await;
    let ledger = asked(&["export-ledger"], 0).await.expect("a thread");
    assert!(!ledger.contains(id.as_str()) && ledger.contains("gone-"), "{ledger}");
    let again = asked(&["delete-visitor", id.as_str()], 1).await.expect("a thread");
    assert!(again.contains("there is no visitor"), "{again}");
    app.finish().await;
}

/// The catalogue promises a tenth of what the provider counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_was_too_low_is_said_and_the_next_quote_is_high_enough() {
    ensure_crypto();
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = folder.path().join("catalogue.toml");
    let cheap = include_str!("../../src/server/providers/catalogue.toml").replace(
        "bound_percent = 100, expected_percent = 100",
        "bound_percent = 10, expected_percent = 10",
    );
    std::fs::write(&catalogue, cheap).expect("written");
    let (catalogue, data) = (catalogue.display().to_string(), folder.path().display().to_string());
    let settings = [
        ("POCHOIR_ADDR", "127.0.0.1:0"),
        ("POCHOIR_DATA_DIR", data.as_str()),
        ("POCHOIR_CATALOGUE", catalogue.as_str()),
        ("POCHOIR_BUDGET_VISITOR_DAY", "0.01"),
    ];
    let running = Running::start(&["serve"], &settings);
    let person = running.person();
    let source = person.source(pictures::jpeg(320, 240)).await;
    let order = Person::order(&source, "At dusk.");
    let micros = |value: &serde_json::Value| value.as_i64().unwrap_or_else(|| panic!("an amount: {value}"));
    let first = person.paint(&order, "first").await;
    assert_eq!(first["state"], "succeeded", "{first}");
    let (quote, spent) = (micros(&first["quote_micros"]), micros(&first["spent_micros"]));
    assert!(spent > quote, "{first}");

    let priced = person.post("/api/quotes/create", &order).await.json();
    assert!(micros(&priced["quote_micros"]) >= spent, "{priced}");
    let lines = priced["lines"].as_array().expect("lines");
    let sum: i64 = lines.iter().map(|line| micros(&line["micros"])).sum();
    assert_eq!(sum, micros(&priced["quote_micros"]), "{priced}");
    assert!(lines.iter().any(|line| line["what"] == "raised"), "{priced}");
    let models = person.get("/api/catalogue/get").await.json();
    let model = models["models"]
        .as_array()
        .expect("models")
        .iter()
        .find(|model| model["id"] == "gpt-image-2.5-flare");
    let raised = &model.expect("the model")["raised"];
    assert_eq!(raised[0]["provider"], "demo", "{raised}");
    let factor = micros(&raised[0]["factor"]);
    assert_eq!(
        (quote * factor + 999) / 1_000,
        micros(&priced["quote_micros"]),
        "both sides compute the same"
    );

    let alerts = answered(folder.path(), &["alerts"]);
    assert!(
        alerts.contains("held were 0.001440") && alerts.contains("(play money)"),
        "{alerts}"
    );
    assert!(alerts.contains("budget visitor_day "), "{alerts}");
    assert!(alerts.contains("50 % used up"), "{alerts}");
    assert_ne!(priced["budgets"][2]["level"], "plenty", "{priced}");
    let factors = answered(folder.path(), &["factors"]);
    assert!(
        factors.contains("demo \"gpt-image-2.5-flare-2026-09-08\": quotes times"),
        "{factors}"
    );
    answered(
        folder.path(),
        &["factors", "--reset", "demo", "gpt-image-2.5-flare-2026-09-08"],
    );
    let priced = person.post("/api/quotes/create", &order).await.json();
    assert_eq!(micros(&priced["quote_micros"]), quote, "as before");
    refused(
        folder.path(),
        &["factors", "--reset", "demo", "gpt-image-2.5-flare-2026-09-08"],
        1,
    );
    assert!(answered(folder.path(), &["ledger-check"]).starts_with("the books balance"));
    assert_eq!(
        tokio::task::spawn_blocking(move || running.terminate())
            .await
            .expect("a thread"),
        Some(0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said_in_words() {
    let empty = tempfile::tempdir().expect("a folder");
    let words = refused(empty.path(), &["ledger-check"], 1);
    assert!(words.contains("there is no database at"), "{words}");
    assert!(!empty.path().join("pochoir.db").exists(), "and none is made");

    let books = Seeded::new().await;
    for arguments in [
        ["month", "2026-13"].as_slice(),
        &["month", "november"],
        &["bill", "demo", "2026-11", "1"],
        &["bill", "openai", "2026-11", "-1"],
        &["bill", "openai", "2026-11", "1,50"],
        &["delete-visitor", "ada"],
        &["nonsense"],
    ] {
        refused(books.path(), arguments, 2);
    }
    let file = books.path().join("pochoir.db");
    let mut db = SqliteConnection::connect(&format!("sqlite:{}", file.display()))
        .await
        .expect("the file");
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)")
        .execute(&mut db)
        .await
        .expect("an older schema");
    let words = refused(books.path(), &["ledger-check"], 1);
    assert!(words.contains("start the server once with this one"), "{words}");
}
