//! What people see of budgets: a group's cap only where there is a group, and how far each is used up.

use crate::harness::{Person, TestApp, pictures};
use pochoir::{
    api::ErrorCode,
    domain::{id::GroupId, money::Micros, text::Lang},
    server::{
        session::Token,
        store::{GroupRow, Timestamp},
    },
};
use serde_json::Value;

async fn budgets(person: &Person) -> Vec<Value> {
    let answer = person.get("/api/budgets/get").await.json();
    answer["budgets"].as_array().expect("budgets").clone()
}

fn names(budgets: &[Value]) -> Vec<&str> {
    budgets.iter().filter_map(|budget| budget["name"].as_str()).collect()
}

/// Puts the person into a new group.
async fn join(app: &TestApp, person: &Person, cap: i64, ends_at: Option<Timestamp>, byte: u8) {
    let store = &app.app.store;
    let token = person.cookie("pochoir").expect("a session");
    let visitor = store.visitor_by_token(&Token::hash(&token)).await.expect("an answer");
    let group = GroupRow {
        id: GroupId::from_random([byte; 16]),
        name: "Class 4b".to_owned(),
        cap: Some(Micros(cap)),
        ends_at,
        created_at: Timestamp::UNIX_EPOCH,
    };
    store.create_group(&group).await.expect("a group");
    let before = Timestamp::UNIX_EPOCH;
    store
        .join_group(&visitor.expect("a visitor"), &group.id, before)
        .await
        .expect("joined");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_groups_budget_is_shown_to_its_people_and_holds_them() {
    let app = TestApp::start().await;
    let (member, stranger) = (app.person(), app.person());
    let source = member.source(pictures::jpeg(320, 240)).await;
    stranger.source(pictures::jpeg(320, 240)).await;
    join(&app, &member, 20_000, None, 1).await;
    assert_eq!(names(&budgets(&member).await), ["day", "month", "visitor_day", "group"]);
    for other in [&stranger, &app.person()] {
        assert_eq!(names(&budgets(other).await), ["day", "month", "visitor_day"]);
    }

    let order = Person::order(&source, "At dusk.");
    let painted = member.paint(&order, "first").await;
    let spent = painted["spent_micros"].as_i64().expect("an amount");
    let group = budgets(&member).await.remove(3);
    assert_eq!(group["left_micros"].as_i64(), Some(20_000 - spent));
    let level = if spent >= 10_000 { "half" } else { "plenty" };
    assert_eq!(group["level"], level, "{group}");

    let mut dear = order.clone();
    dear["spec"]["quality"] = "high".into();
    let quote = member.post("/api/quotes/create", &dear).await.json();
    assert_eq!(quote["allowed"], false, "{quote}");
    for lang in Lang::ALL {
        let refused = member.clone().reading(lang).start(&dear, "second").await;
        refused.is_fault(ErrorCode::OverBudget, lang);
        let group = if lang == Lang::En {
            "your group’s"
        } else {
            "celui de votre groupe"
        };
        assert!(refused.text().contains(group), "{}", refused.text());
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_ended_is_said_before_and_after_the_press() {
    let app = TestApp::start().await;
    let member = app.person();
    let source = member.source(pictures::jpeg(320, 240)).await;
    let past = app.app.clock.now();
    join(&app, &member, 1_000_000, Some(past), 2).await;
    let order = Person::order(&source, "At dusk.");
    let quote = member.post("/api/quotes/create", &order).await.json();
    assert_eq!(
        (&quote["allowed"], &quote["budgets"][3]["ended"]),
        (&false.into(), &true.into())
    );
    assert_eq!(quote["budgets"][3]["left_micros"], 0);
    for lang in Lang::ALL {
        let refused = member.clone().reading(lang).start(&order, "k").await;
        refused.is_fault(ErrorCode::GroupEnded, lang);
    }
    let page = member.get(&format!("/studio/{source}")).await.text();
    assert!(page.contains("The time of your group is over"), "said on the page");
    app.finish().await;
}
