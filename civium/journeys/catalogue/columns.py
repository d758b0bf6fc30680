"""What each field of this room's tables is: the town's offer is public."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, PUBLIC, Columns

COLUMNS: Columns = {
    "catalogue.PublishedVersion": {
        INTERNAL: "id published_by",
        PUBLIC: "service number digest document texts lists published_at",
    },
    "catalogue.PublishedList": {PUBLIC: "digest content"},
    "catalogue.Offering": {PUBLIC: "service version withdrawn_at"},
    "catalogue.CatalogueStamp": {INTERNAL: "id value"},
    "catalogue.ServiceFigures": {PUBLIC: "service applications decided median_days most_days since"},
}
