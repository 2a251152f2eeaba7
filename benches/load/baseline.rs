//! The baseline: actix-web with nothing behind it.

use actix_web::{App, HttpResponse, HttpServer, web};

use super::driver::{Call, request};

/// The one request of the baseline.
pub struct BaselineCall;

pub static CALL: BaselineCall = BaselineCall;

impl Call for BaselineCall {
    fn next_requests(&self) -> Option<Vec<String>> {
        Some(vec![request("GET", "/baseline", "none", None)])
    }
}

/// Serves the baseline until the process is killed, on a port that it prints.
pub fn serve() {
    let body = format!(
        "{{\"items\":[{}]}}",
        vec!["{\"id\":\"00000000-0000-7000-8000-000000000000\",\"kind\":\"treatment\"}"; 30].join(",")
    );
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let body = body.clone();
            let answer = move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            };
            App::new().route("/baseline", web::get().to(answer))
        })
        .bind(("127.0.0.1", 0))
        .unwrap();
        println!("{}", server.addrs()[0].port());
        server.run().await.unwrap();
    });
}
