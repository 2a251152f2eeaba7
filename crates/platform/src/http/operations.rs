//! Registers operations: with an application that serves them, or with the document that describes them.
//!
//! Every worker has its own application. Describing all operations takes some 30 MiB of memory for a moment, so only the document
//! does it, and once.

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::OpenApiFactory;

/// Where operations are registered.
pub enum ServiceConfig<'a> {
    Application(&'a mut web::ServiceConfig),
    Document(&'a mut OpenApi),
}

impl std::fmt::Debug for ServiceConfig<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Application(_) => "Application(…)",
            Self::Document(_) => "Document(…)",
        })
    }
}

impl ServiceConfig<'_> {
    /// Registers an operation.
    pub fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        match self {
            Self::Application(config) => {
                config.service(operation);
            }
            Self::Document(document) => describe(document, &operation),
        }
        self
    }
}

/// Adds the description of an operation. It lists a schema once for each reference, so the schemas of several operations are not
/// collected before they are merged.
fn describe(document: &mut OpenApi, operation: &impl OpenApiFactory) {
    document.paths.merge(operation.paths());
    let mut schemas = Vec::new();
    operation.schemas(&mut schemas);
    document.components.get_or_insert_default().schemas.extend(schemas);
}
