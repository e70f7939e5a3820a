"""Rows become events as the mapping says; a row that cannot is told apart from the others."""

import json
from typing import Any

import pytest

from catchment.collect.imports import ImportFormat, mapping_of, parse_mapping
from catchment.collect.imports.errors import BrokenMapping, ColumnMissing, MappingMissing
from catchment.collect.imports.types import RowReason

ORDERS = """订单导出,,,,,
用户ID,订单号,下单时间,实付金额,手机号,店铺
00042,0001,2024-06-01 12:00:00,¥1,13800138000,旗舰店
u2,0002,2024/6/1 13:00,88.005,13800138001,旗舰店
,0003,2024-06-01 12:00:00,5,13800138002,旗舰店
u4,0004,昨天,5,13800138003,旗舰店
u5,0005,2024-06-01 12:00:00,五元,13800138004,旗舰店
"""


def test_a_chinese_order_export_needs_no_mapping(desk: Any) -> None:
    report = desk.run(desk.file("订单.csv", ORDERS.encode("gb18030")))
    first, second = desk.logged()
    assert (first["name"], first["user_id"], first["order_id"]) == (
        "Order Completed", "00042", "0001",
    )  # fmt: skip
    assert (first["amount_minor"], first["currency"]) == (100, "CNY")
    assert first["time"].isoformat() == "2024-06-01T04:00:00+00:00"
    assert second["amount_minor"] == 8800  # half to even: 88.005 is 88.00
    assert json.loads(second["properties"]) == {
        "order_id": "0002", "currency": "CNY", "revenue": 88.005, "手机号": "13800138001",
        "店铺": "旗舰店",
    }  # fmt: skip
    assert {(e.number, e.reason) for e in report.row_errors} == {
        (5, RowReason.MISSING_IDENTITY),
        (6, RowReason.INVALID_TIMESTAMP),
        (7, RowReason.INVALID_AMOUNT),
    }
    assert report.row_errors[1].row.startswith("u4,0004,昨天")


def test_a_phone_is_never_suggested_as_an_id(desk: Any) -> None:
    detected = desk.importer.detect(desk.file("a.csv", "手机号,订单号,金额\n13800138000,1,2\n"))
    assert detected.suggested_mapping is not None
    assert detected.suggested_mapping.user_id is None
    assert not detected.suggested_mapping.is_complete


def test_a_column_of_yes_and_no_is_not_suggested_as_money(desk: Any) -> None:
    detected = desk.importer.detect(desk.file("a.csv", "visit,Revenue\n1,TRUE\n2,FALSE\n"))
    assert detected.suggested_mapping.amount is None


def test_a_mapping_says_what_each_column_means(desk: Any) -> None:
    mapping = parse_mapping(
        b"""{"message_id": "nr", "event": {"column": "act", "names": {"buy": "Order Completed"}},
        "time": {"column": "when", "format": "%d/%m/%Y %H:%M", "time_zone": "Europe/London"},
        "user_id": {"column": "who", "prefix": "crm:"}, "anonymous_id": "dev",
        "amount": {"column": "price", "times": "qty"}, "currency": {"value": "jpy"},
        "properties": ["qty", {"column": "who", "name": "raw", "type": "text"}]}"""
    )
    path = desk.file(
        "m.csv", "nr;act;when;who;dev;price;qty\nn1;buy;01/06/2024 12:00;7;;100;3\n"
        "n2;look;01/06/2024 12:00;;d1;;\n"
    )  # fmt: skip
    report = desk.run(path, mapping=mapping)
    assert report.row_errors == []
    bought, looked = desk.logged()
    assert bought["message_id"] == "n1"
    assert bought["user_id"] == "crm:7"
    assert (bought["amount_minor"], bought["currency"]) == (300, "JPY")
    assert bought["time"].isoformat() == "2024-06-01T11:00:00+00:00"
    assert json.loads(bought["properties"])["qty"] == 3
    assert json.loads(bought["properties"])["raw"] == "7"
    assert (looked["name"], looked["user_id"], looked["anonymous_id"]) == ("look", None, "d1")
    assert looked["amount_minor"] is None
    assert looked["currency"] is None


@pytest.mark.parametrize(
    "written",
    [
        {"event": {}}, {"event": {"column": "a", "value": "b"}}, {"evnt": "a"},
        {"time": {"colum": "a"}}, {"properties": "all"}, {"properties": [3]},
    ],
)  # fmt: skip
def test_a_malformed_mapping_is_refused_with_the_place(written: dict[str, Any]) -> None:
    with pytest.raises(BrokenMapping):
        mapping_of(written)


def test_a_mapping_that_names_an_absent_column_is_refused_before_anything_is_read(
    desk: Any,
) -> None:
    path = desk.file("a.csv", "user_id,time\nu,2024-06-01\n")
    with pytest.raises(MappingMissing, match="user_id, time"):
        desk.run(path)
    mapping = mapping_of({"event": {"value": "X"}, "time": "zeit", "user_id": "user_id"})
    with pytest.raises(ColumnMissing, match="zeit"):
        desk.run(path, mapping=mapping)
    assert desk.log.entries == []
    assert desk.records.kept == {}


def test_ids_are_text_and_a_reading_as_numbers_would_be_noticed(desk: Any) -> None:
    ids = ["007", "7", "7.0", "1e3", "12345678901234567890"]
    rows = "".join(f"{each},2024-06-01 10:00:00\n" for each in ids)
    mapping = mapping_of({"event": {"value": "X"}, "time": "t", "user_id": "u"})
    desk.run(desk.file("i.csv", "u,t\n" + rows), mapping=mapping)
    kept = [row["user_id"] for row in desk.logged()]
    assert kept == ids
    assert len(set(kept)) > len({float(each) for each in kept})


def test_retailrocket_times_are_milliseconds_and_visitors_are_anonymous(desk: Any) -> None:
    path = desk.file(
        "events.csv", "timestamp,visitorid,event,itemid,transactionid\n"
        "1433221332117,257597,view,355908,\n1433222276276,599528,transaction,356475,4000\n"
        "1433222276276,599528,dance,356475,\n"
    )  # fmt: skip
    report = desk.run(path)
    view, sale = desk.logged()
    assert (view["name"], view["anonymous_id"], view["product_id"]) == (
        "Product Viewed", "257597", "355908",
    )  # fmt: skip
    assert view["time"].isoformat() == "2015-06-02T05:02:12.117000+00:00"
    assert (sale["name"], sale["order_id"]) == ("Order Completed", "4000")
    assert [(e.number, e.reason) for e in report.row_errors] == [(4, RowReason.UNKNOWN_EVENT_TYPE)]


def test_rees46_removals_are_known(desk: Any) -> None:
    path = desk.file(
        "r.csv", "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,"
        "user_session\n2019-10-01 00:00:00 UTC,remove_from_cart,1,2,,b,3.50,7,s\n"
    )  # fmt: skip
    desk.run(path)
    assert desk.logged()[0]["name"] == "Product Removed"
    assert desk.logged()[0]["amount_minor"] is None


RETAIL = (
    "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
    "536365,85123A,MUG,6,12/1/2010 8:26,2.55,17850.0,United Kingdom\n"
    "536365,85123A,MUG,6,12/1/2010 8:26,2.55,17850.0,United Kingdom\n"
    'C536379,D,"Discount, 5"" off",-1,12/1/2010 9:41,27.5,14527.0,United Kingdom\n'
    "536414,22139,,56,6/1/2011 11:52,0,,United Kingdom\n"
)


def test_the_other_editions_of_online_retail_are_read_as_well(desk: Any) -> None:
    report = desk.run(desk.file("data.csv", RETAIL), format=ImportFormat.ONLINE_RETAIL)
    one, twin, cancel, nobody = desk.logged()
    assert report.row_errors == []
    assert one["user_id"] == "17850"
    assert {**one, "message_id": ""} == {**twin, "message_id": ""}
    assert one["message_id"] != twin["message_id"]
    assert (cancel["name"], cancel["amount_minor"]) == ("Order Cancelled", -2750)
    assert (nobody["user_id"], nobody["anonymous_id"]) == (None, "invoice:536414")
    assert one["time"].isoformat() == "2010-12-01T08:26:00+00:00"
    assert nobody["time"].isoformat() == "2011-06-01T10:52:00+00:00"  # summer in London


def test_an_event_that_is_too_large_is_a_row_error(desk: Any) -> None:
    mapping = mapping_of({"event": {"value": "X"}, "time": "t", "user_id": "u"})
    path = desk.file("l.csv", f"u,t,note\na,2024-06-01,{'x' * 40_000}\nb,2024-06-01,fine\n")
    report = desk.run(path, mapping=mapping)
    assert [(e.number, e.reason) for e in report.row_errors] == [(2, RowReason.EVENT_TOO_LARGE)]
    assert [row["user_id"] for row in desk.logged()] == ["b"]
    assert len(report.row_errors[0].row) <= 2_000
