"""Answers as the service does, so that a program written for it can be tried on this machine.

    partner_center_server.py [--database FILE] [--catalog FILE] [--customer FILE] [--port PORT]

Point the program at the base address that is printed. `--catalog` and `--customer` name JSON files
to load first, and may be repeated. It needs `pip install flask`; the server that is started here
is one for tests, and `create_app` makes what any WSGI server can run.
"""

from __future__ import annotations

import argparse
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from cart_engine import CartEngineError, Engine, RawEngine, Status, dumps

#: What a failed call is for those who speak HTTP; what is not listed is 500.
HTTP_STATUS: dict[int, int] = {
    Status.INVALID_ARGUMENT: 400,
    Status.INVALID_JSON: 400,
    Status.INVALID_REQUEST: 400,
    Status.MISUSE: 400,
    Status.LIMIT_EXCEEDED: 413,
    Status.NOT_FOUND: 404,
    Status.CONFLICT: 412,
    Status.CART_ORDERED: 400,
    Status.CART_HAS_ERRORS: 400,
    Status.REQUEST_ID_REUSED: 409,
    Status.STORE_BUSY: 503,
    Status.STORE_UNAVAILABLE: 503,
}
#: Headers that the service takes and sends back. It makes up those that a request lacks.
REQUEST_ID, CORRELATION_ID = "MS-RequestId", "MS-CorrelationId"


def answer(text: str, status: int = 200) -> Response:
    """A document as an answer."""
    return Response(text, status, content_type="application/json; charset=utf-8")


def failure(status: int, code: str, description: str, data: Sequence[str] = ()) -> Response:
    """An error as the service tells one."""
    body = {"code": code, "description": description, "data": data, "source": "cart_engine"}
    return answer(dumps(body), status)


def correlation() -> str | None:
    """The correlation id of the request."""
    return request.headers.get(CORRELATION_ID)


def etag() -> str | None:
    """The etag that the cart must have. A cart's own has no quotes, HTTP's has; `*` is any."""
    given = request.headers.get("If-Match", "*").strip()
    return None if given == "*" else given.strip('"')


def all_orders(raw: RawEngine, customer: str) -> Iterator[Any]:
    """The orders of a customer exactly as the engine writes them, which the service does not page.

    `Engine.iter_orders` would cut their times to the microseconds of `datetime`."""
    after = None
    while True:
        text = raw.list_orders(customer, limit=1000, after=after, correlation_id=correlation())
        page = json.loads(text, parse_float=Decimal)
        yield from page["items"]
        after = page.get("after")
        if after is None:
            return


def create_app(engine: Engine, user: str = "partner-center") -> Flask:
    """The routes over an engine in the dialect `wire`.

    Whoever calls acts as `user`: no token is looked at, so keep it off the network."""
    app = Flask(__name__)
    # The engine refuses large documents itself, and tells its limit. This one spares the memory.
    app.config["MAX_CONTENT_LENGTH"] = 2 * engine.options["limits"]["requestBytes"]
    app.url_map.strict_slashes = False
    raw = engine.raw

    def change(operation: Callable[..., str], *arguments: str | bytes) -> Response:
        """Does what changes something, once for each request id."""
        text = operation(
            *arguments,
            user=user,
            request_id=request.headers.get(REQUEST_ID),
            correlation_id=correlation(),
            if_match=etag(),
        )
        return answer(text, 201)

    @app.post("/v1/customers/<customer>/carts")
    def create(customer: str) -> Response:
        return change(raw.create, customer, request.get_data())

    @app.get("/v1/customers/<customer>/carts/<cart>")
    def get(customer: str, cart: str) -> Response:
        return answer(raw.get(customer, cart, correlation_id=correlation()))

    @app.put("/v1/customers/<customer>/carts/<cart>")
    def update(customer: str, cart: str) -> Response:
        return change(raw.update, customer, cart, request.get_data())

    @app.post("/v1/customers/<customer>/carts/<cart>/checkout")
    def checkout(customer: str, cart: str) -> Response:
        return change(raw.checkout, customer, cart)

    @app.get("/v1/customers/<customer>/orders")
    def orders(customer: str) -> Response:
        items = list(all_orders(raw, customer))
        link = {"uri": f"/customers/{customer}/orders", "method": "GET", "headers": []}
        collection = {
            "totalCount": len(items),
            "items": items,
            "links": {"self": link},
            "attributes": {"objectType": "Collection"},
        }
        return answer(dumps(collection))

    @app.get("/v1/customers/<customer>/orders/<order>")
    def order(customer: str, order: str) -> Response:
        return answer(raw.get_order(customer, order, correlation_id=correlation()))

    @app.errorhandler(CartEngineError)
    def failed(error: CartEngineError) -> Response:
        status = HTTP_STATUS.get(error.status, 500)
        return failure(status, error.code, error.description, error.data)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or 500
        return failure(status, str(status), error.description or error.name)

    @app.after_request
    def traced(response: Response) -> Response:
        for name in (REQUEST_ID, CORRELATION_ID):
            response.headers[name] = request.headers.get(name) or str(uuid.uuid4())
        return response

    return app


def main() -> None:
    """Loads what the arguments name, and serves until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--database", default=":memory:")
    parser.add_argument("--catalog", type=Path, action="append", default=[])
    parser.add_argument("--customer", type=Path, action="append", default=[])
    parser.add_argument("--user", default="partner-center", help="who changes the carts")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 for any that is free")
    options = parser.parse_args()

    with Engine(options.database, dialect="wire") as engine:
        for path in options.catalog:
            for rejection in engine.put_catalog(path.read_bytes())["rejected"]:
                print(f"{path}: {rejection}", flush=True)
        for path in options.customer:
            engine.put_customer(path.read_bytes())
        app = create_app(engine, options.user)
        server = make_server(options.host, options.port, app, threaded=True)
        print(f"http://{options.host}:{server.port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("bye")


if __name__ == "__main__":
    main()
