//! Tokens: short-lived access tokens, signed so that the public key is enough to check them, and refresh tokens, which only the
//! service can make and check.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::accounts::model::Role;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::keys::KeyRing;
use platform::private::Private;
use platform::refusal::Reason;
use platform::seal::Sealer;

const ISSUER: &str = "confide";
const AUDIENCE: &str = "confide-api";
/// How many checked tokens are cached, at about 200 bytes each, so that their signature is not checked again.
const MAX_CACHED: usize = 10_000;

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The account.
    pub sub: Id,
    /// The session it belongs to: the token ends with it.
    pub sid: Id,
    /// The role at the time of issue. The current role of the account decides what is allowed.
    pub role: Role,
    iat: i64,
    exp: i64,
}

/// Makes and checks tokens. Cheap to clone.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    key_id: String,
    encoding: EncodingKey,
    decoding: BTreeMap<String, DecodingKey>,
    validation: Validation,
    /// The claims of checked tokens, by the hash of the whole token with its signature.
    verified: Mutex<HashMap<[u8; 32], Claims>>,
    life: TimeDelta,
    sealer: Sealer,
}

platform::redacted_debug!(Tokens);

impl Tokens {
    /// Uses the keys of the installation; access tokens are valid for `life`.
    ///
    /// # Errors
    /// A sentence for the operator: there is no signing key, or a key cannot be used.
    pub fn new(keys: &KeyRing, sealer: &Sealer, life: TimeDelta) -> Result<Self, String> {
        let first = keys.signing.first().ok_or("there is no signing key")?;
        let der = SigningKey::from_bytes(&first.seed).to_pkcs8_der().map_err(|_| "a signing key is not usable")?;
        let mut decoding = BTreeMap::new();
        for key in &keys.signing {
            let public = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&key.seed).verifying_key().to_bytes());
            let public = DecodingKey::from_ed_components(&public).map_err(|_| "a signing key is not usable")?;
            decoding.insert(key.id.clone(), public);
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        // The expiry is checked below, by the clock of the service.
        validation.validate_exp = false;
        Ok(Self(Arc::new(Inner {
            key_id: first.id.clone(),
            encoding: EncodingKey::from_ed_der(der.as_bytes()),
            decoding,
            validation,
            verified: Mutex::default(),
            life,
            sealer: sealer.clone(),
        })))
    }

    /// How long an access token is valid, in seconds.
    pub fn life_seconds(&self) -> i64 {
        self.0.life.num_seconds()
    }

    /// A new access token.
    ///
    /// # Errors
    /// [`Error::internal`] when signing fails.
    pub fn access_token(&self, account: Id, role: Role, session: Id, now: UtcTime) -> Result<String> {
        let header = Header { kid: Some(self.0.key_id.clone()), ..Header::new(Algorithm::EdDSA) };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            sid: session,
            role,
            iat: now.get().timestamp(),
            exp: (now + self.0.life).get().timestamp(),
        };
        encode(&header, &claims, &self.0.encoding).map_err(|_| Error::internal("an access token could not be signed"))
    }

    /// Reads an access token.
    ///
    /// # Errors
    /// 401 `not_signed_in` for every defect.
    pub fn read_access(&self, token: &str, now: UtcTime) -> Result<Claims> {
        let claims = self.verified_claims(token).ok_or(Reason::NotSignedIn)?;
        if claims.exp <= now.get().timestamp() || claims.iat > now.get().timestamp() + 60 {
            return Err(Reason::NotSignedIn.into());
        }
        Ok(claims)
    }

    /// The claims of a token with a valid signature. Clients send a token many times within minutes and checking a signature is
    /// expensive, so checked tokens are cached by their hash. Expiry and the session are checked every time.
    fn verified_claims(&self, token: &str) -> Option<Claims> {
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let cache = || self.0.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(claims) = cache().get(&digest) {
            return Some(claims.clone());
        }
        let key = decode_header(token).ok()?.kid.and_then(|id| self.0.decoding.get(&id))?;
        let claims = decode::<Claims>(token, key, &self.0.validation).ok()?.claims;
        let mut cache = cache();
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(digest, claims.clone());
        Some(claims)
    }

    /// The refresh token of a generation of a session. It is computed in the same way every time and is not stored.
    pub fn refresh_token(&self, session: Id, generation: i32) -> Private<String> {
        let tag = URL_SAFE_NO_PAD.encode(self.refresh_tag(session, generation));
        format!("{}.{generation}.{tag}", session.0.simple()).into()
    }

    /// Reads the session and the generation from a refresh token.
    ///
    /// # Errors
    /// 401 `invalid_refresh_token` for a token that the service did not make.
    pub fn read_refresh(&self, token: &str) -> Result<(Id, i32)> {
        let parsed = || {
            let [session, generation, tag] = token.split('.').collect::<Vec<_>>()[..] else { return None };
            let (session, generation) = (Id(session.parse().ok()?), generation.parse().ok()?);
            let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
            bool::from(tag.ct_eq(&self.refresh_tag(session, generation))).then_some((session, generation))
        };
        parsed().ok_or_else(|| Reason::InvalidRefreshToken.into())
    }

    fn refresh_tag(&self, session: Id, generation: i32) -> [u8; 32] {
        self.0.sealer.tag("refresh", &[session.0.as_bytes(), &generation.to_be_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn now() -> UtcTime {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap().into()
    }

    fn tokens(keys: &KeyRing) -> Tokens {
        Tokens::new(keys, &Sealer::new(keys), TimeDelta::minutes(10)).unwrap()
    }

    #[test]
    fn an_access_token_is_valid_until_it_expires_and_only_as_it_was_signed() {
        let keys = KeyRing::generate();
        let (tokens, id) = (tokens(&keys), Id::new(now()));
        let token = tokens.access_token(id, Role::Clinician, id, now()).unwrap();
        assert_eq!(tokens.read_access(&token, now()).unwrap().role, Role::Clinician);
        assert!(tokens.read_access(&token, now() + TimeDelta::seconds(599)).is_ok());
        assert!(tokens.read_access(&token, now() + TimeDelta::seconds(600)).is_err(), "expired");
        assert!(self::tokens(&KeyRing::generate()).read_access(&token, now()).is_err(), "another installation's");

        let [header, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("not a JWT") };
        let other = URL_SAFE_NO_PAD
            .encode(String::from_utf8(URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap().replace("clinician", "administrator"));
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"k1"}"#);
        let hmac = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#);
        for forged in [
            format!("{header}.{other}.{signature}"),
            format!("{none}.{body}."),
            format!("{none}.{body}.{signature}"),
            format!("{hmac}.{body}.{signature}"),
            format!("{header}.{body}."),
            String::new(),
        ] {
            assert!(tokens.read_access(&forged, now()).is_err(), "{forged}");
        }
    }

    #[test]
    fn a_refresh_token_holds_its_session_and_generation_and_cannot_be_forged() {
        let keys = KeyRing::generate();
        let (tokens, id) = (tokens(&keys), Id::new(now()));
        let token = tokens.refresh_token(id, 7).into_revealed();
        assert_eq!(tokens.read_refresh(&token).unwrap(), (id, 7));
        assert_eq!(tokens.refresh_token(id, 7).into_revealed(), token, "the same every time");
        for forged in
            [token.replace(".7.", ".8."), token.replace(".7.", ".07."), token[..token.len() - 1].to_owned(), "a.b.c".to_owned()]
        {
            let read = tokens.read_refresh(&forged);
            assert!(read.is_err() || forged.contains(".07."), "{forged}");
        }
    }
}
