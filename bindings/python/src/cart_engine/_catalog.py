"""What the host loads: the catalog, price sheets, and customers."""

from __future__ import annotations

import os
from typing import Literal, Union

from ._caller import Caller
from ._json import encoded, write, write_options
from ._progress import Progress
from .documents import Document
from .resources import (
    CatalogDocument,
    CatalogPage,
    Customer,
    ImportReport,
    PutResult,
    RemoveResult,
)

#: A file's path.
Path = Union[str, "os.PathLike[str]"]


class Catalog(Caller):
    """The catalog, price sheets, and customers."""

    def put_catalog(self, catalog: CatalogDocument) -> PutResult:
        """Loads products, SKUs, availabilities, offers, prices, promotions and stock.

        A document that cannot be used is told in `rejected`; the others are stored."""
        answer: PutResult = self._ask("cart_catalog_put", write("catalog", catalog))
        return answer

    def import_catalog(
        self,
        path: Path,
        *,
        source: str | None = None,
        on_bad_row: Literal["fail", "skip"] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Imports a price sheet, a CSV file or a ZIP file that holds one: all of it or nothing.

        It replaces what an earlier import of the same source brought for its markets."""
        answer: ImportReport = self._watch(
            "cart_catalog_import",
            encoded("path", os.fspath(path)),
            write_options("options", {"source": source, "onBadRow": on_bad_row}),
            progress=progress,
        )
        return answer

    def find_catalog(
        self,
        catalog_item_id: str | None = None,
        *,
        text: str | None = None,
        country: str | None = None,
        currency: str | None = None,
        segment: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> CatalogPage:
        """The item of an id, or a page of those whose names hold a text, with their prices.

        Without a country it is the partner's; without a segment `commercial`."""
        query = {
            "catalogItemId": catalog_item_id,
            "text": text,
            "country": country,
            "currency": currency,
            "segment": segment,
            "limit": limit,
            "after": after,
        }
        given = {name: value for name, value in query.items() if value is not None}
        answer: CatalogPage = self._ask("cart_catalog_find", write("query", given))
        return answer

    def remove_catalog(self, keys: CatalogDocument) -> RemoveResult:
        """Removes catalog documents: `{"skus": [{"productId": "P", "id": "S"}]}`."""
        answer: RemoveResult = self._ask("cart_catalog_remove", write("keys", keys))
        return answer

    def put_customer(self, customer: Customer | Document) -> PutResult:
        """Stores facts about a customer; fields that the document does not name stay."""
        answer: PutResult = self._ask("cart_customer_put", write("customer", customer))
        return answer

    def get_customer(self, customer_id: str) -> Customer:
        """A customer with his subscriptions, those that orders made included."""
        identity = encoded("customer_id", customer_id)
        answer: Customer = self._ask("cart_customer_get", identity)
        return answer

    def delete_customer(self, customer_id: str) -> None:
        """Erases a customer with his carts and subscriptions. His orders stay, without his id.

        What is erased is overwritten in the database file; its log, beside it, may hold some of it
        until the last engine closes.
        """
        self._tell("cart_customer_delete", encoded("customer_id", customer_id))
