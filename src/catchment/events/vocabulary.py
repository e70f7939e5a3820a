"""The names that events go by: Segment's spec, its e-commerce events, and our live extension.

Any other name is accepted too; these are the ones that metrics and boards know the meaning of.
"""

PAGE_VIEWED = "Page Viewed"
SCREEN_VIEWED = "Screen Viewed"

KIND_NAMES = {
    "page": PAGE_VIEWED,
    "screen": SCREEN_VIEWED,
    "identify": "Identified",
    "group": "Grouped",
    "alias": "Aliased",
}
"""The name that an event of another kind than track is kept under."""

ORDER_COMPLETED = "Order Completed"
ORDER_REFUNDED = "Order Refunded"
ORDER_CANCELLED = "Order Cancelled"

CONSENT_GRANTED = "Consent Granted"
CONSENT_WITHDRAWN = "Consent Withdrawn"
"""Both with the properties `purpose` and `channel`; of each pair the newest event holds."""

SHOP_EVENTS = (
    "Products Searched",
    "Product List Viewed",
    "Product List Filtered",
    "Promotion Viewed",
    "Promotion Clicked",
    "Product Clicked",
    "Product Viewed",
    "Product Added",
    "Product Removed",
    "Cart Viewed",
    "Checkout Started",
    "Checkout Step Viewed",
    "Checkout Step Completed",
    "Payment Info Entered",
    "Order Updated",
    ORDER_COMPLETED,
    ORDER_REFUNDED,
    ORDER_CANCELLED,
    "Coupon Entered",
    "Coupon Applied",
    "Coupon Denied",
    "Coupon Removed",
    "Product Added to Wishlist",
    "Product Removed from Wishlist",
    "Wishlist Product Added to Cart",
    "Product Shared",
    "Cart Shared",
    "Product Reviewed",
)

LIVE_EVENTS = (
    "Live Room Entered",
    "Live Room Left",
    "Live Product Explained Started",
    "Live Product Explained Ended",
    "Live Product Clicked",
    "Live Comment Posted",
    "Live Liked",
    "Live Gift Sent",
    "Live Shared",
    "Live Fan Club Joined",
    "Host Followed",
    "Host Unfollowed",
    "Live Coupon Claimed",
    "Red Packet Claimed",
    "Replay Viewed",
)
"""All with `live_id` and `offset_ms` from the show's start."""
