//! What we serve holds pixels and nothing else. Read by walkers of its own, which know only what we write.

/// Words that begin something that is not pixels.
const WORDS: [&[u8]; 10] = [
    b"Exif\0",
    b"http://ns.adobe",
    b"xmpmeta",
    b"8BIM",
    b"ICC_PROFILE",
    b"<?php",
    b"<script",
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
];

/// Why a served file is not clean; nothing when it is.
pub fn fault(file: &[u8], content_type: &str) -> Option<String> {
    let walked = match content_type {
        "image/jpeg" => jpeg(file),
        "image/png" => png(file),
        "image/webp" => webp(file),
        other => Err(format!("{other} is not what we serve")),
    };
    let word = || {
        WORDS
            .iter()
            .find(|word| file.windows(word.len()).any(|some| some == **word))
            .map(|word| format!("it holds {}", word.escape_ascii()))
    };
    walked.err().or_else(word)
}

fn be(file: &[u8], at: usize, bytes: usize) -> Result<usize, String> {
    let some = file.get(at..at + bytes).ok_or("it ends in the middle")?;
    Ok(some.iter().fold(0, |value, byte| value << 8 | usize::from(*byte)))
}

fn png(file: &[u8]) -> Result<(), String> {
    if !file.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Err("it is no PNG".to_owned());
    }
    let mut at = 8;
    loop {
        let length = be(file, at, 4)?;
        let name = file.get(at + 4..at + 8).ok_or("it ends in the middle")?;
        if !matches!(name, b"IHDR" | b"IDAT" | b"IEND") {
            return Err(format!("it holds a chunk {}", name.escape_ascii()));
        }
        at += 12 + length;
        if name == b"IEND" {
            return ends(file, at);
        }
    }
}

fn jpeg(file: &[u8]) -> Result<(), String> {
    if !file.starts_with(&[0xff, 0xd8]) {
        return Err("it is no JPEG".to_owned());
    }
    let mut at = 2;
    loop {
        let marker = be(file, at, 2)?;
        match marker {
            0xffd9 => return ends(file, at + 2),
            // JFIF, tables, frame, restarts.
            0xffe0 | 0xffdb | 0xffc0..=0xffc2 | 0xffc4 | 0xffdd => at += 2 + be(file, at + 2, 2)?,
            0xffda => {
                at += 2 + be(file, at + 2, 2)?;
                let inside = |pair: &[u8]| pair[0] != 0xff || matches!(pair[1], 0 | 0xd0..=0xd7);
                let rest = file.get(at..).ok_or("it ends in the middle")?;
                at += rest.windows(2).take_while(|pair| inside(pair)).count();
            }
            other => return Err(format!("it holds a marker {other:x}")),
        }
    }
}

fn webp(file: &[u8]) -> Result<(), String> {
    if !file.starts_with(b"RIFF") || file.get(8..12) != Some(b"WEBP") {
        return Err("it is no WebP".to_owned());
    }
    let length = |at: usize| -> Result<usize, String> {
        let some: [u8; 4] = file
            .get(at..at + 4)
            .and_then(|some| some.try_into().ok())
            .ok_or("it ends in the middle")?;
        usize::try_from(u32::from_le_bytes(some)).map_err(|_| "it is too long".to_owned())
    };
    ends(file, length(4)? + 8)?;
    let mut at = 12;
    while at < file.len() {
        let name = file.get(at..at + 4).ok_or("it ends in the middle")?;
        if !matches!(name, b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH") {
            return Err(format!("it holds a chunk {}", name.escape_ascii()));
        }
        at += 8 + length(at + 4)?.next_multiple_of(2);
    }
    ends(file, at)
}

fn ends(file: &[u8], at: usize) -> Result<(), String> {
    if file.len() == at {
        Ok(())
    } else {
        Err(format!("it should end after {at} bytes and has {}", file.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::pictures;

    #[test]
    fn what_is_not_ours_is_seen() {
        let (jpeg, png) = (pictures::jpeg(60, 60), pictures::png(60, 60));
        assert_eq!(fault(&jpeg, "image/jpeg"), None);
        assert_eq!(fault(&png, "image/png"), None);
        let with_exif = [&jpeg[..2], b"\xff\xe1\0\x08Exif\0\0", &jpeg[2..]].concat();
        for (file, kind) in [
            ([&jpeg[..], b"x"].concat(), "image/jpeg"),
            ([&png[..], b"x"].concat(), "image/png"),
            (jpeg[..jpeg.len() - 1].to_vec(), "image/jpeg"),
            (with_exif, "image/jpeg"),
            (super::super::files::with_chunk(&png, *b"tEXt", b"a\0b"), "image/png"),
            (png, "image/jpeg"),
            (jpeg, "image/gif"),
        ] {
            assert!(fault(&file, kind).is_some(), "{kind}");
        }
    }
}
