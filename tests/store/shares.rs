//! Shares: who sees them, what they hold, what goes with them.

use crate::house::{House, assert_not_found, at, blob, names};
use pochoir::{
    domain::share::Visibility,
    server::store::{PageAsk, ShareRow},
};

fn slugs(shares: &[ShareRow]) -> Vec<&str> {
    shares.iter().map(|share| share.slug.as_str()).collect()
}

#[tokio::test]
async fn a_share_comes_back_as_it_went_in() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let cat = house.source(&ada, "cat").await;
    let (one, two) = (
        house.painted(&ada, &cat, "one").await,
        house.painted(&ada, &cat, "two").await,
    );
    let mut share = ShareRow {
        title: Some("Été".to_owned()),
        visibility: Visibility::Public,
        expires_at: Some(at(1_000)),
        password_hash: Some("$argon2id$…".to_owned()),
        show_original: true,
        show_prompt: true,
        ..house.share_row(&ada, &[&two, &one], "share")
    };
    share.items[0].download = None;
    share.items[0].original = Some(blob("original"));
    house.store.insert_share(&share).await.expect("kept");
    assert_eq!(house.store.share(&ada, &share.id).await.expect("share"), share);
    assert_eq!(
        house.store.open_share(&share.slug, at(300)).await.expect("share"),
        share
    );
    assert_eq!(house.store.shares(&ada, None).await.expect("shares"), [share.clone()]);

    assert_not_found(house.store.share(&eve, &share.id).await);
    assert_not_found(house.store.revoke_share(&eve, &share.id).await);
    let hers = ShareRow {
        owner: eve.clone(),
        ..share.clone()
    };
    assert_not_found(house.store.update_share(&hers).await);
    assert_eq!(house.store.shares(&eve, None).await.expect("none"), []);
}

#[tokio::test]
async fn only_ones_own_results_can_be_shared() {
    let house = House::open().await;
    let (ada, eve) = (house.visitor().await, house.visitor().await);
    let cat = house.source(&ada, "cat").await;
    let one = house.painted(&ada, &cat, "one").await;
    let theft = house.share_row(&eve, &[&one], "theft");
    assert_not_found(house.store.insert_share(&theft).await);
    assert_not_found(house.store.share(&eve, &theft.id).await);
    assert_not_found(house.store.blob_type(&blob("theft-c").key).await);
}

#[tokio::test]
async fn shares_are_found_by_what_they_show() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let (one, two) = (
        house.painted(&ada, &cat, "one").await,
        house.painted(&ada, &cat, "two").await,
    );
    let first = house.share_row(&ada, &[&one], "first");
    let both = ShareRow {
        created_at: at(201),
        ..house.share_row(&ada, &[&one, &two], "both")
    };
    for share in [&first, &both] {
        house.store.insert_share(share).await.expect("kept");
    }
    let showing_one = house.store.shares(&ada, Some(&one.id)).await.expect("shares");
    assert_eq!(slugs(&showing_one), [both.slug.as_str(), first.slug.as_str()]);
    let showing_two = house.store.shares(&ada, Some(&two.id)).await.expect("shares");
    assert_eq!(slugs(&showing_two), [both.slug.as_str()]);
}

#[tokio::test]
async fn an_ended_or_revoked_share_is_not_there() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let one = house.painted(&ada, &cat, "one").await;
    let share = ShareRow {
        visibility: Visibility::Public,
        expires_at: Some(at(1_000)),
        ..house.share_row(&ada, &[&one], "share")
    };
    house.store.insert_share(&share).await.expect("kept");
    let page = PageAsk {
        limit: 10,
        ..PageAsk::default()
    };
    house.store.open_share(&share.slug, at(999)).await.expect("open");
    assert_eq!(house.store.public_shares(at(999), &page).await.expect("page").len(), 1);
    assert_not_found(house.store.open_share(&share.slug, at(1_000)).await);
    assert_eq!(house.store.public_shares(at(1_000), &page).await.expect("page"), []);
    house
        .store
        .share(&ada, &share.id)
        .await
        .expect("its owner still has it");

    let gone = house.store.revoke_share(&ada, &share.id).await.expect("revoked");
    assert_eq!(names(&gone), ["share-0-p", "share-0-t", "share-c"]);
    assert_not_found(house.store.open_share(&share.slug, at(300)).await);
    assert_not_found(house.store.share(&ada, &share.id).await);
    assert_not_found(house.store.revoke_share(&ada, &share.id).await);
    house.store.variation(&ada, &one.id).await.expect("the result stays");
}

#[tokio::test]
async fn the_gallery_shows_public_shares_without_a_password_newest_first() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let one = house.painted(&ada, &cat, "one").await;
    let public = |millis, name: &str| ShareRow {
        visibility: Visibility::Public,
        created_at: at(millis),
        title: Some(name.to_owned()),
        ..house.share_row(&ada, &[&one], name)
    };
    let (old, new) = (public(1, "An old Title"), public(2, "new"));
    let unlisted = house.share_row(&ada, &[&one], "unlisted");
    let locked = ShareRow {
        password_hash: Some("$argon2id$…".to_owned()),
        ..public(3, "locked")
    };
    for share in [&old, &new, &unlisted, &locked] {
        house.store.insert_share(share).await.expect("kept");
    }
    let page = |limit| PageAsk {
        limit,
        ..PageAsk::default()
    };
    let all = house.store.public_shares(at(300), &page(10)).await.expect("page");
    assert_eq!(all, [new.clone(), old.clone()]);
    let first = house.store.public_shares(at(300), &page(1)).await.expect("page");
    assert_eq!(first, std::slice::from_ref(&new));
    let rest = PageAsk {
        before: Some((new.created_at, new.id.to_string())),
        ..page(10)
    };
    let rest = house.store.public_shares(at(300), &rest).await.expect("page");
    assert_eq!(rest, std::slice::from_ref(&old));

    let with_words = |words: &str| PageAsk {
        words: Some(words.to_owned()),
        ..page(10)
    };
    let by_title = house.store.public_shares(at(300), &with_words("old title")).await;
    assert_eq!(by_title.expect("page"), [old]);
    let by_prompt = house.store.public_shares(at(300), &with_words("winter")).await;
    assert_eq!(
        by_prompt.expect("page"),
        [],
        "prompts that are not shown are not searched"
    );
    let telling = ShareRow {
        show_prompt: true,
        ..new
    };
    house.store.update_share(&telling).await.expect("updated");
    let by_prompt = house.store.public_shares(at(300), &with_words("winter")).await;
    assert_eq!(by_prompt.expect("page"), [telling]);
}

#[tokio::test]
async fn an_update_replaces_settings_slug_and_pictures() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let (one, two) = (
        house.painted(&ada, &cat, "one").await,
        house.painted(&ada, &cat, "two").await,
    );
    let before = house.share_row(&ada, &[&one], "before");
    house.store.insert_share(&before).await.expect("kept");
    let after = ShareRow {
        id: before.id.clone(),
        slug: "another".to_owned(),
        title: Some("A title".to_owned()),
        show_price: true,
        items: vec![
            before.items[0].clone(),
            house.share_row(&ada, &[&two], "after").items[0].clone(),
        ],
        ..house.share_row(&ada, &[&two], "after")
    };
    let gone = house.store.update_share(&after).await.expect("updated");
    assert_eq!(names(&gone), ["before-c"], "the first result's pictures are kept");
    assert_eq!(house.store.share(&ada, &after.id).await.expect("share"), after);
    assert_not_found(house.store.open_share(&before.slug, at(300)).await);
    assert_eq!(house.store.open_share("another", at(300)).await.expect("share"), after);
}

#[tokio::test]
async fn a_deleted_result_leaves_its_shares_and_an_empty_share_ends() {
    let house = House::open().await;
    let ada = house.visitor().await;
    let cat = house.source(&ada, "cat").await;
    let (one, two) = (
        house.painted(&ada, &cat, "one").await,
        house.painted(&ada, &cat, "two").await,
    );
    let share = house.share_row(&ada, &[&one, &two], "share");
    house.store.insert_share(&share).await.expect("kept");

    let gone = house.store.delete_variation(&ada, &one.id).await.expect("deleted");
    assert_eq!(
        names(&gone),
        ["one", "one-p", "one-r", "one-t", "share-0-p", "share-0-t"]
    );
    let left = house.store.open_share(&share.slug, at(300)).await.expect("still open");
    assert_eq!(left.items, share.items[1..]);

    let gone = house.store.delete_variation(&ada, &two.id).await.expect("deleted");
    assert_eq!(
        names(&gone),
        ["share-1-p", "share-1-t", "share-c", "two", "two-p", "two-r", "two-t"]
    );
    assert_not_found(house.store.open_share(&share.slug, at(300)).await);
    assert_not_found(house.store.share(&ada, &share.id).await);
}
