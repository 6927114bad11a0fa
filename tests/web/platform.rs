//! `web::platform` against the browser it wraps.

use pochoir::web::platform::storage;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn what_is_kept_is_read_back_until_it_is_forgotten() {
    let key = "pochoir-test-draft";
    assert!(storage::write(key, "une estampe, à l’aube"));
    assert_eq!(storage::read(key).as_deref(), Some("une estampe, à l’aube"));
    storage::remove(key);
    assert_eq!(storage::read(key), None);
}
