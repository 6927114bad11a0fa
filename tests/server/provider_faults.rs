//! Everything a provider can do wrong, in every call there is: the right error, the right number of calls (counted by the
//! provider), the right amount in the books.

mod cases;
mod spoilt;

use crate::harness::{Person, QUICK, TestApp, pictures, until};
use cases::{
    ALL, Call, Case, Describe, DescribeInWords, Edit, EditStreamed, Generate, GenerateStreamed, MONEY, Nothing,
    PAINTING, Refine, TheQuote, USER, azure, broken, for_the_operator, in_streams, openai, refused, stream,
};
use pochoir::{
    api::ErrorCode,
    domain::text::Lang,
    server::providers::{FaultKind, Rhythm},
};
use serde_json::{Value, json};
use sqlx::Row as _;
use std::time::{Duration, Instant};

/// Both vendors, without caps: what is booked in full must not stop the next case.
const VENDORS: [(&str, &str); 8] = [
    ("OPENAI_API_KEY", "sk-test"),
    ("OPENAI_BASE_URL", "{demo}/v1"),
    ("AZURE_VISION_ENDPOINT", "{demo}"),
    ("AZURE_VISION_KEY", "vision-key"),
    ("POCHOIR_ACCESS", "open"),
    ("POCHOIR_BUDGET_DAY", "none"),
    ("POCHOIR_BUDGET_MONTH", "none"),
    ("POCHOIR_BUDGET_VISITOR_DAY", "none"),
];

/// A server, somebody with a picture, and how many things they asked for.
struct Bench {
    app: TestApp,
    person: Person,
    source: String,
    asked: u32,
}

/// How a call ended.
#[derive(Debug)]
struct Ended {
    code: Option<String>,
    state: String,
    spent: i64,
    quote: i64,
    unknown: bool,
    requests: i64,
}

impl Bench {
    async fn start(rhythm: Rhythm) -> Self {
        let app = TestApp::paced(rhythm, &VENDORS).await;
        let person = app.person();
        let source = person.source(pictures::jpeg(64, 64)).await;
        Self {
            app,
            person,
            source,
            asked: 0,
        }
    }

    async fn requests(&self) -> i64 {
        self.app.counters().await["requests"].as_i64().expect("a count")
    }

    /// Makes a call and tells how it ended, by the provider's count and by the books.
    async fn make(&mut self, call: Call) -> Ended {
        let before = self.requests().await;
        self.asked += 1;
        let (state, code) = if call.is_waited_for() {
            let wish = format!("Attempt {}.", self.asked);
            let (address, ask) = match call {
                Refine => (
                    "/api/prompts/refine",
                    json!({ "source_id": self.source, "wish": wish, "way": "restyle" }),
                ),
                Describe => (
                    "/api/descriptions/create",
                    json!({ "source_id": self.source, "provider": "azure_vision" }),
                ),
                _ => (
                    "/api/descriptions/create",
                    json!({ "source_id": self.source, "provider": "openai" }),
                ),
            };
            let answer = self.person.post(address, &ask).await;
            if answer.status == 200 {
                ("succeeded".to_owned(), None)
            } else {
                let code = answer.text_at("code");
                let known = ErrorCode::from_code(&code).expect("a code of ours");
                answer.is_fault(known, Lang::En);
                ("failed".to_owned(), Some(code))
            }
        } else {
            let mut order = Person::order(&self.source, &format!("Attempt {}.", self.asked));
            order["spec"]["size"] = "1024x640".into();
            if matches!(call, Generate | GenerateStreamed) {
                order["way"] = "reimagine".into();
            }
            if matches!(call, GenerateStreamed | EditStreamed) {
                order["spec"]["partials"] = 1.into();
            }
            let job = self.person.paint(&order, &format!("key {}", self.asked)).await;
            let code = job["error"]["code"].as_str().map(str::to_owned);
            (job["state"].as_str().expect("a state").to_owned(), code)
        };
        let mut db = self.app.look().await;
        let row = sqlx::query("SELECT kind, spent, quote, unknown FROM calls ORDER BY rowid DESC LIMIT 1")
            .fetch_one(&mut db)
            .await
            .expect("a call");
        let kind: String = row.get("kind");
        assert_eq!(kind, call.kind());
        Ended {
            code,
            state,
            spent: row.get("spent"),
            quote: row.get("quote"),
            unknown: row.get::<i64, _>("unknown") == 1,
            requests: self.requests().await - before,
        }
    }

    /// Plays a fault on the next request of this call.
    async fn play(&self, call: Call, fault: &Value, times: u32) {
        let mut fault = fault.clone();
        fault["path"] = call.path().into();
        fault["times"] = times.into();
        self.app.play(fault).await;
    }

    async fn prove(&mut self, case: &Case) {
        for call in case.calls {
            println!("{call:?}: {:.300}", case.fault.to_string());
            self.play(*call, &case.fault, 1).await;
            let ended = self.make(*call).await;
            assert_eq!(ended.code.as_deref(), Some(case.told.code()), "{ended:?}");
            assert_eq!(ended.requests, 1, "it is sent once: {ended:?}");
            let cost = match case.cost {
                Nothing => 0,
                TheQuote => ended.quote,
            };
            assert!(ended.quote > 0, "{ended:?}");
            assert_eq!((ended.spent, ended.unknown), (cost, false), "{ended:?}");
            assert_eq!(ended.state, "failed", "{ended:?}");
        }
    }

    async fn prove_all(mut self, cases: Vec<Case>) {
        for case in &cases {
            self.prove(case).await;
        }
        let charged = self.app.counters().await["spent_micros"].as_i64().expect("a sum");
        let mut db = self.app.look().await;
        let booked = sqlx::query_scalar("SELECT sum(spent) FROM calls")
            .fetch_one(&mut db)
            .await;
        let booked: i64 = booked.expect("the calls");
        assert!(booked >= charged, "booked {booked}, the providers charged {charged}");
        drop(db);
        self.app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_refused_once() {
    Bench::start(QUICK).await.prove_all(refused()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_has_to_mend_costs_nothing_and_is_not_tried_again() {
    Bench::start(QUICK).await.prove_all(for_the_operator()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_painted_is_booked_in_full_and_never_sent_again() {
    Bench::start(QUICK).await.prove_all(broken()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_in_a_stream_have_their_names_too() {
    Bench::start(QUICK).await.prove_all(in_streams()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_were_painted_and_spoilt_are_booked_in_full() {
    Bench::start(QUICK).await.prove_all(spoilt::spoilt()).await;
}

/// Nobody but a person can tell that a picture is noise: it is what was paid for, and it is kept.
#[tokio::test(flavor = "multi_thread")]
async fn noise_is_a_picture_like_any_other() {
    let mut bench = Bench::start(QUICK).await;
    for call in PAINTING {
        bench.play(*call, &json!({"noise": true}), 1).await;
        let ended = bench.make(*call).await;
        assert_eq!((ended.state.as_str(), ended.requests), ("succeeded", 1), "{ended:?}");
        assert!(ended.spent > 0 && ended.spent <= ended.quote, "{ended:?}");
    }
    bench.app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_at_all_is_unknown_and_booked_in_full() {
    let rhythm = Rhythm {
        longest: Duration::from_millis(1500),
        ..QUICK
    };
    let mut bench = Bench::start(rhythm).await;
    let drip = json!({"body": {"data": "x".repeat(1000)}, "drip": {"bytes": 10, "every_ms": 50}});
    for (call, fault) in ALL
        .iter()
        .flat_map(|call| [(call, json!({"hang": true})), (call, drip.clone())])
    {
        println!("{call:?}: {:.60}", fault.to_string());
        bench.play(*call, &fault, 1).await;
        let ended = bench.make(*call).await;
        assert_eq!(
            ended.code.as_deref(),
            Some(ErrorCode::OutcomeUnknown.code()),
            "{ended:?}"
        );
        assert_eq!(
            (ended.spent, ended.unknown, ended.requests),
            (ended.quote, true, 1),
            "{ended:?}"
        );
        let state = if call.is_waited_for() { "failed" } else { "unknown" };
        assert_eq!(ended.state, state);
    }
    bench.app.finish().await;
}

/// The three ways to ask for a pause, each several times over, and then the picture.
#[tokio::test(flavor = "multi_thread")]
async fn too_fast_is_waited_out() {
    let mut bench = Bench::start(QUICK).await;
    let mut milliseconds = openai(429, json!("rate_limit_exceeded"), "requests", "x");
    milliseconds["headers"] = json!({"retry-after-ms": "20", "retry-after": "3000"});
    let mut date = azure(429, "429", "Requests have exceeded the call rate limit.", &Value::Null);
    date["headers"] = json!({"date": "Mon, 23 Nov 2026 10:00:00 GMT", "retry-after": "Mon, 23 Nov 2026 10:00:00 GMT"});
    let overloaded = openai(503, json!("server_is_overloaded"), "service_unavailable_error", "x");
    for (fault, call) in [(milliseconds, Edit), (date, Generate), (overloaded, GenerateStreamed)] {
        println!("{call:?}: {fault}");
        bench.play(call, &fault, 5).await;
        let ended = bench.make(call).await;
        assert_eq!((ended.state.as_str(), ended.requests), ("succeeded", 6), "{ended:?}");
        assert!(ended.spent > 0 && ended.spent <= ended.quote, "paid once: {ended:?}");
        assert_eq!(bench.app.counters().await["charged"], bench.asked, "painted once");

        // Somebody waits for words: they are told at once.
        for describe in [Describe, DescribeInWords, Refine] {
            bench.play(describe, &fault, 1).await;
            let told = bench.make(describe).await;
            assert_eq!(told.code.as_deref(), Some(ErrorCode::ProviderBusy.code()), "{told:?}");
            assert_eq!((told.spent, told.requests), (0, 1), "{told:?}");
            bench.asked -= 1;
        }
    }
    bench.app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_fast_for_longer_than_there_is_time_costs_nothing() {
    let rhythm = Rhythm {
        patience: Duration::from_millis(400),
        ..QUICK
    };
    let mut bench = Bench::start(rhythm).await;
    let mut fault = openai(429, json!("slow_down"), "rate_limit_error", "x");
    fault["headers"] = json!({"retry-after-ms": "90"});
    for call in PAINTING {
        bench.play(*call, &fault, 20).await;
        let started = Instant::now();
        let ended = bench.make(*call).await;
        assert_eq!(ended.code.as_deref(), Some(ErrorCode::ProviderBusy.code()), "{ended:?}");
        assert_eq!((ended.state.as_str(), ended.spent), ("failed", 0), "{ended:?}");
        assert_eq!(ended.requests, 5, "four waits of 90 ms and no fifth: {ended:?}");
        assert!(started.elapsed() >= Duration::from_millis(180), "it waited");
        bench.app.reset().await;
    }
    bench.app.finish().await;
}

/// One call, and then none to this provider, whatever is ordered; the other provider goes on.
#[tokio::test(flavor = "multi_thread")]
async fn money_makes_one_call_and_opens_the_breaker() {
    let rhythm = Rhythm {
        pause: Duration::from_hours(1),
        ..QUICK
    };
    let mut faults: Vec<Value> = MONEY
        .map(|code| openai(429, json!(code), "insufficient_quota", "x"))
        .to_vec();
    faults.push(openai(400, json!("billing_hard_limit_reached"), USER, "x"));
    faults.push(stream("data: {\"error\":{\"code\":\"insufficient_quota\"}}\n\n"));
    for (place, fault) in faults.iter().enumerate() {
        let mut bench = Bench::start(rhythm).await;
        let first = if place + 1 == faults.len() {
            EditStreamed
        } else {
            PAINTING[place % PAINTING.len()]
        };
        println!("{first:?}: {fault}");
        bench.play(first, fault, 9).await;
        let ended = bench.make(first).await;
        assert_eq!(
            ended.code.as_deref(),
            Some(ErrorCode::ProviderCredit.code()),
            "{ended:?}"
        );
        assert_eq!(ended.requests, 1, "{ended:?}");
        for next in [Generate, Edit] {
            let ended = bench.make(next).await;
            assert_eq!(
                ended.code.as_deref(),
                Some(ErrorCode::ProviderCredit.code()),
                "{ended:?}"
            );
            assert_eq!((ended.requests, ended.spent), (0, 0), "{ended:?}");
        }
        let stopped: Vec<FaultKind> = bench
            .app
            .app
            .providers
            .states()
            .iter()
            .filter_map(|lane| lane.stopped)
            .collect();
        assert_eq!(stopped, [FaultKind::NoCredit], "one lane of the two");
        bench.app.finish().await;
    }
}

/// It is certain that nothing was done, so a server that stops while it waits does not book anything as unknown.
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_with_the_server_and_costs_nothing() {
    let bench = Bench::start(QUICK).await;
    let mut fault = openai(429, json!("rate_limit_exceeded"), "requests", "x");
    fault["headers"] = json!({"retry-after": "100"});
    bench.play(Edit, &fault, 9).await;
    let order = Person::order(&bench.source, "At dusk.");
    assert_eq!(bench.person.start(&order, "key").await.status, 202);
    until("it was sent", async || (bench.requests().await == 1).then_some(())).await;
    until("it is in the books as sent", async || {
        let mut db = bench.app.look().await;
        let state: String = sqlx::query_scalar("SELECT state FROM jobs")
            .fetch_one(&mut db)
            .await
            .expect("a job");
        (state == "running").then_some(())
    })
    .await;
    bench.app.stop();
    let spent = until("it is settled", async || {
        let mut db = bench.app.look().await;
        let row = sqlx::query("SELECT spent, unknown FROM calls WHERE settled_at IS NOT NULL");
        let row = row.fetch_optional(&mut db).await.expect("the calls")?;
        Some((row.get::<i64, _>("spent"), row.get::<i64, _>("unknown")))
    })
    .await;
    assert_eq!(spent, (0, 0));
    assert_eq!(bench.requests().await, 1, "nothing more was sent");
    bench.app.finish().await;
}
