-- Times are ticks of 100 ns since 1970. Ids of carts and orders are the 16 bytes of their GUIDs.
-- Item keys are in upper case, customer keys in lower case. Documents are compact JSON.

-- One row. The generations tell a cache whether what it holds is still true.
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  catalog_generation INTEGER NOT NULL,
  stock_generation INTEGER NOT NULL,
  -- The highest that an erased customer had: no two states of a customer ever share one.
  customer_generation INTEGER NOT NULL,
  -- Moves whenever carts are removed: from then on an id may come back as another cart.
  cart_removals INTEGER NOT NULL
) STRICT;

INSERT INTO meta (id, catalog_generation, stock_generation, customer_generation, cart_removals)
VALUES (1, 0, 0, 0, 0);

-- Carts -------------------------------------------------------------------------------------------

CREATE TABLE cart (
  -- Above that of every cart there is, and below 2^39: the keys of lines begin with it.
  seq INTEGER PRIMARY KEY CHECK (seq BETWEEN 1 AND 549755813887),
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  customer TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- 0 active, 1 ordered
  status INTEGER NOT NULL CHECK (status IN (0, 1)),
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  user TEXT,
  attestation_accepted INTEGER,
  next_line_id INTEGER NOT NULL,
  errors_left_by_checkout INTEGER NOT NULL,
  line_count INTEGER NOT NULL,
  groups TEXT NOT NULL,
  -- What the outcome of the lines rests on, for large carts whose lines are changed one by one.
  standing TEXT
) STRICT;

CREATE INDEX cart_by_customer ON cart (customer, seq, status, expires);
CREATE INDEX cart_by_expiry ON cart (expires) WHERE status = 0;
CREATE INDEX cart_by_age ON cart (modified) WHERE status = 1;

-- The key of a line is the cart's number and the line's place in the cart, `seq << 24 | place`, so
-- that the lines of a cart lie side by side. The place is the id where that is below 2^23; lines of
-- greater ids take the places from there on. (A foreign key to the cart would want one more column,
-- and an index on it.)
CREATE TABLE cart_line (
  key INTEGER PRIMARY KEY,
  -- The id where the place is another.
  wide_id INTEGER,
  parent INTEGER,
  position INTEGER NOT NULL,
  -- What it buys, or an empty text: written for carts that have a standing, so that the others do
  -- not pay for the indexes.
  item TEXT,
  -- The slot in the cart's group table: renaming a group changes no line.
  group_slot INTEGER,
  catalog_item_id TEXT,
  friendly_name TEXT,
  quantity INTEGER,
  currency TEXT,
  cycle TEXT,
  term TEXT,
  -- What few lines have, as a document.
  more TEXT,
  error TEXT,
  pricing TEXT
) STRICT;

CREATE UNIQUE INDEX cart_line_by_wide_id ON cart_line (key >> 24, wide_id)
  WHERE wide_id IS NOT NULL;

CREATE INDEX cart_line_by_item ON cart_line (key >> 24, item) WHERE item IS NOT NULL;
CREATE INDEX cart_line_by_parent ON cart_line (key >> 24, parent)
  WHERE item IS NOT NULL AND parent IS NOT NULL;
CREATE INDEX cart_line_by_group ON cart_line (key >> 24, group_slot, position)
  WHERE item IS NOT NULL AND parent IS NULL;

-- What the lines of a cart that has a standing add up to. Zeros have no row.
CREATE TABLE cart_item (
  cart INTEGER NOT NULL REFERENCES cart (seq) ON DELETE CASCADE,
  item TEXT NOT NULL,
  lines INTEGER NOT NULL,
  seats INTEGER NOT NULL,
  sure INTEGER NOT NULL,
  leaning INTEGER NOT NULL,
  weighing INTEGER NOT NULL,
  PRIMARY KEY (cart, item)
) STRICT, WITHOUT ROWID;

-- Orders ------------------------------------------------------------------------------------------

CREATE TABLE orders (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  customer TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  -- The cart may be gone; the order stays.
  cart BLOB NOT NULL CHECK (length(cart) = 16),
  body TEXT NOT NULL
) STRICT;

CREATE INDEX orders_by_customer ON orders (customer, seq);
CREATE INDEX orders_by_cart ON orders (cart, seq);

-- Answers of requests, so that a repeated one does nothing.
CREATE TABLE request (
  seq INTEGER PRIMARY KEY,
  customer TEXT NOT NULL,
  request_id TEXT NOT NULL,
  fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16),
  answered INTEGER NOT NULL,
  answer TEXT NOT NULL,
  UNIQUE (customer, request_id)
) STRICT;

CREATE INDEX request_by_age ON request (answered);

-- Customers ---------------------------------------------------------------------------------------

CREATE TABLE customer (
  key TEXT NOT NULL PRIMARY KEY,
  -- Stands for the customer in his subscriptions. Those of a new customer are the last in their
  -- indexes, where entries are added at the least cost.
  number INTEGER NOT NULL UNIQUE CHECK (number > 0),
  generation INTEGER NOT NULL CHECK (generation > 0),
  -- Absent while only orders have told of the customer.
  id TEXT,
  country TEXT,
  currency TEXT,
  segment TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription (
  -- In the order of making. One that is replaced keeps its place.
  seq INTEGER PRIMARY KEY,
  -- The customer's number.
  customer INTEGER NOT NULL,
  -- In lower case.
  id TEXT NOT NULL,
  -- The generation that the customer had by it.
  made INTEGER NOT NULL,
  item TEXT NOT NULL,
  status TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  -- What redemptions are counted by.
  promotion TEXT,
  is_trial INTEGER NOT NULL,
  commitment_end INTEGER,
  product_type TEXT,
  -- Where it differs from the id in lower case.
  given_id TEXT,
  offer_id TEXT NOT NULL,
  term TEXT,
  cycle TEXT,
  created INTEGER,
  order_id TEXT,
  promotion_id TEXT,
  friendly_name TEXT,
  parent_id TEXT,
  reservations_enabled INTEGER,
  is_registered INTEGER,
  UNIQUE (customer, id)
) STRICT;

-- What the subscriptions of a customer add up to. Sums over none have no row.
CREATE TABLE owned (
  customer INTEGER NOT NULL,
  item TEXT NOT NULL,
  -- Of those active or suspended.
  seats INTEGER NOT NULL,
  active INTEGER NOT NULL,
  -- Those active, suspended, deleted or cancelled.
  concurrent INTEGER NOT NULL,
  ever INTEGER NOT NULL,
  PRIMARY KEY (customer, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE redeemed (
  customer INTEGER NOT NULL,
  promotion TEXT NOT NULL,
  count INTEGER NOT NULL,
  seats INTEGER NOT NULL,
  PRIMARY KEY (customer, promotion)
) STRICT, WITHOUT ROWID;

-- Catalog -----------------------------------------------------------------------------------------
-- An empty text in a key stands for a part that is absent. `search_text` is the titles in lower
-- case.

CREATE TABLE product (
  key TEXT NOT NULL PRIMARY KEY,
  product_type TEXT,
  search_text TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sku (
  item TEXT NOT NULL PRIMARY KEY,
  product TEXT NOT NULL,
  search_text TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A search reads all titles, and none of the documents, which are many times as long.
CREATE INDEX sku_by_title ON sku (item, product, search_text);

CREATE TABLE availability (
  item TEXT NOT NULL,
  id TEXT NOT NULL,
  country TEXT NOT NULL,
  segment TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (item, id, country, segment)
) STRICT, WITHOUT ROWID;

CREATE TABLE offer (
  item TEXT NOT NULL,
  country TEXT NOT NULL,
  search_text TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (item, country)
) STRICT, WITHOUT ROWID;

CREATE TABLE promotion (
  key TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE promotion_item (
  item TEXT NOT NULL,
  promotion TEXT NOT NULL REFERENCES promotion (key),
  PRIMARY KEY (item, promotion)
) STRICT, WITHOUT ROWID;

CREATE INDEX promotion_item_by_promotion ON promotion_item (promotion);

CREATE TABLE inventory (
  item TEXT NOT NULL PRIMARY KEY,
  -- Absent: there is no limit.
  available INTEGER CHECK (available >= 0),
  restrictions TEXT
) STRICT, WITHOUT ROWID;

-- Prices put by the host stand under sheet 0; those of a price sheet under its number, which counts
-- only once the sheet is valid. The sheet leads the key, so that an import writes, and a sweep
-- removes, one stretch of the table.
CREATE TABLE price (
  sheet INTEGER NOT NULL,
  item TEXT NOT NULL,
  market TEXT NOT NULL,
  term TEXT NOT NULL,
  plan TEXT NOT NULL,
  currency TEXT NOT NULL,
  segment TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  -- Where the price tier begins; the lowest counts.
  tier INTEGER NOT NULL,
  unit_price TEXT NOT NULL,
  erp_price TEXT,
  PRIMARY KEY (sheet, item, market, term, plan, currency, segment, start_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX price_put_by_market ON price (market) WHERE sheet = 0;

-- Price sheets ------------------------------------------------------------------------------------

CREATE TABLE sheet (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  -- Not before all of its rows are here.
  is_active INTEGER NOT NULL,
  -- The catalog generation in which another sheet last took over a market of this one; absent once
  -- its rows are gone.
  stale_since INTEGER
) STRICT;

-- The sheet that is the truth of a source and market.
CREATE TABLE sheet_market (
  market TEXT NOT NULL,
  source TEXT NOT NULL,
  sheet INTEGER NOT NULL REFERENCES sheet (number),
  PRIMARY KEY (market, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX sheet_market_by_sheet ON sheet_market (sheet);

CREATE TABLE sheet_sku (
  item TEXT NOT NULL,
  sheet INTEGER NOT NULL,
  market TEXT NOT NULL,
  product_id TEXT NOT NULL,
  sku_id TEXT NOT NULL,
  product_title TEXT,
  sku_title TEXT,
  is_trial INTEGER NOT NULL,
  is_license INTEGER NOT NULL,
  search_text TEXT NOT NULL,
  PRIMARY KEY (item, sheet, market)
) STRICT, WITHOUT ROWID;

CREATE INDEX sheet_sku_by_sheet ON sheet_sku (sheet, item);
