//! Blobs: kept once, found by name, deleted only when no row refers to them.

use crate::house::{House, hex};
use bytes::Bytes;
use pochoir::server::{
    blobs::{BlobError, Blobs},
    store::{BlobKey, SourceRow},
};
use sha2::{Digest as _, Sha256};
use std::{fs, path::PathBuf, sync::Arc};
use tempfile::TempDir;

/// Both places for blobs; the folder lives as long as the guard.
fn places() -> (TempDir, [Blobs; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = Blobs::folder(&folder.path().join("blobs")).expect("a blob store");
    (folder, [blobs, Blobs::memory()])
}

fn file_of(folder: &TempDir, key: &BlobKey) -> PathBuf {
    folder
        .path()
        .join("blobs")
        .join(&key.0[..2])
        .join(&key.0[2..4])
        .join(&key.0)
}

async fn put(blobs: &Blobs, bytes: &'static [u8]) -> BlobKey {
    blobs
        .put(Bytes::from_static(bytes), "image/png")
        .await
        .expect("put")
        .key
}

#[tokio::test]
async fn bytes_are_found_by_their_hash() {
    let (_folder, places) = places();
    for blobs in places {
        let kept = blobs.put(Bytes::from_static(b"abc"), "image/webp").await.expect("put");
        assert_eq!(
            kept.key.0,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!((kept.content_type.as_str(), kept.bytes), ("image/webp", 3));
        assert_eq!(blobs.get(&kept.key).await.expect("get"), "abc");
        assert_eq!(blobs.get_range(&kept.key, 1..3).await.expect("range"), "bc");
        assert_eq!(blobs.size(&kept.key).await.expect("size"), 3);
        assert_eq!(blobs.list().await.expect("list"), std::slice::from_ref(&kept.key));
        blobs.delete(&kept.key).await.expect("deleted");
        assert!(matches!(blobs.get(&kept.key).await, Err(BlobError::NotFound)));
        assert!(matches!(blobs.size(&kept.key).await, Err(BlobError::NotFound)));
        blobs.delete(&kept.key).await.expect("deleting nothing is fine");
        assert_eq!(blobs.list().await.expect("list"), []);
    }
}

#[tokio::test]
async fn a_large_blob_has_the_same_name_as_a_small_one_would() {
    let (_folder, places) = places();
    for blobs in places {
        let bytes = Bytes::from(vec![7; 3 * 1024 * 1024]);
        let kept = blobs.put(bytes.clone(), "image/png").await.expect("put");
        assert_eq!(kept.bytes, 3 * 1024 * 1024);
        assert_eq!(blobs.get(&kept.key).await.expect("get"), bytes);
        assert_eq!(kept.key.0, hex(&Sha256::digest(&bytes)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_bytes_at_once_are_one_blob() {
    let (_folder, places) = places();
    for blobs in places {
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let blobs = blobs.clone();
                tokio::spawn(async move { put(&blobs, b"the same").await })
            })
            .collect();
        let mut keys = Vec::new();
        for task in tasks {
            keys.push(task.await.expect("no panic"));
        }
        keys.dedup();
        assert_eq!(keys.len(), 1);
        assert_eq!(blobs.list().await.expect("list"), keys);
        assert_eq!(blobs.get(&keys[0]).await.expect("get"), "the same");
    }
}

#[tokio::test]
async fn a_file_cut_short_is_written_anew() {
    let (folder, [blobs, _]) = places();
    let key = put(&blobs, b"whole").await;
    fs::write(file_of(&folder, &key), b"who").expect("cut");
    assert_eq!(put(&blobs, b"whole").await, key);
    assert_eq!(blobs.get(&key).await.expect("get"), "whole");
}

#[tokio::test]
async fn a_sweep_deletes_only_what_no_row_refers_to() {
    let (_folder, places) = places();
    for blobs in places {
        let house = House::open().await;
        let ada = house.visitor().await;
        let master = blobs
            .put(Bytes::from_static(b"master"), "image/png")
            .await
            .expect("put");
        let row = SourceRow {
            master: master.clone(),
            preview: blobs
                .put(Bytes::from_static(b"preview"), "image/png")
                .await
                .expect("put"),
            thumb: blobs.put(Bytes::from_static(b"thumb"), "image/png").await.expect("put"),
            ..house.source_row(&ada, "cat")
        };
        house.store.insert_source(&row).await.expect("kept");
        let second = SourceRow {
            master: master.clone(),
            ..house.source_row(&ada, "other")
        };
        house.store.insert_source(&second).await.expect("kept");

        let gone = house.store.delete_source(&ada, &row.id).await.expect("deleted");
        let asked: Vec<_> = gone.into_iter().chain([master.key.clone()]).collect();
        blobs.sweep(&*house.store, &asked).await.expect("swept");
        assert_eq!(blobs.list().await.expect("list"), [master.key]);
    }
}

#[tokio::test]
async fn bytes_put_again_under_a_hold_survive_the_sweep_of_the_row_before() {
    let (_folder, places) = places();
    for blobs in places {
        let house = House::open().await;
        let ada = house.visitor().await;
        let insert = async || {
            let row = SourceRow {
                master: blobs
                    .put(Bytes::from_static(b"master"), "image/png")
                    .await
                    .expect("put"),
                ..house.source_row(&ada, "cat")
            };
            house.store.insert_source(&row).await.expect("kept");
            row
        };
        let row = insert().await;
        let gone = house.store.delete_source(&ada, &row.id).await.expect("deleted");
        assert!(gone.contains(&row.master.key));

        let hold = blobs.hold().await;
        let put = blobs
            .put(Bytes::from_static(b"master"), "image/png")
            .await
            .expect("put");
        blobs.sweep(&*house.store, &gone).await.expect("swept");
        let again = insert().await;
        drop(hold);
        assert_eq!(again.master, put);
        blobs.sweep(&*house.store, &gone).await.expect("swept");
        assert_eq!(blobs.get(&again.master.key).await.expect("still there"), "master");
    }
}

#[tokio::test]
async fn what_a_hold_kept_goes_with_the_next_sweep_when_no_row_came() {
    let (_folder, places) = places();
    for blobs in places {
        let house = House::open().await;
        let hold = blobs.hold().await;
        let key = put(&blobs, b"never referred to").await;
        blobs
            .sweep(&*house.store, std::slice::from_ref(&key))
            .await
            .expect("swept");
        assert_eq!(blobs.size(&key).await.expect("held"), 17);
        drop(hold);
        blobs.sweep(&*house.store, &[]).await.expect("swept");
        assert!(matches!(blobs.size(&key).await, Err(BlobError::NotFound)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_never_lose_their_bytes_while_others_delete_the_same() {
    let (_folder, places) = places();
    for blobs in places {
        let house = Arc::new(House::open().await);
        let people: Vec<_> = (0..4)
            .map(|_| {
                let (house, blobs) = (Arc::clone(&house), blobs.clone());
                tokio::spawn(async move {
                    let owner = house.visitor().await;
                    for _ in 0..15 {
                        let hold = blobs.hold().await;
                        let row = SourceRow {
                            master: blobs.put(Bytes::from_static(b"same"), "image/png").await.expect("put"),
                            ..house.source_row(&owner, "cat")
                        };
                        house.store.insert_source(&row).await.expect("kept");
                        drop(hold);
                        assert_eq!(blobs.get(&row.master.key).await.expect("there"), "same");
                        let gone = house.store.delete_source(&owner, &row.id).await.expect("deleted");
                        blobs.sweep(&*house.store, &gone).await.expect("swept");
                    }
                })
            })
            .collect();
        for person in people {
            person.await.expect("nobody lost anything");
        }
    }
}

#[tokio::test]
async fn orphans_and_interrupted_writes_go_at_the_start() {
    let (folder, [blobs, _]) = places();
    let house = House::open().await;
    let ada = house.visitor().await;
    let row = SourceRow {
        master: blobs
            .put(Bytes::from_static(b"master"), "image/png")
            .await
            .expect("put"),
        ..house.source_row(&ada, "cat")
    };
    house.store.insert_source(&row).await.expect("kept");
    let orphan = put(&blobs, b"orphan").await;
    let interrupted = file_of(&folder, &orphan).with_file_name(format!("{}#1", orphan.0));
    fs::write(&interrupted, b"orp").expect("written");
    let foreign = folder.path().join("blobs").join("README");
    fs::write(&foreign, b"not ours").expect("written");

    assert_eq!(blobs.sweep_orphans(&*house.store).await.expect("swept"), 1);
    assert_eq!(blobs.list().await.expect("list"), [row.master.key]);
    assert!(!interrupted.exists());
    assert!(foreign.exists(), "what is no blob is left alone");
}
