//! Examples of RFC 7516 and RFC 7518, and every way there and back.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};

use super::agreement::{self, Point, Purpose};
use super::content::{self, Sealed};
use super::{ContentEncryption, Decrypted, DecryptionKey, EncryptionKey, JweError, KeyManagement};
use crate::jose::Jwk;

fn decode(text: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
}

#[test]
fn content_opens_as_in_rfc_7516() {
    // Appendix A.1: AES GCM with 256 bits.
    let key = [
        177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46,
        34, 105, 47, 130, 203, 46, 122, 234, 64, 252,
    ];
    let sealed = Sealed {
        vector: decode("48V1_ALb6US04U3b"),
        hidden: decode(
            "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A",
        ),
        tag: decode("XFBoMYUZodetZdvTiFvSkQ"),
    };
    let header = b"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ";
    assert_eq!(
        content::open(ContentEncryption::A256Gcm, &key, header, &sealed).unwrap(),
        b"The true sign of intelligence is not knowledge but imagination."
    );
    // Appendix A.3: AES CBC with HMAC.
    let key = [
        4, 211, 31, 197, 84, 157, 252, 254, 11, 100, 157, 250, 63, 170, 106, 206, 107, 124, 212, 45, 111,
        107, 9, 219, 200, 177, 0, 240, 143, 156, 44, 207,
    ];
    let sealed = Sealed {
        vector: decode("AxY8DCtDaGlsbGljb3RoZQ"),
        hidden: decode("KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY"),
        tag: decode("U0m_YmjN04DJvceFICbCVQ"),
    };
    let header = b"eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0";
    assert_eq!(
        content::open(ContentEncryption::A128CbcHs256, &key, header, &sealed).unwrap(),
        b"Live long and prosper."
    );
    for touched in 0..3 {
        let mut other = Sealed {
            vector: sealed.vector.clone(),
            hidden: sealed.hidden.clone(),
            tag: sealed.tag.clone(),
        };
        match touched {
            0 => other.vector[0] ^= 1,
            1 => other.hidden[0] ^= 1,
            _ => other.tag[0] ^= 1,
        }
        let opened = content::open(ContentEncryption::A128CbcHs256, &key, header, &other);
        assert_eq!(opened, Err(JweError));
    }
    let opened = content::open(ContentEncryption::A128CbcHs256, &key, b"other", &sealed);
    assert_eq!(opened, Err(JweError));
}

#[test]
fn content_opens_as_in_rfc_7518_appendix_b_1() {
    let key: Vec<u8> = (0..32).collect();
    let hex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
    let sealed = Sealed {
        vector: hex("1af38c2dc2b96ffdd86694092341bc04"),
        hidden: hex(
            "c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f\
             399a221489f16362c703233609d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b384c486f3a54c510\
             78158ee5d79de59fbd34d848b3d69550a67646344427ade54b8851ffb598f7f80074b9473c82e2db",
        ),
        tag: hex("652c3fa36b0a7c5b3219fab3a30bc1c4"),
    };
    let header = b"The second principle of Auguste Kerckhoffs";
    assert_eq!(
        content::open(ContentEncryption::A128CbcHs256, &key, header, &sealed).unwrap(),
        b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy \
          without inconvenience"
    );
}

#[test]
fn a_key_is_agreed_upon_as_in_rfc_7518_appendix_c() {
    let alice =
        PrivateKey::from_private_key(&ECDH_P256, &decode("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"))
            .unwrap();
    let bob = Jwk {
        kty: "EC".to_owned(),
        crv: Some("P-256".to_owned()),
        x: Some("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ".to_owned()),
        y: Some("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck".to_owned()),
        ..Jwk::default()
    };
    let secret = Point::from_jwk(&bob).unwrap().secret_with(&alice).unwrap();
    let purpose = Purpose {
        name: "A128GCM",
        parties: (b"Alice", b"Bob"),
        length: 16,
    };
    let derived = agreement::derive(&secret, &purpose).unwrap();
    assert_eq!(BASE64URL_NOPAD.encode(&derived), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn every_way_leads_there_and_back_and_to_nobody_else() {
    let (elliptic, rsa) = (
        DecryptionKey::generate_elliptic().unwrap(),
        DecryptionKey::generate_rsa().unwrap(),
    );
    let stranger = DecryptionKey::generate_elliptic().unwrap().0;
    for &management in KeyManagement::ALL {
        let (private, public) = if management == KeyManagement::RsaOaep256 {
            &rsa
        } else {
            &elliptic
        };
        for &encryption in ContentEncryption::ALL {
            let key = EncryptionKey::from_jwk(public, management, encryption).unwrap();
            let token = key.encrypt_token("header.claims.signature").unwrap();
            let header: serde_json::Value =
                serde_json::from_slice(&decode(token.split('.').next().unwrap())).unwrap();
            assert_eq!(header["alg"], management.as_str());
            assert_eq!(header["enc"], encryption.as_str());
            assert_eq!(header["cty"], "JWT");
            assert_eq!(header["kid"], public.kid.clone().unwrap());
            let opened = Decrypted {
                content: b"header.claims.signature".to_vec(),
                content_type: Some("JWT".to_owned()),
            };
            assert_eq!(
                private.decrypt(&token),
                Ok(opened),
                "{management:?} {encryption:?}"
            );
            assert_eq!(stranger.decrypt(&token), Err(JweError));
            let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
            let other = if parts[3].starts_with('A') { "B" } else { "A" };
            parts[3].replace_range(..1, other);
            assert_eq!(private.decrypt(&parts.join(".")), Err(JweError));
            assert_eq!(private.decrypt(&format!("{token}.x")), Err(JweError));
            assert_ne!(key.encrypt_token("header.claims.signature").unwrap(), token);
        }
    }
}

#[test]
fn a_key_that_signs_or_lies_off_its_curve_encrypts_nothing() {
    let (_, public) = DecryptionKey::generate_elliptic().unwrap();
    let made =
        |jwk: &Jwk, management| EncryptionKey::from_jwk(jwk, management, ContentEncryption::A128Gcm).is_ok();
    assert!(made(&public, KeyManagement::EcdhEs));
    assert!(!made(&public, KeyManagement::RsaOaep256), "of another kind");
    let signing = Jwk {
        use_: Some("sig".to_owned()),
        ..public.clone()
    };
    assert!(!made(&signing, KeyManagement::EcdhEs));
    let other = Jwk {
        alg: Some("ECDH-ES+A256KW".to_owned()),
        ..public.clone()
    };
    assert!(!made(&other, KeyManagement::EcdhEs));
    assert!(made(&other, KeyManagement::EcdhEsA256Kw));
    let off = Jwk {
        y: public.x.clone(),
        ..public
    };
    assert!(!made(&off, KeyManagement::EcdhEs));
}

#[test]
fn tokens_with_extensions_or_packed_content_are_refused() {
    let (private, _) = DecryptionKey::generate_elliptic().unwrap();
    for header in [
        r#"{"alg":"ECDH-ES","enc":"A128GCM","crit":["x"],"x":1}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","zip":"DEF"}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"RSA1_5","enc":"A128GCM"}"#,
        "no header",
    ] {
        let token = format!("{}....", BASE64URL_NOPAD.encode(header.as_bytes()));
        assert_eq!(private.decrypt(&token), Err(JweError), "{header}");
    }
    assert_eq!(private.decrypt(""), Err(JweError));
}
