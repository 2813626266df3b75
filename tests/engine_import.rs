//! Price sheets through the whole engine, as files.

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use cart_engine::{Engine, ErrorKind, Request};
use serde_json::{Value, json};
use support::process;
use tempfile::TempDir;

const HEADER: &str = "ProductTitle,ProductId,SkuId,SkuTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,Segment";

struct Shop {
    folder: TempDir,
    engine: Engine,
}

impl Shop {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let database = folder.path().join("carts.db");
        let options = serde_json::json!({ "database": database });
        let engine = Engine::open(&options.to_string()).unwrap();
        engine.set_clock(Some("2026-03-10T12:00:00Z")).unwrap();
        Self { folder, engine }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn import(&self, path: &Path, options: &str) -> cart_engine::Result<Value> {
        let answer =
            self.engine.catalog_import(path.to_str().unwrap(), Some(options), &mut |_, _| true)?;
        Ok(serde_json::from_str(&answer).unwrap())
    }

    /// The first line's answer when one licence of a SKU is priced.
    fn line(&self, item: &str, country: &str) -> Value {
        let customer = format!("customer-{country}");
        let put = format!(r#"{{"customerId":"{customer}","country":"{country}"}}"#);
        self.engine.customer_put(&put).unwrap();
        let cart = format!(
            r#"{{"lineItems":[{{"catalogItemId":"{item}","quantity":1,"billingCycle":"annual","termDuration":"P1Y"}}]}}"#
        );
        let priced = self.engine.price(&Request::new(&customer, "tester"), &cart).unwrap();
        serde_json::from_str::<Value>(&priced).unwrap()["lineItems"][0].take()
    }

    fn price(&self, item: &str, country: &str) -> Option<String> {
        let line = self.line(item, country);
        line["pricing"]["extendedPrice"]
            .is_number()
            .then(|| line["pricing"]["extendedPrice"].to_string())
    }
}

fn row(product: &str, market: &str, price: &str) -> String {
    format!(
        "Plan {product},{product},1,Plan {product} SKU,P1Y,Annual,{market},USD,{price},2025-04-01T00:00:00Z,9999-11-30T23:59:59Z,License,,Commercial"
    )
}

fn sheet(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_sheet_makes_its_skus_known_and_priced() {
    let shop = Shop::open();
    let path =
        shop.file("sheet.csv", sheet(&[row("PLANA", "US", "115.2"), row("PLANB", "US", "60")]));
    let answer = shop.import(&path, "{}").unwrap();
    assert_eq!(answer.to_string(), r#"{"rejected":[],"rejectedCount":0,"stored":2}"#);
    // A sheet knows no availability, so any third part will do.
    assert_eq!(shop.price("PLANA:0001:ANYTHING", "US").as_deref(), Some("115.2"));
    assert_eq!(shop.price("planb:0001:OTHER", "US").as_deref(), Some("60"));
    assert_eq!(shop.line("PLANC:0001:OTHER", "US")["error"]["errorCode"], 10001);
    let found = shop.engine.catalog_find(r#"{"text":"planb"}"#).unwrap();
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["items"][0]["title"], "Plan PLANB SKU");
    assert_eq!(found["items"][0]["productType"], "OnlineServicesNCE");
    assert_eq!(found["items"][0]["terms"][0]["unitPrice"].to_string(), "60");
}

/// Of an entry of a ZIP file, before its name.
const LOCAL_HEADER_BYTES: usize = 30;

/// Where an entry's local header notes whether it is encrypted, and how it is packed.
const FLAGS_AT: usize = 6;
const METHOD_AT: usize = 8;

/// A ZIP file of one entry with something else noted of it, in its local header and in the
/// directory, where there are two bytes more before it.
fn noted(mut archive: Vec<u8>, at: usize, byte: u8) -> Vec<u8> {
    let directory = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    archive[at] = byte;
    archive[directory + at + 2] = byte;
    archive
}

#[test]
fn a_zip_is_read_like_the_file_that_it_holds() {
    let shop = Shop::open();
    let content = sheet(&[row("PLANA", "US", "115.2")]);
    let path = shop.file("sheet.zip", zipped(&[("readme.txt", "x"), ("July.CSV", &content)]));
    assert_eq!(shop.import(&path, "{}").unwrap()["stored"], 1);
    assert_eq!(shop.price("PLANA:0001:X", "US").as_deref(), Some("115.2"));
    // The first byte behind the local header and the name begins the packed content: no such block.
    let mut broken = zipped(&[("a.csv", &content)]);
    broken[LOCAL_HEADER_BYTES + "a.csv".len()] = 0xff;
    let bzip2 = noted(zipped(&[("a.csv", &content)]), METHOD_AT, 12);
    let encrypted = noted(zipped(&[("a.csv", &content)]), FLAGS_AT, 1);
    for (name, bytes, problem) in [
        ("broken.zip", broken, "corrupt deflate stream"),
        ("bzip2.zip", bzip2, "compression method not supported: 12"),
        ("encrypted.zip", encrypted, "Password required"),
        ("none.zip", zipped(&[("readme.txt", "x")]), "holds no CSV file"),
        ("two.zip", zipped(&[("a.csv", &content), ("b.csv", &content)]), "holds a.csv, b.csv"),
        ("cut.zip", zipped(&[("a.csv", &content)])[..60].to_vec(), "cannot be read"),
    ] {
        let error = shop.import(&shop.file(name, bytes), "{}").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{name}");
        assert!(error.description().contains(problem), "{name}: {error}");
    }
}

#[test]
fn a_sheet_is_the_whole_truth_of_its_source_and_markets() {
    let shop = Shop::open();
    let import = |name: &str, rows: &[String], source: &str| {
        let path = shop.file(name, sheet(rows));
        shop.import(&path, &format!(r#"{{"source":"{source}"}}"#)).unwrap();
    };
    import(
        "1.csv",
        &[row("PLANA", "US", "1"), row("PLANB", "US", "2"), row("PLANA", "DE", "3")],
        "license",
    );
    import("2.csv", &[row("SOFT", "US", "9")], "software");
    import("3.csv", &[row("PLANB", "US", "20")], "license");
    // The United States have a newer sheet of the same source, without plan A; Germany has not.
    assert_eq!(shop.line("PLANA:0001:X", "US")["error"]["errorCode"], 10000);
    assert_eq!(shop.price("PLANB:0001:X", "US").as_deref(), Some("20"));
    assert_eq!(shop.price("PLANA:0001:X", "DE").as_deref(), Some("3"));
    assert_eq!(shop.price("SOFT:0001:X", "US").as_deref(), Some("9"));
}

#[test]
fn what_the_host_has_put_is_only_filled_in() {
    let shop = Shop::open();
    let put = r#"{"skus":[{"productId":"PLANA","id":"0001","title":"My own title","maximumQuantity":5}]}"#;
    shop.engine.catalog_put(put).unwrap();
    shop.import(&shop.file("sheet.csv", sheet(&[row("PLANA", "US", "1")])), "{}").unwrap();
    let found = shop.engine.catalog_find(r#"{"catalogItemId":"PLANA:0001:X"}"#).unwrap();
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["items"][0]["title"], "My own title");
    assert_eq!(found["items"][0]["maximumQuantity"], 5);
    assert_eq!(found["items"][0]["productTitle"], "Plan PLANA");
}

#[test]
fn bad_rows_fail_the_import_or_are_told_by_line() {
    let shop = Shop::open();
    let rows = [
        row("PLANA", "US", "1"),
        row("PLANB", "US", "n/a"),
        row("PLANC", "USA", "1"),
        row("PLAND", "US", "4"),
    ];
    let path = shop.file("sheet.csv", sheet(&rows));
    let error = shop.import(&path, "{}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.description(),
        "line 3: UnitPrice \"n/a\": a price of 0 or more is allowed; nothing was imported"
    );
    assert_eq!(shop.line("PLANA:0001:X", "US")["error"]["errorCode"], 10001);

    let answer = shop.import(&path, r#"{"onBadRow":"skip"}"#).unwrap();
    assert_eq!((&answer["stored"], &answer["rejectedCount"]), (&2.into(), &2.into()));
    assert_eq!(answer["rejected"][1]["line"], 4);
    assert_eq!(answer["rejected"][1]["reason"], "Market \"USA\": a country code is allowed");
    assert_eq!(shop.price("PLAND:0001:X", "US").as_deref(), Some("4"));
}

#[test]
fn an_import_can_be_cancelled_and_leaves_nothing() {
    let shop = Shop::open();
    shop.import(&shop.file("old.csv", sheet(&[row("PLANA", "US", "1")])), "{}").unwrap();
    let rows: Vec<String> =
        (0..5_000).map(|number| row(&format!("PLAN{number}"), "US", "2")).collect();
    let path = shop.file("new.csv", sheet(&rows));
    let mut steps = Vec::new();
    let error = shop
        .engine
        .catalog_import(path.to_str().unwrap(), None, &mut |done, total| {
            steps.push((done, total));
            steps.len() < 4
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(steps[0].0, 0);
    assert!(steps.is_sorted() && steps.iter().all(|(done, total)| done <= total));
    assert_eq!(shop.price("PLANA:0001:X", "US").as_deref(), Some("1"));
    assert_eq!(shop.line("PLAN7:0001:X", "US")["error"]["errorCode"], 10001);
    // The next import works, and what the cancelled one left is gone.
    shop.import(&path, "{}").unwrap();
    let stats: Value = serde_json::from_str(&shop.engine.stats().unwrap()).unwrap();
    assert_eq!(stats["counts"]["prices"], 5_000);
    assert_eq!(shop.engine.check(&mut |_, _| true).unwrap(), r#"{"ok":true}"#);
}

#[test]
fn files_that_are_no_sheets_are_refused() {
    let shop = Shop::open();
    let missing = shop.import(Path::new("/no/such/file.csv"), "{}").unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::InvalidArgument);
    assert!(missing.description().starts_with("path: /no/such/file.csv: "));
    for content in ["", "hello\n", "a,b,c\n1,2,3\n"] {
        let error = shop.import(&shop.file("bad.csv", content), "{}").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{content:?}");
        assert!(error.description().contains("not a price sheet"), "{error}");
    }
}

#[test]
fn of_price_tiers_the_lowest_counts() {
    let shop = Shop::open();
    let header = format!("{HEADER},PricingTierRangeMin");
    let tiers = [("10", "0.5"), ("1", "0.75"), ("100", "0.25")];
    let rows: Vec<String> =
        tiers.iter().map(|(tier, price)| format!("{},{tier}", row("PLANA", "US", price))).collect();
    let path = shop.file("sheet.csv", format!("{header}\n{}\n", rows.join("\n")));
    shop.import(&path, "{}").unwrap();
    assert_eq!(shop.price("PLANA:0001:X", "US").as_deref(), Some("0.75"));
}

/// Part: imports a sheet, and says whenever a batch is in.
#[test]
fn part_of_a_process_that_imports_until_it_is_killed() {
    let Some(options) = process::part() else { return };
    let sheet = Path::new(options["database"].as_str().unwrap()).with_file_name("new.csv");
    let engine = Engine::open(&options.to_string()).unwrap();
    let mut say = |done, _| {
        process::say(&u64::to_string(&done));
        true
    };
    engine.catalog_import(sheet.to_str().unwrap(), None, &mut say).unwrap();
}

#[test]
fn a_killed_import_leaves_nothing_that_counts_and_is_swept_by_the_next() {
    const START: &str = "part_of_a_process_that_imports_until_it_is_killed";
    let shop = Shop::open();
    shop.import(&shop.file("old.csv", sheet(&[row("PLANA", "US", "1")])), "{}").unwrap();
    let rows: Vec<String> =
        (0..50_000).map(|number| row(&format!("PLAN{number}"), "US", "2")).collect();
    let new = shop.file("new.csv", sheet(&rows));
    let claims = || {
        let entries = fs::read_dir(shop.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().contains("-sheet-")).count()
    };
    for kills_after in [1, 2, 7] {
        let database = shop.folder.path().join("carts.db");
        let mut child = process::start(START, &json!({ "database": database }));
        assert_eq!(process::lines_of(&mut child).take(kills_after).count(), kills_after);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(shop.price("PLANA:0001:X", "US").as_deref(), Some("1"));
        assert_eq!(shop.line("PLAN7:0001:X", "US")["error"]["errorCode"], 10001);
        assert_eq!(shop.engine.check(&mut |_, _| true).unwrap(), r#"{"ok":true}"#);
    }
    shop.import(&new, "{}").unwrap();
    let stats: Value = serde_json::from_str(&shop.engine.stats().unwrap()).unwrap();
    assert_eq!((&stats["counts"]["prices"], claims()), (&json!(50_000), 0));
    assert_eq!(shop.price("PLAN7:0001:X", "US").as_deref(), Some("2"));
}

#[test]
fn a_sheet_of_nothing_but_bad_rows_can_be_called_off() {
    let shop = Shop::open();
    let path = shop.file("bad.csv", sheet(&vec![row("PLANA", "US", "n/a"); 5_000]));
    let answer = shop.import(&path, r#"{"onBadRow":"skip"}"#).unwrap();
    assert_eq!((&answer["stored"], &answer["rejectedCount"]), (&json!(0), &json!(5_000)));
    assert_eq!(answer["rejected"].as_array().unwrap().len(), 100);
    let mut asked = 0;
    let outcome = shop.engine.catalog_import(
        path.to_str().unwrap(),
        Some(r#"{"onBadRow":"skip"}"#),
        &mut |_, _| {
            asked += 1;
            asked < 3
        },
    );
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[test]
fn a_quote_that_is_never_closed_is_told() {
    let shop = Shop::open();
    let text = format!("{HEADER}\n\"Plan{}", "x".repeat(2 << 20));
    let error = shop.import(&shop.file("open.csv", text), "{}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.description().contains("is a quote not closed?"), "{error}");
}

/// The ids of found items on all pages, with what happens between two pages.
fn find_all(
    shop: &Shop,
    text: &str,
    limit: usize,
    mut meanwhile: impl FnMut(),
) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut query = json!({ "text": text, "limit": limit });
    loop {
        let page = shop.engine.catalog_find(&query.to_string()).unwrap();
        let page: Value = serde_json::from_str(&page).unwrap();
        let id = |item: &Value| match item.get("offerId") {
            Some(id) => id.as_str().unwrap().to_owned(),
            None => format!(
                "{}:{}",
                item["productId"].as_str().unwrap(),
                item["skuId"].as_str().unwrap()
            ),
        };
        pages.push(page["items"].as_array().unwrap().iter().map(id).collect());
        let Some(after) = page.get("after") else { return pages };
        query["after"] = after.clone();
        meanwhile();
    }
}

#[test]
fn items_are_found_by_words_of_their_titles_page_by_page() {
    let shop = Shop::open();
    let put = |catalog: Value| {
        shop.engine.catalog_put(&catalog.to_string()).unwrap();
    };
    put(json!({
        "products": [{ "id": "P1", "title": "ÄRGER-Büro" }, { "id": "P2", "title": "Office" }],
        "skus": [
            { "productId": "P1", "id": "0001", "title": "Größe Premium" },
            { "productId": "P2", "id": "0001", "title": "Premium" },
            { "productId": "P2", "id": "0002", "title": "Basic" },
        ],
        "offers": [
            { "id": "6FBAD345-B7DE-42A6-B6AB-79B363D0B371", "name": "Premium Büro, alt" },
        ],
    }));
    shop.import(
        &shop.file("sheet.csv", sheet(&[row("P3", "US", "1"), row("P4", "US", "1")])),
        "{}",
    )
    .unwrap();
    let find = |text: &str| find_all(&shop, text, 100, || {}).concat();
    let offer = "6FBAD345-B7DE-42A6-B6AB-79B363D0B371";
    assert_eq!(find("premium"), [offer, "P1:0001", "P2:0001"]);
    // A word in the product's title and one in the SKU's; letters beyond ASCII in any case.
    assert_eq!(find("BÜRO gröẞE"), ["P1:0001"]);
    assert_eq!(find("office prem"), ["P2:0001"]);
    assert_eq!(find("plan sku p4"), ["P4:0001"]);
    assert_eq!(find("office plan"), Vec::<String>::new());
    assert_eq!(find("").len(), 6);
    // A last page that is full is the last.
    let sizes = |limit| find_all(&shop, "p", limit, || {}).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!((sizes(3), sizes(5)), (vec![3, 2], vec![5]));
    // What comes and goes meanwhile moves nothing that stays.
    let mut step = 0;
    let pages = find_all(&shop, "", 1, || {
        step += 1;
        put(json!({ "skus": [{ "productId": "0", "id": format!("{step:04}"), "title": "new" }] }));
        if step == 2 {
            shop.engine.catalog_remove(r#"{"skus":[{"productId":"P2","id":"0002"}]}"#).unwrap();
        }
    });
    assert_eq!(pages.concat(), [offer, "P1:0001", "P2:0001", "P3:0001", "P4:0001"]);
}
