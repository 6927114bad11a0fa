//! Visitors, sessions, the instance.

use crate::house::{House, at};

#[tokio::test]
async fn a_session_token_finds_its_visitor_and_no_other() {
    let house = House::open().await;
    let (ada, ben) = (house.fresh(), house.fresh());
    house.store.create_visitor(&ada, &[1; 32], at(0)).await.expect("ada");
    house.store.create_visitor(&ben, &[2; 32], at(0)).await.expect("ben");
    let found = |hash| house.store.visitor_by_token(hash);
    assert_eq!(found(&[1; 32]).await.expect("answer"), Some(ada));
    assert_eq!(found(&[2; 32]).await.expect("answer"), Some(ben));
    assert_eq!(found(&[3; 32]).await.expect("answer"), None);
}

#[tokio::test]
async fn a_token_is_bound_once() {
    let house = House::open().await;
    let (ada, ben) = (house.fresh(), house.fresh());
    house.store.create_visitor(&ada, &[1; 32], at(0)).await.expect("ada");
    assert!(house.store.create_visitor(&ben, &[1; 32], at(0)).await.is_err());
    assert_eq!(house.store.visitor_by_token(&[1; 32]).await.expect("answer"), Some(ada));
}

#[tokio::test]
async fn the_secret_is_made_once() {
    let house = House::open().await;
    assert_eq!(house.store.secret([1; 32]).await.expect("secret"), [1; 32]);
    assert_eq!(house.store.secret([2; 32]).await.expect("secret"), [1; 32]);
    house.store.ping().await.expect("the database answers");
}
