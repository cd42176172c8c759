//! No cell of a log is ever told: a canary in every column, with every kind of bad row, is found nowhere.

use std::io::Write as _;

use super::support::{Place, text};

const CANARY: &str = "kanarienvogel7731";

const HEADER: [&str; 6] = ["request_id", "received_on", "country", "legal_process", "account_id", "service"];
const GOOD: [&str; 6] = ["R1", "2026-01-02", "US", "subpoena", "a1", "mail"];

const REPORT: [&str; 16] = [
    "report",
    "log.csv",
    "--period",
    "2026H1",
    "--by",
    "country,legal_process",
    "--measure",
    "requests,accounts",
    "--keys",
    "country=US,DE",
    "--keys",
    "legal_process=subpoena,wiretap",
    "--band-size",
    "250",
    "--out",
    "out",
];

fn join(cells: &[&str]) -> Vec<u8> {
    cells.join(",").into_bytes()
}

/// A row that is wrong in one way, with the canary in one column.
fn bad_rows(column: usize) -> Vec<(&'static str, Vec<u8>)> {
    let mut row = GOOD;
    row[column] = CANARY;
    let plain = join(&row);
    let quoted = |cell: String| {
        let mut cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        cells[column] = cell;
        cells.join(",").into_bytes()
    };
    let bytes_in_cell = |bytes: &[u8]| {
        let mut cells: Vec<Vec<u8>> = row.iter().map(|cell| cell.as_bytes().to_vec()).collect();
        cells[column].extend(bytes);
        cells.join(&b',')
    };
    vec![
        (
            "missing column",
            join(&row[..5])
                .into_iter()
                .chain(if column == 5 { CANARY.bytes().collect() } else { Vec::new() })
                .collect(),
        ),
        ("extra column", [plain.clone(), b",more".to_vec()].concat()),
        ("unclosed quote", quoted(format!("\"{CANARY}"))),
        ("quote inside", quoted(format!("{CANARY}\"x"))),
        ("text after quote", quoted(format!("\"{CANARY}\"x"))),
        ("invalid UTF-8", bytes_in_cell(b"\xff\xfe")),
        ("NUL", bytes_in_cell(b"\0")),
        ("lone carriage return", bytes_in_cell(b"\rx")),
        ("wrong date", join(&[row[0], "31-31-2026", row[2], row[3], row[4], row[5]])),
        ("wrong country", join(&[row[0], row[1], if column == 2 { CANARY } else { "XX" }, row[3], row[4], row[5]])),
    ]
}

fn assert_silent(place: &Place, what: &str, arguments: &[&str]) {
    for format in ["human", "json"] {
        let output = place.run(&[arguments, &["--message-format", format]].concat());
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(!stdout.contains(CANARY) && !stderr.contains(CANARY), "{what} told the canary: {stdout}{stderr}");
        assert_eq!(output.status.code(), Some(2), "{what}: {stderr}");
        assert!(stderr.contains("log.csv"), "{what} names no place: {stderr}");
        assert!(!place.path("out").exists(), "{what} left artefacts");
    }
}

#[test]
fn a_bad_row_is_named_by_its_place_only() {
    for (column, name) in HEADER.iter().enumerate() {
        for (kind, row) in bad_rows(column) {
            let place = Place::new();
            let log = [join(&HEADER), join(&GOOD), row, join(&GOOD), Vec::new()].join(&b'\n');
            place.write("log.csv", &log);
            assert_silent(&place, &format!("{kind} in {name}"), &REPORT);
        }
    }
}

#[test]
fn a_bad_file_is_named_and_nothing_of_it_is_told() {
    let canary_line = CANARY.as_bytes().to_vec();
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    };
    let whole = [join(&HEADER), canary_line.repeat(1000)].join(&b'\n');
    let cut = gzip(&whole);
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("blank", b"\n\n".to_vec()),
        ("only a byte order mark", b"\xef\xbb\xbf".to_vec()),
        ("no header", join(&[CANARY; 6])),
        ("a header twice", [join(&HEADER), format!(",{CANARY},{CANARY}\n").into_bytes()].concat()),
        ("carriage returns only", [join(&HEADER), canary_line.clone(), canary_line.clone()].join(&b'\r')),
        ("UTF-16", whole.iter().flat_map(|byte| [*byte, 0]).collect()),
        ("gzip cut short", cut[..cut.len() - 9].to_vec()),
        ("zstandard that is not", [b"\x28\xb5\x2f\xfd".to_vec(), canary_line.clone()].concat()),
        ("Parquet that is not", [b"PAR1".to_vec(), canary_line.clone(), b"PAR1".to_vec()].concat()),
    ];
    for (what, bytes) in files {
        let place = Place::new();
        place.write("log.csv", bytes);
        assert_silent(&place, what, &REPORT);
    }
}

#[test]
fn a_directory_and_a_missing_file_are_errors() {
    let place = Place::new();
    assert_silent(&place, "missing file", &REPORT);
    std::fs::create_dir(place.path("log.csv")).expect("a directory");
    assert_silent(&place, "directory", &REPORT);
}

#[test]
fn a_canary_in_every_good_row_is_in_no_artefact() {
    let place = Place::new();
    let row = format!("{CANARY},2026-01-02,US,subpoena,{CANARY},{CANARY}");
    place.write("log.csv", format!("{}\n{row}\n", HEADER.join(",")));
    let output = place.run(&REPORT);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains(CANARY) && !text(&output.stderr).contains(CANARY));
    for (name, bytes) in place.files("out") {
        assert!(!text(&bytes).contains(CANARY), "{name}");
    }
    for name in ["hushcount-ledger.jsonl", "hushcount-private.json"] {
        assert!(!place.read(name).contains(CANARY), "{name}");
    }
}

/// The search above would find a canary: the quarantine file, the one place for bad rows, has it.
#[test]
fn rows_set_aside_keep_their_text_in_a_file_for_their_owner_only() {
    let place = Place::new();
    place.write(
        "log.csv",
        format!("{}\n{}\nR2,2026-01-02,{CANARY},subpoena,a2,mail\n", HEADER.join(","), GOOD.join(",")),
    );
    let output = place.run(&[&REPORT[..], &["--quarantine", "aside.csv"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(place.read("aside.csv").contains(CANARY));
    assert!(!text(&output.stderr).contains(CANARY));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.path("aside.csv")).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
