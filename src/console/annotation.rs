//! Diagnostics as workflow commands, which a code host shows beside the run and the file.
//!
//! `::error file=policy.toml,line=3,title=policy-value::what is wrong%0A  = help: what to do`: line ends and percent signs of
//! the text are escaped, in properties also colons and commas.

use crate::error::{Diagnostic, Place, Severity};

/// The command for a diagnostic.
pub(super) fn annotation(diagnostic: &Diagnostic) -> String {
    let kind = match diagnostic.severity() {
        Severity::Error | Severity::Refused => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties: Vec<String> = diagnostic.places().first().map(place).unwrap_or_default();
    properties.push(format!("title={}", diagnostic.code().as_str()));
    format!("::{kind} {}::{}", properties.join(","), escaped(&diagnostic.to_string()))
}

/// Where it is, as far as that is a file.
fn place(place: &Place) -> Vec<String> {
    let file = |file: &std::path::Path| format!("file={}", property(&file.to_string_lossy()));
    match place {
        Place::Policy { file: path, line, column, .. } => {
            vec![file(path), format!("line={line}"), format!("col={column}")]
        }
        Place::Cell { file: path, row, .. } => vec![file(path), format!("line={row}")],
        Place::File { file: path } => vec![file(path)],
        Place::Option { .. } => Vec::new(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        let place = Place::Policy { file: "a,b:c.toml".into(), line: 3, column: 5, text: "x = 1".into(), width: 1 };
        let diagnostic = Diagnostic::refused(Code::RegimeBand, "100% too\nfine").at(place).help("wider");
        let told = annotation(&diagnostic);
        assert!(told.starts_with("::error file=a%2Cb%3Ac.toml,line=3,col=5,title=regime-band::"), "{told}");
        assert!(told.contains("100%25 too\\nfine") && told.contains("%0A  = help: wider"), "{told}");
        assert_eq!(told.lines().count(), 1);
        let note = Diagnostic::note(Code::RaisedLowEnd, "so it is");
        assert_eq!(annotation(&note), "::notice title=raised-low-end::note[raised-low-end]: so it is");
    }
}
