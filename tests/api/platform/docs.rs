//! The pages about the API: what a browser gets, and that it requests nothing from other servers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::guards::operation;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// What a script imports.
fn imports(script: &str) -> Vec<&str> {
    script.lines().filter_map(|line| line.strip_prefix("import ")?.split(" from \"./").nth(1)?.split('"').next()).collect()
}

fn text(seen: &CheckedReply) -> String {
    String::from_utf8(seen.body.to_vec()).unwrap()
}

/// The page and every file that it needs, by name.
async fn files(app: &TestApp) -> BTreeMap<String, CheckedReply> {
    let page = app.get("/docs/").undocumented().send().await.expect(200);
    let html = text(&page);
    let mut wanted: Vec<String> = [values(&html, "href"), values(&html, "src")].concat().into_iter().map(str::to_owned).collect();
    let mut found = BTreeMap::from([(String::new(), page)]);
    while let Some(name) = wanted.pop() {
        if name.starts_with('#') || name == "/openapi.json" || found.contains_key(&name) {
            continue;
        }
        assert!(!name.contains(['/', ':']), "{name} is not one of ours");
        let file = app.get(&format!("/docs/{name}")).undocumented().send().await.expect(200);
        if name.ends_with(".js") {
            wanted.extend(imports(&text(&file)).into_iter().map(str::to_owned));
        }
        found.insert(name, file);
    }
    assert!(found.len() > 5, "the walk finds hardly any: {:?}", found.keys());
    found
}

#[apply(both_engines)]
async fn the_page_requests_nothing_from_other_servers(app: TestApp) {
    for (name, file) in files(&app).await {
        let kind = match name.rsplit('.').next() {
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            Some("svg") => "image/svg+xml",
            _ => "text/html",
        };
        assert!(file.header("content-type").is_some_and(|sent| sent.starts_with(kind)), "{name}: {:?}", file.headers);
        assert_eq!(file.header("cache-control"), Some("no-cache"), "{name}");
        // An example of an address and the name of the picture format are texts, which nothing is asked of.
        let content = text(&file).replace("https://example.org/", "").replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        assert!(!content.contains("http://") && !content.contains("https://"), "{name} names another host");
        for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!content.contains(forbidden), "{name}: {forbidden}");
        }
    }
    app.get("/docs/nothing.js").undocumented().send().await.expect(404).expect_problem("not_found");
    let short = app.get("/docs").undocumented().send().await.expect(307);
    assert_eq!(short.header("location"), Some("/docs/"));
}

#[apply(both_engines)]
async fn the_page_has_nothing_that_its_policy_forbids(app: TestApp) {
    let page = app.get("/docs/").undocumented().send().await.expect(200);
    let policy: BTreeMap<&str, &str> =
        page.header("content-security-policy").unwrap().split("; ").map(|rule| rule.split_once(' ').unwrap()).collect();
    let expected = [
        ("default-src", "'none'"),
        ("script-src", "'self'"),
        ("style-src", "'self'"),
        ("img-src", "'self'"),
        ("connect-src", "'self'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", "'none'"),
        ("require-trusted-types-for", "'script'"),
        ("trusted-types", "'none'"),
    ];
    assert_eq!(policy, BTreeMap::from(expected));
    let html = text(&page);
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains("javascript:"));
    let handler =
        html.split(" on").skip(1).find(|rest| rest.split('=').next().is_some_and(|name| name.chars().all(char::is_alphabetic)));
    assert_eq!(handler, None, "a handler in the markup");
    let scripts: Vec<&str> = html.split("<script").skip(1).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        let (start, rest) = script.split_once('>').unwrap();
        assert!(start.contains(" src=\"") && rest.starts_with("</script>"), "a script in the page itself");
    }
}

#[apply(both_engines)]
async fn the_page_stores_no_token_and_keeps_no_file(app: TestApp) {
    for (name, file) in files(&app).await {
        let content = text(&file);
        for storage in ["sessionStorage", "localStorage", "indexedDB", "document.cookie", "caches."] {
            assert!(!content.contains(storage), "{name}: {storage}");
        }
        let (made, revoked) = (content.matches("createObjectURL").count(), content.matches("revokeObjectURL").count());
        assert_eq!(made, revoked, "{name}: each address of a file in memory is revoked");
    }
}

/// Browsers scroll text by keyboard only where it can have the focus.
#[apply(both_engines)]
async fn text_that_scrolls_is_reached_by_keyboard(app: TestApp) {
    let mut made = Vec::new();
    for (name, file) in files(&app).await {
        made.extend(text(&file).split("el(\"pre\"").skip(1).map(|rest| (name.clone(), rest.lines().next().unwrap().to_owned())));
    }
    let [(name, attributes)] = &made[..] else { panic!("more than one place makes such text: {made:?}") };
    assert_eq!(name, "elements.js");
    for attribute in ["tabindex: \"0\"", "role: \"group\"", "\"aria-label\": title"] {
        assert!(attributes.contains(attribute), "{attribute} is not in {attributes}");
    }
}

#[apply(both_engines)]
async fn skip_link_leads_to_the_content_and_problems_fit_a_narrow_page(app: TestApp) {
    let files = files(&app).await;
    let html = text(&files[""]);
    let (link, content) = (html.find("href=\"#main\"").unwrap(), html.find("<main id=\"main\" tabindex=\"-1\"").unwrap());
    assert!(link < html.find("<header").unwrap() && link < content, "the first link of the page");
    let style = text(&files["docs.css"]);
    let narrow: Vec<&str> = style.split("@media (max-width: 48rem)").skip(1).collect();
    assert!(narrow.iter().any(|rules| rules.contains("body.text :is(table, tbody, tr, td) { display: block; }")), "a wide table");
}

/// The page moves the days of examples: what was the day of all examples becomes tomorrow.
#[apply(both_engines)]
async fn the_page_knows_the_day_of_the_examples(app: TestApp) {
    let script = text(&app.get("/docs/sample.js").undocumented().send().await.expect(200));
    let day = script.split("const EXAMPLE_DAY = Date.parse(\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let schemas = &operation::document()["components"]["schemas"];
    assert_eq!(schemas["VerifyFitNote"]["example"]["issued_on"], day);
    assert_eq!(schemas["CreateContactHours"]["example"]["starts_on"], day);
}

#[apply(both_engines)]
async fn a_page_is_apart_from_the_pages_that_open_it(app: TestApp) {
    for page in ["/docs/", "/docs/problems"] {
        let page = app.get(page).undocumented().send().await.expect(200);
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    }
    let other = app.get("/docs/docs.js").undocumented().send().await.expect(200);
    assert_eq!(other.header("cross-origin-opener-policy"), None);
}

#[apply(both_engines)]
async fn a_page_that_a_browser_holds_keeps_its_policy(app: TestApp) {
    let page = app.get("/docs/").undocumented().send().await.expect(200);
    let not_modified = app.get("/docs/").header("if-none-match", &page.etag()).undocumented().send().await.expect(304);
    // What is sent with a 304 replaces what the browser holds: another policy would stop the page at the second visit.
    let policy = not_modified.header("content-security-policy");
    assert!(policy.is_none() || policy == page.header("content-security-policy"), "{policy:?}");
}

#[apply(both_engines)]
async fn nothing_of_the_page_waits_for_another_file(app: TestApp) {
    let files = files(&app).await;
    let html = text(&files[""]);
    let scripts: BTreeSet<&str> = files.keys().map(String::as_str).filter(|name| name.ends_with(".js")).collect();
    let announced: BTreeSet<&str> = [values(&html, "href"), values(&html, "src")].concat().into_iter().collect();
    assert!(scripts.is_subset(&announced), "found only while scripts are read: {:?}", scripts.difference(&announced));
    assert!(announced.contains("/openapi.json"), "the document is asked for by the page itself");
    let bytes: usize = files.values().map(|file| file.body.len()).sum();
    assert!(bytes < 100 * 1024, "{bytes} bytes");
}

/// Every schema of a text that must have some form, wherever it is in the document.
fn patterned<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            if members.get("pattern").is_some_and(Value::is_string) {
                found.push(value);
            }
            members.values().for_each(|member| patterned(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| patterned(item, found)),
        _ => {}
    }
}

#[apply(both_engines)]
async fn the_page_has_an_example_of_every_form_that_a_text_can_have(app: TestApp) {
    let script = text(&app.get("/docs/sample.js").undocumented().send().await.expect(200));
    let list = script.split("const TEXTS = ").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    let examples: Vec<Value> = serde_json::from_str(list).unwrap();
    let document = operation::document();
    let mut schemas = Vec::new();
    patterned(&document, &mut schemas);
    assert!(schemas.len() > 20, "the walk finds hardly any: {}", schemas.len());
    for schema in schemas {
        if ["example", "default", "enum"].iter().any(|member| schema.get(member).is_some()) {
            continue;
        }
        let form = json!({ "pattern": schema["pattern"], "minLength": schema["minLength"].as_u64().unwrap_or(0), "maxLength": schema["maxLength"].as_u64().unwrap_or(u64::MAX) });
        let validator = jsonschema::validator_for(&form).unwrap();
        assert!(examples.iter().any(|example| validator.is_valid(example)), "`TEXTS` of the docs page has none for {schema}");
    }
}

#[apply(both_engines)]
async fn the_page_signs_in_and_out_by_operations_that_the_document_has(app: TestApp) {
    let script = text(&app.get("/docs/session.js").undocumented().send().await.expect(200));
    let named = |call: &str| script.split(call).skip(1).filter_map(|rest| rest.split('"').next()).collect::<BTreeSet<&str>>();
    let asked: BTreeSet<&str> = named(" post(\"").union(&named("addressOf(\"")).copied().collect();
    assert_eq!(asked, BTreeSet::from(["signOut", "refreshSession", "signIn"]));
    for id in asked {
        assert!(operation::all().iter().any(|operation| operation.id == id), "{id}");
    }
}

#[apply(both_engines)]
async fn type_of_a_problem_leads_to_its_explanation(app: TestApp) {
    let refused = app.get("/v1/me").send().await.expect_problem("not_signed_in");
    let (page, anchor) = refused.json["type"].as_str().unwrap().split_once('#').unwrap();
    let text = String::from_utf8(app.get(page).undocumented().send().await.expect(200).body.to_vec()).unwrap();
    assert!(text.contains(&format!("<tr id=\"{anchor}\">")), "{page} does not explain {anchor}");
}

/// What people type into the search of the page, and the operations that it must find.
const SEARCHED: &[(&str, &[&str])] = &[
    (
        "suicide",
        &["createContactRequest", "createRiskAlert", "recordRiskAssessment", "getSafetyPlan", "getMySafetyPlan", "listSignposts"],
    ),
    ("999", &["getContactRoutes", "createContactRequest", "triageContact", "listSignposts", "createSelfCheck"]),
    ("sick note", &["issueFitNote", "listFitNotes"]),
    ("GP", &["createLetter", "getMyGpSharing", "replaceMyGpSharing"]),
    ("book", &["bookAppointment", "holdSlot", "listSlots"]),
    ("cancel", &["cancelAppointment"]),
    ("did not attend", &["recordAttendance"]),
    ("DNA", &["recordAttendance"]),
    ("password", &["changePassword", "requestPasswordReset", "completePasswordReset", "signIn"]),
    ("log in", &["signIn"]),
    ("prescription", &["createPrescription", "listPrescriptions", "signPrescription"]),
    ("IFR", &["createFundingRequest"]),
    ("re-referral", &["readmitPractitioner"]),
];

/// The search looks for each word in summary, path, id, tag, method and description, as `contract.js` and `list.js` do.
#[test]
fn usual_words_find_the_fitting_operations() {
    let document = operation::document();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let member = |name: &str| operation[name].as_str().unwrap_or_default();
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            let text = [member("summary"), path, member("operationId"), tag, method, member("description")].join(" ");
            texts.insert(member("operationId").to_owned(), text.to_lowercase());
        }
    }
    let mut missed = Vec::new();
    for (searched, wanted) in SEARCHED {
        let terms: Vec<String> = searched.to_lowercase().split_whitespace().map(str::to_owned).collect();
        for id in *wanted {
            let text = texts.get(*id).unwrap_or_else(|| panic!("no operation {id}"));
            if !terms.iter().all(|term| text.contains(term)) {
                missed.push(format!("{searched} does not find {id}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
