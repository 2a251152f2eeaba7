//! `confide openapi`: prints or writes the documents of the contract.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::print_line;
use crate::server::document;

/// The form of the document, and where to write it.
#[derive(Debug, Args)]
pub(super) struct OpenapiCommand {
    /// Print the table of operations instead: METHOD path id roles
    #[arg(long, conflicts_with = "oas30")]
    operations: bool,
    /// Print the copy for tools that read only OpenAPI 3.0
    #[arg(long)]
    oas30: bool,
    /// Write all three documents into the folder instead of printing one
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, default_missing_value = "openapi", conflicts_with_all = ["operations", "oas30"])]
    write: Option<PathBuf>,
}

pub(super) fn run(command: &OpenapiCommand) -> Result<(), String> {
    let contract = document::contract();
    let older = || document::to_lines(&document::as_3_0(&contract));
    if let Some(folder) = &command.write {
        std::fs::create_dir_all(folder).map_err(|error| format!("the folder cannot be created: {error}"))?;
        write(folder, "openapi.json", &(document::to_lines(&contract) + "\n"))?;
        write(folder, "openapi-3.0.json", &(older() + "\n"))?;
        write(folder, "operations.txt", &document::operations_table(&contract))?;
    } else if command.operations {
        print_line(document::operations_table(&contract).trim_end());
    } else if command.oas30 {
        print_line(&older());
    } else {
        print_line(&document::to_lines(&contract));
    }
    Ok(())
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    std::fs::write(folder.join(name), text).map_err(|error| format!("{name} cannot be written: {error}"))
}
