//! Shares: who sees what, at every address below the page, in every state.

use crate::harness::{Answer, Person, TestApp};
use jiff::Timestamp;
use pochoir::server::clock::StoppedClock;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const ROLES: [&str; 5] = ["0/picture", "0/thumb", "0/download", "0/original", "card"];

async fn share(owner: &Person, variation: &str, settings: Value) -> (String, String) {
    let mut body = settings;
    body["variation_ids"] = json!([variation]);
    let answer = owner.post("/api/shares/create", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    (answer.text_at("id"), answer.text_at("slug"))
}

/// The statuses of the page, its data and everything below it.
async fn look(person: &Person, slug: &str) -> Vec<u16> {
    let mut seen = vec![person.get(&format!("/s/{slug}")).await.status.as_u16()];
    for role in ROLES {
        seen.push(person.get(&format!("/s/{slug}/{role}")).await.status.as_u16());
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_shows_what_it_was_told_to_and_nothing_else() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (_, variation) = owner.variation("At dusk, secretly.").await;
    let stranger = app.person();
    for (settings, seen) in [
        (json!({}), [200, 200, 200, 200, 404, 200]),
        (json!({ "allow_download": false }), [200, 200, 200, 404, 404, 200]),
        (
            json!({ "show_original": true, "allow_download": false }),
            [200, 200, 200, 404, 200, 200],
        ),
        (json!({ "visibility": "public", "show_original": true }), [200; 6]),
    ] {
        let (_, slug) = share(&owner, &variation, settings.clone()).await;
        assert_eq!(look(&stranger, &slug).await, seen, "{settings}");
        for nothing in [
            "0/raw",
            "0/composed",
            "0/master",
            "1/picture",
            "-1/picture",
            "x/picture",
            "0/",
            "card/x",
        ] {
            let status = stranger.get(&format!("/s/{slug}/{nothing}")).await.status;
            assert_eq!(status, 404, "{nothing}");
        }
        let page = stranger.get(&format!("/s/{slug}")).await.text();
        assert!(!page.contains("secretly"), "the prompt is hidden");
        assert!(!page.contains(&variation), "ids are the owner's");
    }
    let (_, slug) = share(&owner, &variation, json!({ "show_prompt": true })).await;
    assert!(stranger.get(&format!("/s/{slug}")).await.text().contains("secretly"));
    assert_eq!(app.counts().await.0["visitors"], 1, "looking makes no visitor");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_ended_and_revoked_look_the_same() {
    let clock = StoppedClock::at("2026-11-22T12:00:00Z".parse::<Timestamp>().expect("a moment"));
    let app = TestApp::at(Arc::new(clock.clone()), &[]).await;
    let owner = app.person();
    let (_, variation) = owner.variation("At dusk.").await;
    let (id, revoked) = share(&owner, &variation, json!({ "show_original": true })).await;
    let (_, ended) = share(&owner, &variation, json!({ "expires_at": "2026-11-22T13:00:00Z" })).await;
    let (rotated_id, rotated) = share(&owner, &variation, json!({})).await;
    let stranger = app.person();
    assert_eq!(look(&stranger, &ended).await, [200, 200, 200, 200, 404, 200]);
    clock.advance(Duration::from_hours(1));
    assert_eq!(owner.post("/api/shares/revoke", &json!({ "id": id })).await.status, 200);
    let fresh = owner
        .post("/api/shares/rotate", &json!({ "id": rotated_id }))
        .await
        .text_at("slug");
    assert_eq!(look(&stranger, &fresh).await[0], 200);

    let unknown = "A".repeat(revoked.len());
    for person in [&stranger, &owner] {
        for slug in [&unknown, &revoked, &ended, &rotated] {
            assert_eq!(look(person, slug).await, [404; 6], "{slug}");
        }
        for role in ROLES {
            let told = async |slug: &str| person.get(&format!("/s/{slug}/{role}")).await.text();
            let nothing = told(&unknown).await;
            for slug in [&revoked, &ended, &rotated] {
                assert_eq!(told(slug).await, nothing, "{role}");
            }
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_guards_every_address_below_the_page() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (_, variation) = owner.variation("At dusk.").await;
    let (id, slug) = share(
        &owner,
        &variation,
        json!({ "password": "open sesame", "show_original": true, "show_prompt": true, "title": "Hidden title" }),
    )
    .await;
    let (_, other) = share(&owner, &variation, json!({ "password": "another one" })).await;
    let stranger = app.person();
    let locked = [200, 404, 404, 404, 404, 404];
    assert_eq!(look(&stranger, &slug).await, locked);
    let page = stranger.get(&format!("/s/{slug}")).await.text();
    for hidden in ["dusk", "Hidden title", "/picture", "/card", "og:image"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let wrong = unlock(&stranger, &slug, "open").await;
    assert!(
        wrong.location().starts_with(&format!("/s/{slug}?error=")),
        "{}",
        wrong.location()
    );
    assert!(!wrong.location().contains("password=") && wrong.header("set-cookie").is_none());
    assert_eq!(look(&stranger, &slug).await, locked);

    let right = unlock(&stranger, &slug, "open sesame").await;
    assert_eq!(
        (right.status.as_u16(), right.location()),
        (303, format!("/s/{slug}").as_str())
    );
    let cookie = right.header("set-cookie").expect("a cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert_eq!(look(&stranger, &slug).await, [200; 6]);
    assert_eq!(look(&stranger, &other).await, locked, "one password opens one share");

    // A grant ends with the password it was given for.
    owner
        .post("/api/shares/update", &json!({ "id": id, "password": "quite new" }))
        .await;
    assert_eq!(look(&stranger, &slug).await, locked);
    owner
        .post("/api/shares/update", &json!({ "id": id, "password": "" }))
        .await;
    assert_eq!(look(&app.person(), &slug).await, [200; 6]);
    app.finish().await;
}

async fn unlock(person: &Person, slug: &str, password: &str) -> Answer {
    person
        .submit("/forms/share/unlock", &[("slug", slug), ("password", password)])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_public_shares_without_a_password_are_in_the_gallery() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (_, variation) = owner.variation("At dusk.").await;
    let (_, listed) = share(&owner, &variation, json!({ "visibility": "public" })).await;
    share(&owner, &variation, json!({})).await;
    share(
        &owner,
        &variation,
        json!({ "visibility": "public", "password": "open sesame" }),
    )
    .await;
    let cards = app.person().get("/api/gallery/page").await.json()["cards"].clone();
    assert_eq!(cards.as_array().map(Vec::len), Some(1), "{cards}");
    assert_eq!(cards[0]["href"], format!("/s/{listed}"));
    let thumb = cards[0]["thumb_url"].as_str().expect("a thumb");
    assert_eq!(app.person().get(thumb).await.status, 200);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_variation_takes_it_from_its_shares() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (_, variation) = owner.variation("At dusk.").await;
    let (_, slug) = share(&owner, &variation, json!({})).await;
    owner.post("/api/variations/delete", &json!({ "id": variation })).await;
    assert_eq!(look(&app.person(), &slug).await, [404; 6]);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_loses_a_result_goes_on_without_it_on_page_and_card() {
    let app = TestApp::start().await;
    let owner = app.person();
    let (_, first) = owner.variation("At night.").await;
    let (_, second) = owner.variation("As a watercolour.").await;
    let set = json!({ "variation_ids": [first, second] });
    let slug = owner.post("/api/shares/create", &set).await.text_at("slug");
    let stranger = app.person();
    let card = format!("/s/{slug}/card");
    let before = stranger.get(&card).await.body;

    owner.post("/api/variations/delete", &json!({ "id": first })).await;
    assert_eq!(stranger.get(&format!("/s/{slug}/0/picture")).await.status, 200);
    assert_eq!(stranger.get(&format!("/s/{slug}/1/picture")).await.status, 404);
    let after = stranger.get(&card).await;
    assert_eq!(after.status, 200);
    assert_ne!(after.body, before, "the card showed what was deleted");
    app.finish().await;
}
