//! What happens to every request and response, whatever its operation.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use confide::people::Role;
use confide::platform::address::{TrustedProxies, proxy};
use confide::platform::config::Policy;
use serde_json::json;

use crate::guards::operation;
use crate::support::actors::PASSWORD;
use crate::support::app::TestSettings;
use crate::support::reply::CheckedReply;
use crate::support::{Kind, TestApp, apply, both_engines};

/// An application with a changed policy.
async fn with_policy(change: impl FnOnce(&mut Policy)) -> TestApp {
    let mut options = TestSettings::default();
    change(&mut options.policy);
    TestApp::start_with(Kind::Sqlite, options).await
}

fn method(name: &str) -> Method {
    name.parse().unwrap()
}

/// The documented methods of each path, by an example address.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let mut paths: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for operation in operation::all() {
        let address = operation.address(&[]).split('?').next().unwrap().to_owned();
        paths.entry(operation.path.clone()).or_insert((address, BTreeSet::new())).1.insert(operation.method.to_string());
    }
    paths.into_values().collect()
}

#[apply(both_engines)]
async fn unknown_address_is_not_found(app: TestApp) {
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v2/me",
        "/v1/me/",
        "//v1/me",
        "/v1//me",
        "/v1/%6De/x",
        "/v1/me%00",
        "/v1/%ff",
        "/../etc/passwd",
        "/v1/../v1/me",
    ] {
        for verb in ["GET", "POST", "DELETE"] {
            let reply = app.request(method(verb), path).undocumented().send().await.expect_problem("not_found");
            assert_eq!(reply.status, 404, "{verb} {path}");
        }
    }
}

#[apply(both_engines)]
async fn unsupported_method_is_refused_with_the_supported_ones(app: TestApp) {
    for (path, methods) in documented() {
        for verb in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"] {
            if methods.contains(verb) {
                continue;
            }
            let reply = app.request(method(verb), &path).undocumented().send().await;
            assert_eq!(reply.status, 405, "{verb} {path}");
            let reply = reply.expect_problem("method_not_allowed");
            let allowed: BTreeSet<&str> = reply.header("allow").unwrap().split(", ").collect();
            assert!(methods.iter().all(|known| allowed.contains(known.as_str())), "{verb} {path}: {allowed:?}");
            assert!(
                allowed.contains("OPTIONS") && allowed.contains("HEAD") == methods.contains("GET"),
                "{verb} {path}: {allowed:?}"
            );
            assert!(!allowed.contains(verb), "{verb} {path}");
        }
        let options = app.request(Method::OPTIONS, &path).undocumented().send().await.expect(204);
        assert!(
            options.header("allow").is_some_and(|allow| methods.iter().all(|known| allow.contains(known.as_str()))),
            "{path}"
        );
    }
}

#[apply(both_engines)]
async fn head_is_get_without_the_body(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    for operation in operation::all().iter().filter(|operation| operation.method == Method::GET) {
        let path = operation.address(&[]);
        let get = app.get(&path).bearer(&cleo.token).send().await;
        let head = app.request(Method::HEAD, &path).bearer(&cleo.token).undocumented().send().await;
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-type", "etag", "cache-control", "x-content-type-options", "allow"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[apply(both_engines)]
async fn response_is_refused_when_its_media_type_is_not_acceptable(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    for (accept, acceptable) in [
        ("application/json", true),
        ("*/*", true),
        ("application/*", true),
        ("text/html, */*;q=0.1", true),
        ("Application/JSON; q=0.5", true),
        ("application/problem+json", true),
        ("", true),
        (" , ", true),
        ("text/html", false),
        ("application/json;q=0", false),
        ("application/xml, text/*", false),
        ("image/png", false),
        ("application/json;q=0, */*", false),
        ("*/*;q=0, application/json", true),
        ("application/*;q=0, */*", false),
        ("*/*;q=0", false),
        ("application/json;q=0, application/problem+json", false),
    ] {
        let reply = cleo.get("/v1/me").header("accept", accept).send().await;
        assert_eq!(reply.status.as_u16(), if acceptable { 200 } else { 406 }, "{accept}");
        if !acceptable {
            reply.expect_field("not_acceptable", "Accept");
        }
    }
}

#[apply(both_engines)]
async fn response_is_sent_uncompressed_when_every_coding_is_refused(app: TestApp) {
    for codings in ["*;q=0", "identity;q=0", "gzip;q=0, identity;q=0", "br, identity;q=0", "x, *;q=0"] {
        let plain = app.get("/health/live").header("accept-encoding", codings).send().await.expect(200);
        assert_eq!((plain.header("content-encoding"), plain.header("cache-control")), (None, Some("no-store")), "{codings}");
        app.get("/v1/me").header("accept-encoding", codings).send().await.expect(401).expect_problem("not_signed_in");
    }
    let compressed =
        app.get("/openapi.json").header("accept-encoding", "gzip, identity;q=0").undocumented().send().await.expect(200);
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
}

#[apply(both_engines)]
async fn responses_are_not_cached_and_reveal_nothing_about_the_server(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let answers = [
        cleo.get("/v1/me").send().await.expect(200),
        app.get("/v1/me").send().await.expect(401),
        app.get("/health/live").send().await.expect(200),
        app.get("/v1/nothing").undocumented().send().await.expect(404),
        app.delete("/v1/me").undocumented().send().await.expect(405),
        app.request(method("POST"), "/v1/sessions").raw("text/plain", "x").send().await.expect(415),
        app.request(method("POST"), "/v1/sessions").raw("application/json", "x".repeat(70_000)).send().await.expect(413),
        cleo.get("/v1/me").header("accept", "text/html").send().await.expect(406),
        cleo.get("/v1/staff").send().await.expect(403),
        cleo.delete(&format!("/v1/sessions/{}", cleo.session_id)).send().await.expect(204),
    ];
    let mut ids = BTreeSet::new();
    for reply in answers {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{name} of {}", reply.status);
        }
        assert!(reply.header("strict-transport-security").is_some(), "{}", reply.status);
        for name in ["server", "x-powered-by", "set-cookie", "via"] {
            assert_eq!(reply.header(name), None, "{name} of {}", reply.status);
        }
        assert!(ids.insert(reply.header("x-request-id").unwrap().to_owned()), "each request has its own id");
    }
}

#[apply(both_engines)]
async fn only_named_origins_may_call_from_a_browser(app: TestApp) {
    let preflight = |origin: &str, verb: &str, headers: &str| {
        app.request(Method::OPTIONS, "/v1/me")
            .header("origin", origin)
            .header("access-control-request-method", verb)
            .header("access-control-request-headers", headers)
            .undocumented()
            .send()
    };
    let granted = preflight("https://web.example.org", "PATCH", "authorization, if-match, content-type").await.expect(200);
    assert_eq!(granted.header("access-control-allow-origin"), Some("https://web.example.org"));
    let foreign = ["https://evil.example.org", "null", "https://web.example.org.evil.example", "http://web.example.org"];
    for origin in foreign {
        let refused = preflight(origin, "GET", "authorization").await.expect(400);
        assert_eq!(refused.header("access-control-allow-origin"), None, "{origin}");
        let plain = app.get("/health/live").header("origin", origin).send().await.expect(200);
        assert_eq!(plain.header("access-control-allow-origin"), None, "{origin}");
    }
    let plain = app.get("/health/live").header("origin", "https://web.example.org").send().await.expect(200);
    assert_eq!(plain.header("access-control-allow-origin"), Some("https://web.example.org"));
    for reply in [granted, plain] {
        assert_eq!(reply.header("access-control-allow-credentials"), None, "there are no cookies to send");
    }
    let mut refused = vec![preflight("https://web.example.org", "TRACE", "authorization").await];
    refused.push(preflight("https://web.example.org", "GET", "x-something-else").await);
    for origin in foreign {
        refused.push(preflight(origin, "GET", "authorization").await);
    }
    for reply in refused {
        let reply = reply.expect(400).expect_problem("bad_request");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("x-request-id").is_some() && reply.header("access-control-allow-origin").is_none());
    }
}

#[apply(both_engines)]
async fn another_spelling_of_a_path_is_the_same_path_or_not_found(app: TestApp) {
    let get = |path: &str| app.get(path).undocumented();
    for path in ["/v1/hubs", "/v1/hub%73", "/v1/%68%75bs", "/%761/hubs"] {
        get(path).send().await.expect(200);
        get(&format!("{path}?limit=0")).send().await.expect(400).expect_field("invalid_parameter", "limit");
        get(&format!("{path}?no_such_parameter=x"))
            .send()
            .await
            .expect(400)
            .expect_field("invalid_parameter", "no_such_parameter");
        get(path).header("accept", "text/html").send().await.expect(406);
        app.delete(path).undocumented().send().await.expect(405);
        app.request(Method::POST, path).if_match("*").raw("application/json", "{").undocumented().send().await.expect(401);
    }
    for path in ["/v1/%6de", "/v1/%6De", "/%76%31/me?no_such_parameter=x"] {
        get(path).send().await.expect(401);
    }
    for path in [
        "/v1/hubs/",
        "//v1/hubs",
        "/v1//hubs",
        "/v1/./hubs",
        "/v1/x/../hubs",
        "/V1/hubs",
        "/v1/Hubs",
        "/v1/hubs;x",
        "/v1/hubs;x=1",
        "/v1%2fhubs",
        "/v1%2Fhubs",
        "/v1/hubs%2f",
        "/v1/hubs%00",
        "/v1/hubs%20",
        "/v1/hubs%3fx",
        "/v1/hub%2573",
        "/v1/hubs%",
        "/v1/hubs%7",
    ] {
        get(path).send().await.expect(404).expect_problem("not_found");
    }
}

#[apply(both_engines)]
async fn compressed_request_body_is_refused(app: TestApp) {
    let form = || app.post("/v1/email-confirmations", json!({ "email": "a@example.org" }));
    for coding in ["gzip", "br", "deflate", "zstd", "x-nothing", "identity, gzip", "GZIP"] {
        let refused = form().header("content-encoding", coding).send().await.expect(415);
        let refused = refused.expect_field("unsupported_media_type", "Content-Encoding");
        assert_eq!(refused.header("accept-encoding"), Some("identity"), "{coding}");
    }
    form().header("content-encoding", "identity").send().await.expect(202);
    form().header("content-encoding", "").send().await.expect(202);
}

#[apply(both_engines)]
async fn invalid_number_in_a_query_is_refused_with_its_reason(app: TestApp) {
    for (value, code, detail) in [
        ("101", "out_of_range", "at most 100."),
        ("0", "out_of_range", "at least 1."),
        ("-1", "out_of_range", "at least 1."),
        ("99999999999999999999", "out_of_range", "at most 100."),
        ("-99999999999999999999", "out_of_range", "at least 1."),
        ("many", "wrong_type", "whole number"),
        ("", "wrong_type", "whole number"),
        ("1.5", "wrong_type", "whole number"),
        ("%2B5", "wrong_type", "whole number"),
        ("05", "wrong_type", "whole number"),
        ("0x5", "wrong_type", "whole number"),
        ("true", "wrong_type", "whole number"),
        ("5&limit=5", "repeated", "once"),
        ("5&limit=500", "repeated", "once"),
    ] {
        let refused =
            app.get(&format!("/v1/hubs?limit={value}")).send().await.expect(400).expect_field("invalid_parameter", "limit");
        let error = refused.json["errors"].as_array().unwrap().iter().find(|error| error["pointer"] == "limit").unwrap();
        assert_eq!(error["code"], code, "{value}");
        assert!(error["detail"].as_str().unwrap().contains(detail), "{value}: {error}");
    }
    for limit in ["1", "100"] {
        app.get(&format!("/v1/hubs?limit={limit}")).send().await.expect(200);
    }
}

#[apply(both_engines)]
async fn the_document_and_the_files_of_its_page_are_served(app: TestApp) {
    let served = app.get("/openapi.json").undocumented().send().await.expect(200);
    assert_eq!(served.json, operation::document());
    let not_modified = app.get("/openapi.json").header("if-none-match", &served.etag()).undocumented().send().await.expect(304);
    assert_eq!(
        (not_modified.etag(), not_modified.header("cache-control"), not_modified.body.len()),
        (served.etag(), Some("no-cache"), 0)
    );
    // The compressed form is another sequence of bytes with its own tag, whatever other codings are offered.
    let compressed = |path: &str, codings: &str| app.get(path).header("accept-encoding", codings).undocumented();
    for path in ["/openapi.json", "/docs/request.js"] {
        let plain = app.get(path).undocumented().send().await.expect(200);
        let varies =
            |reply: &CheckedReply| reply.header("vary").is_some_and(|vary| vary.to_ascii_lowercase().contains("accept-encoding"));
        for codings in ["identity", "deflate", "br", "gzip;q=0", "deflate, identity;q=0"] {
            let same = compressed(path, codings).send().await.expect(200);
            assert_eq!(
                (same.header("content-encoding"), same.etag(), &same.body),
                (None, plain.etag(), &plain.body),
                "{path} {codings}"
            );
            assert!(varies(&same), "{path} {codings}");
        }
        let small = compressed(path, "br, gzip, deflate").send().await.expect(200);
        assert_eq!(small.header("content-encoding"), Some("gzip"), "{path}");
        assert!(varies(&small) && varies(&plain) && small.body.len() < plain.body.len() / 2, "{path}");
        assert_ne!(small.etag(), plain.etag());
        let not_modified = compressed(path, "gzip").header("if-none-match", &small.etag()).send().await.expect(304);
        assert_eq!(
            (not_modified.etag(), not_modified.header("content-encoding"), not_modified.body.len()),
            (small.etag(), None, 0),
            "{path}"
        );
        compressed(path, "gzip").header("if-none-match", &plain.etag()).send().await.expect(200);
        let head = app.request(Method::HEAD, path).header("accept-encoding", "gzip").undocumented().send().await.expect(200);
        assert_eq!((head.etag(), head.header("content-encoding")), (small.etag(), Some("gzip")), "{path}");
    }
    let plain = app.get("/health/live").send().await.expect(200);
    assert_eq!(plain.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
}

#[actix_web::test]
async fn too_many_requests_are_refused_with_a_wait() {
    let app = with_policy(|policy| policy.requests_per_minute = 5).await;
    for _ in 0..5 {
        app.get("/health/live").send().await.expect(200);
    }
    let refused = app.get("/health/live").send().await.expect_problem("too_many_requests").expect(429);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    app.get("/v1/nothing").undocumented().send().await.expect(429);
    app.get("/health/live").from("10.0.0.9").send().await.expect(200);
}

#[apply(both_engines)]
async fn refusal_of_too_many_requests_names_help_in_an_emergency(kind: Kind) {
    let policy = Policy { requests_per_minute: 2, ..TestSettings::default().policy };
    let app = TestApp::start_with(kind, TestSettings { policy, ..TestSettings::default() }).await;
    for _ in 0..2 {
        app.get("/health/live").from("203.0.113.7").send().await.expect(200);
    }
    let refused = app.get("/v1/contact-routes").from("203.0.113.7").send().await.expect(429);
    for help in ["call 999", "Samaritans on 116 123", "111 and choose option 2"] {
        assert!(refused.text("detail").contains(help), "{help} is not in {}", refused.json);
    }
}

#[actix_web::test]
async fn forwarding_header_is_trusted_only_from_a_configured_proxy() {
    let app = with_policy(|policy| {
        policy.requests_per_minute = 2;
        policy.trusted_proxies = TrustedProxies::new(vec![proxy("10.0.0.1").unwrap(), proxy("fd00::/8").unwrap()]);
    })
    .await;
    let from = |peer: &'static str, forwarded: &'static str| {
        app.get("/health/live").from(peer).header("x-forwarded-for", forwarded).send()
    };
    // A stranger who changes the header with every request is still counted.
    for forwarded in ["1.1.1.1", "2.2.2.2"] {
        from("10.0.0.66", forwarded).await.expect(200);
    }
    from("10.0.0.66", "3.3.3.3").await.expect(429);
    // Behind the proxy each client is counted separately, by the address that the proxy added last.
    for forwarded in ["4.4.4.4", "9.9.9.9, 4.4.4.4"] {
        from("10.0.0.1", forwarded).await.expect(200);
    }
    from("10.0.0.1", "8.8.8.8, 4.4.4.4").await.expect(429);
    from("10.0.0.1", "5.5.5.5").await.expect(200);
    from("10.0.0.1", "neither fish nor fowl").await.expect(200);
    // A proxy may add its own header line; a line that the client sent before it changes nothing.
    for forged in ["11.1.1.1", "12.1.1.1", "13.1.1.1"] {
        let asked = app
            .get("/health/live")
            .from("10.0.0.1")
            .append_header("x-forwarded-for", forged)
            .append_header("x-forwarded-for", "7.7.7.7");
        asked.send().await.expect(if forged == "13.1.1.1" { 429 } else { 200 });
    }
    // One IPv4 address is one client, however it is written, and so is a /64.
    from("::ffff:10.0.0.1", "::ffff:5.5.5.5").await.expect(200);
    from("fd00::1", "5.5.5.5").await.expect(429);
    for (client, status) in [("2001:db8::1", 200), ("[2001:db8::2]:443", 200), ("2001:db8::3", 429), ("2001:db8:0:1::3", 200)] {
        from("fd00::1", client).await.expect(status);
    }
}

#[actix_web::test]
async fn guessing_a_password_is_limited_and_does_not_lock_the_owner_out() {
    let app = with_policy(|policy| policy.sign_in_tries_per_minute = 5).await;
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    let guess = |from: &'static str, email: String, password: &'static str| {
        app.post("/v1/sessions", json!({ "email": email, "password": password })).from(from).send()
    };
    let mut refused = Vec::new();
    for _ in 0..8 {
        refused.push(guess("10.6.6.6", cleo.email.clone(), "not the password").await);
    }
    let unknown: Vec<u16> = {
        let mut statuses = Vec::new();
        for _ in 0..8 {
            statuses.push(guess("10.6.6.7", "unknown@example.org".to_owned(), "not the password").await.status.as_u16());
        }
        statuses
    };
    let known: Vec<u16> = refused.iter().map(|reply| reply.status.as_u16()).collect();
    assert_eq!(known, [401, 401, 401, 401, 401, 429, 429, 429]);
    assert_eq!(unknown, known, "the answer does not reveal whether the account exists");
    assert!(refused[7].header("retry-after").is_some_and(|wait| wait.parse::<u64>().unwrap() >= 1));
    guess("10.6.6.6", cleo.email.clone(), PASSWORD).await.expect(429);
    guess("10.1.1.1", cleo.email.clone(), PASSWORD).await.expect(201);
    // Other case and spaces are the same account.
    guess("10.6.6.6", " CLEO.marsh@example.org ".to_owned(), PASSWORD).await.expect(429);
}

#[actix_web::test]
async fn one_address_cannot_try_many_accounts() {
    let app = with_policy(|policy| policy.sign_in_tries_per_minute = 2).await;
    let mut statuses = Vec::new();
    for number in 0..12 {
        let form = json!({ "email": format!("n{number}@example.org"), "password": "one for all" });
        statuses.push(app.post("/v1/sessions", form).send().await.status.as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10);
    assert_eq!(statuses[10..], [429, 429]);
}
