//! What it costs to call the engine from another language: the same call in Rust, through the C ABI
//! and from Python, on a database in memory, so that no disk hides the difference.
//!
//! The languages take turns within one run, because figures of different minutes do not compare.
//! That is also why this bench has its own `main`: Criterion measures one thing after the other.
#![allow(unsafe_code, reason = "it calls the library as a program in C does")]

mod support;

use std::ffi::{CStr, CString, c_char, c_void};
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::ptr::{null, null_mut};
use std::time::Instant;

use cart_engine::Engine;
use libloading::{Library, Symbol};
use serde_json::{Value, json};
use support::figures::{Results, median, micros};
use support::{USER, amount, cart, catalog, new_cart, options, request, stock};

const CUSTOMER: &str = "customer-1";

/// Lines of the cart that is read and priced.
const LINES: usize = 10;

/// What is called: a function that does nothing (there is none in Rust), and two that do something.
const CALLS: [&str; 3] = ["trivial", "get", "price"];

/// Microseconds of each call; those that are not made are absent.
type Costs = [Option<f64>; CALLS.len()];

fn main() {
    let (rounds, calls) = (amount(9, 1), amount(5_000, 100));
    let library = library();
    let document = cart(LINES);
    let rust = Rust::new(&document);
    let c = C::new(&library, &document);
    let mut costs: [Vec<Costs>; 4] = Default::default();
    for _ in 0..rounds {
        costs[0].push(rust.costs(calls));
        costs[1].push(c.costs(calls));
        let [raw, parsed] = python(&library, &document, calls);
        costs[2].push(raw);
        costs[3].push(parsed);
    }
    report(&costs);
}

fn report(costs: &[Vec<Costs>; 4]) {
    let languages = ["Rust", "C", "Python, text", "Python, objects"];
    let mut results = Results::of("boundary");
    for (at, call) in CALLS.iter().enumerate() {
        println!("{call}, microseconds a call:");
        let mut in_rust = 0.0;
        for (language, costs) in languages.iter().zip(costs) {
            let costs: Vec<f64> = costs.iter().filter_map(|costs| costs[at]).collect();
            if costs.is_empty() {
                continue;
            }
            let cost = median(costs);
            in_rust = if *language == "Rust" { cost } else { in_rust };
            println!("  {language:15} {cost:>8.2}   added {:>7.2}", cost - in_rust);
            results.put(&json!({
                "call": call, "lines": LINES, "language": language, "micros": cost,
                "added": cost - in_rust,
            }));
        }
    }
}

/// Calls that are timed as one: a single one is as short as looking at the clock.
const BATCH: u32 = 20;

/// Microseconds of a call, of so many that follow each other.
fn cost_of(calls: usize, mut call: impl FnMut()) -> f64 {
    let batches = calls / BATCH as usize;
    let mut batch = || {
        let started = Instant::now();
        for _ in 0..BATCH {
            call();
        }
        micros(started.elapsed() / BATCH)
    };
    for _ in 0..batches / 10 {
        batch();
    }
    median((0..batches).map(|_| batch()).collect())
}

// Rust --------------------------------------------------------------------------------------------

struct Rust<'a> {
    engine: Engine,
    cart: String,
    document: &'a str,
}

impl<'a> Rust<'a> {
    fn new(document: &'a str) -> Self {
        let options = options(Path::new(":memory:"), "full");
        let engine = Engine::open(&options).expect("there is memory");
        stock(&engine);
        let cart = new_cart(&engine, CUSTOMER, document);
        Self { engine, cart, document }
    }

    fn costs(&self, calls: usize) -> Costs {
        let request = request(CUSTOMER);
        let get = cost_of(calls, || {
            black_box(self.engine.get(&request, &self.cart).expect("the cart is there"));
        });
        let price = cost_of(calls, || {
            black_box(self.engine.price(&request, self.document).expect("the cart is good"));
        });
        [None, Some(get), Some(price)]
    }
}

// C -----------------------------------------------------------------------------------------------

/// The shared library that cargo has built beside this bench.
fn library() -> PathBuf {
    let bench = std::env::current_exe().expect("a program knows where it is");
    bench.with_file_name("libcart_engine.so")
}

/// `cart_request` of the header.
#[repr(C)]
struct CartRequest {
    struct_size: usize,
    customer_id: *const c_char,
    user: *const c_char,
    request_id: *const c_char,
    correlation_id: *const c_char,
    if_match: *const c_char,
}

type Trivial = unsafe extern "C" fn() -> u32;
type Open = unsafe extern "C" fn(*const c_char, *mut *mut c_void, *mut *mut c_char) -> i32;
type PutCatalog = unsafe extern "C" fn(*mut c_void, *const c_char, *mut *mut c_char) -> i32;
type OfCart =
    unsafe extern "C" fn(*mut c_void, *const CartRequest, *const c_char, *mut *mut c_char) -> i32;
type Close = unsafe extern "C" fn(*mut c_void, *mut *mut c_char) -> i32;
type Free = unsafe extern "C" fn(*mut c_char);

struct C {
    engine: *mut c_void,
    cart: CString,
    document: CString,
    customer: CString,
    user: CString,
    trivial: Trivial,
    get: OfCart,
    price: OfCart,
    close: Close,
    free: Free,
    _library: Library,
}

impl C {
    fn new(path: &Path, document: &str) -> Self {
        // SAFETY: loading the library runs nothing of it that could go wrong.
        let library = unsafe { Library::new(path) }.expect("cargo has built the library");
        let open: Open = function(&library, "cart_engine_open");
        let put: PutCatalog = function(&library, "cart_catalog_put");
        let create: OfCart = function(&library, "cart_create");
        let mut c = Self {
            engine: null_mut(),
            cart: CString::default(),
            document: text(document),
            customer: text(CUSTOMER),
            user: text(USER),
            trivial: function(&library, "cart_abi_version"),
            get: function(&library, "cart_get"),
            price: function(&library, "cart_price"),
            close: function(&library, "cart_engine_close"),
            free: function(&library, "cart_string_free"),
            _library: library,
        };
        let (options, catalog) =
            (text(&options(Path::new(":memory:"), "full")), text(&catalog().to_string()));
        let mut out = null_mut();
        // SAFETY: every text ends with a NUL, and out and engine are places for a pointer.
        let status = unsafe { open(options.as_ptr(), &raw mut c.engine, &raw mut out) };
        c.expect_ok(status, out);
        // SAFETY: as above, with an engine that is open.
        let status = unsafe { put(c.engine, catalog.as_ptr(), &raw mut out) };
        c.expect_ok(status, out);
        let answer = c.call(create, &c.document);
        // SAFETY: the answer is a text that ends with a NUL, until it is freed below.
        let cart = support::id_of(&unsafe { CStr::from_ptr(answer) }.to_string_lossy());
        c.expect_ok(0, answer);
        c.cart = text(&cart);
        c
    }

    /// Calls a function as a program in C does, and looks at the status only.
    fn call(&self, function: OfCart, argument: &CStr) -> *mut c_char {
        let request = CartRequest {
            struct_size: size_of::<CartRequest>(),
            customer_id: self.customer.as_ptr(),
            user: self.user.as_ptr(),
            request_id: null(),
            correlation_id: null(),
            if_match: null(),
        };
        let mut out = null_mut();
        // SAFETY: the engine is open, every text ends with a NUL, and out is a place for a pointer.
        let status =
            unsafe { function(self.engine, &raw const request, argument.as_ptr(), &raw mut out) };
        assert_eq!(status, 0);
        out
    }

    fn costs(&self, calls: usize) -> Costs {
        let trivial = cost_of(calls, || {
            // SAFETY: the function takes nothing and does nothing.
            black_box(unsafe { (self.trivial)() });
        });
        let get = cost_of(calls, || self.expect_ok(0, self.call(self.get, &self.cart)));
        let price = cost_of(calls, || self.expect_ok(0, self.call(self.price, &self.document)));
        [Some(trivial), Some(get), Some(price)]
    }

    fn expect_ok(&self, status: i32, out: *mut c_char) {
        // SAFETY: a document of the library, or NULL, that nobody has freed.
        unsafe { (self.free)(out) };
        assert_eq!(status, 0);
    }
}

impl Drop for C {
    fn drop(&mut self) {
        // SAFETY: nobody uses the engine any more; out may be NULL.
        unsafe { (self.close)(self.engine, null_mut()) };
    }
}

fn function<T: Copy>(library: &Library, name: &str) -> T {
    // SAFETY: the types are those of the header.
    let symbol: Symbol<'_, T> = unsafe { library.get(name) }.expect("the library exports it");
    *symbol
}

fn text(text: &str) -> CString {
    CString::new(text).expect("there is no NUL in it")
}

// Python ------------------------------------------------------------------------------------------

/// What `boundary.py` finds, with answers as texts and as objects.
fn python(library: &Path, document: &str, calls: usize) -> [Costs; 2] {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new("python3")
        .arg(root.join("benches/boundary.py"))
        .env("PYTHONPATH", root.join("bindings/python/src"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("CART_ENGINE_LIBRARY", library)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python is there as python3");
    let task = json!({
        "calls": calls, "customer": CUSTOMER, "user": USER, "catalog": catalog(), "cart": document,
    });
    let mut input = child.stdin.take().expect("it was asked for");
    write!(input, "{task}").expect("the program reads it");
    drop(input);
    let output = child.wait_with_output().expect("it runs");
    assert!(output.status.success(), "{}", output.status);
    let answer: Value = serde_json::from_slice(&output.stdout).expect("it answers JSON");
    ["text", "objects"].map(|kind| CALLS.map(|call| answer[kind][call].as_f64()))
}
