"""The operations of a customer: carts, their lines, and orders.

Every operation names the customer; a cart of another one does not exist for him. A changing call
says who acts (`user`, who becomes `lastModifiedUser`). With a `request_id` it may be repeated
after a time-out: the repeated call answers what the first did, and does nothing. With `if_match`
it changes the cart only if the cart still has that etag. A `correlation_id` comes back in errors.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ._caller import Caller, request
from ._json import encoded, write, write_options
from .documents import (
    Cart,
    CartCheckoutResult,
    CartDocument,
    CartPage,
    Document,
    LineChange,
    LineDocuments,
    Order,
    OrderPage,
    PricedCart,
)


class Carts(Caller):
    """Carts, their lines, and orders."""

    def price(
        self,
        customer_id: str,
        cart: CartDocument,
        *,
        user: str | None = None,
        correlation_id: str | None = None,
    ) -> PricedCart:
        """The cart as `create` would answer it, without storing it."""
        who = request(customer_id, user=user, correlation_id=correlation_id)
        answer: PricedCart = self._ask("cart_price", who, write("cart", cart))
        return answer

    def create(
        self,
        customer_id: str,
        cart: CartDocument,
        *,
        user: str,
        request_id: str | None = None,
        correlation_id: str | None = None,
        if_match: str | None = None,
    ) -> Cart:
        """Stores a new cart. A bad line does not fail the call: it is stored with its `error`.

        `if_match` is refused: a new cart has no etag yet."""
        who = request(customer_id, user, request_id, correlation_id, if_match)
        answer: Cart = self._ask("cart_create", who, write("cart", cart))
        return answer

    def get(self, customer_id: str, cart_id: str, *, correlation_id: str | None = None) -> Cart:
        """The cart as it was last stored. NotFoundError once it has expired."""
        who = request(customer_id, correlation_id=correlation_id)
        answer: Cart = self._ask("cart_get", who, encoded("cart_id", cart_id))
        return answer

    def list(
        self,
        customer_id: str,
        *,
        status: Literal["Active", "Ordered"] | None = None,
        created_after: date | str | None = None,
        created_before: date | str | None = None,
        limit: int | None = None,
        after: str | None = None,
        correlation_id: str | None = None,
    ) -> CartPage:
        """A page of the customer's carts without their lines, newest first.

        Of those that were created at the moment `created_after` or later, and before
        `created_before`."""
        who = request(customer_id, correlation_id=correlation_id)
        query = {"createdAfter": created_after, "createdBefore": created_before}
        page = write_options("query", {"status": status, **query, "limit": limit, "after": after})
        answer: CartPage = self._ask("cart_list", who, page)
        return answer

    def update(
        self,
        customer_id: str,
        cart_id: str,
        cart: CartDocument,
        *,
        user: str,
        request_id: str | None = None,
        correlation_id: str | None = None,
        if_match: str | None = None,
    ) -> Cart:
        """Replaces the lines of a cart: those that the document does not name are gone."""
        who = request(customer_id, user, request_id, correlation_id, if_match)
        identity = encoded("cart_id", cart_id)
        answer: Cart = self._ask("cart_update", who, identity, write("cart", cart))
        return answer

    def delete(
        self,
        customer_id: str,
        cart_id: str,
        *,
        user: str,
        request_id: str | None = None,
        correlation_id: str | None = None,
        if_match: str | None = None,
    ) -> None:
        """Deletes a cart. The orders that it made stay."""
        who = request(customer_id, user, request_id, correlation_id, if_match)
        self._tell("cart_delete", who, encoded("cart_id", cart_id))

    def add_lines(
        self,
        customer_id: str,
        cart_id: str,
        lines: LineDocuments,
        *,
        user: str,
        request_id: str | None = None,
        correlation_id: str | None = None,
        if_match: str | None = None,
    ) -> LineChange:
        """Adds one line, or a list of lines, to the end of a cart."""
        who = request(customer_id, user, request_id, correlation_id, if_match)
        identity = encoded("cart_id", cart_id)
        answer: LineChange = self._ask("cart_line_add", who, identity, write("lines", lines))
        return answer

    def change_line(
        self,
        customer_id: str,
        cart_id: str,
        line_id: str | int,
        patch: Document,
        *,
        user: str,
        request_id: str | None = None,
        correlation_id: str | None = None,
        if_match: str | None = None,
    ) -> LineChange:
        """Changes a line, or an add-on, by a JSON merge patch: `None` takes a property away."""
        who = request(customer_id, user, request_id, correlation_id, if_match)
        identity = encoded("cart_id", cart_id)
        change = write("patch", patch)
        answer: LineChange = self._ask("cart_line_change", who, identity, _line(line_id), change)
        return answer

    def remove_line(
        self,
        customer_id: str,
        cart_id: str,
        line_id: str | int,
        *,
        user: str,
        request_id: str | None = None,
        correlation_id: str | None = None,
        if_match: str | None = None,
    ) -> LineChange:
        """Removes an add-on, or a line with its add-ons. The last line cannot be removed."""
        who = request(customer_id, user, request_id, correlation_id, if_match)
        identity = encoded("cart_id", cart_id)
        answer: LineChange = self._ask("cart_line_remove", who, identity, _line(line_id))
        return answer

    def checkout(
        self,
        customer_id: str,
        cart_id: str,
        *,
        user: str,
        request_id: str | None = None,
        correlation_id: str | None = None,
        if_match: str | None = None,
    ) -> CartCheckoutResult:
        """Orders the cart, one order for each order group.

        It is safe to repeat: an ordered cart answers the same orders again."""
        who = request(customer_id, user, request_id, correlation_id, if_match)
        identity = encoded("cart_id", cart_id)
        answer: CartCheckoutResult = self._ask("cart_checkout", who, identity)
        return answer

    def get_order(
        self, customer_id: str, order_id: str, *, correlation_id: str | None = None
    ) -> Order:
        """An order of the customer."""
        who = request(customer_id, correlation_id=correlation_id)
        answer: Order = self._ask("cart_order_get", who, encoded("order_id", order_id))
        return answer

    def list_orders(
        self,
        customer_id: str,
        *,
        cart_id: str | None = None,
        status: Literal["completed"] | None = None,
        created_after: date | str | None = None,
        created_before: date | str | None = None,
        limit: int | None = None,
        after: str | None = None,
        correlation_id: str | None = None,
    ) -> OrderPage:
        """A page of the customer's orders, newest first; of one cart if it is named.

        Of those that were created at the moment `created_after` or later, and before
        `created_before`."""
        who = request(customer_id, correlation_id=correlation_id)
        query = {"createdAfter": created_after, "createdBefore": created_before}
        page = write_options(
            "query",
            {"cartId": cart_id, "status": status, **query, "limit": limit, "after": after},
        )
        answer: OrderPage = self._ask("cart_order_list", who, page)
        return answer


def _line(line_id: str | int) -> bytes:
    return encoded("line_id", str(line_id) if isinstance(line_id, int) else line_id)
